import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Given, type Listed, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(8, ['mde'], { cost: 1_000_000, upstreamCalls: 1000 });
});
afterAll(() => api.stop());

const machineId = (place: number): string => place.toString(16).padStart(40, '0');
const refused: Given = { status: 400, body: { error: { code: 'ODataError', message: 'Invalid filter clause' } } };

/** Which of 50 machines have an antivirus: every second one. */
const rows = Array.from({ length: 25 }, (_, place) => ({
  id: `av${place}`,
  machineId: machineId(place * 2),
  avMode: '0',
}));

/** How a service takes `$filter`: which ids it looks for; `null`: it refuses the form. */
type Reading = (filter: string) => readonly string[] | null;

const idsIn = (filter: string): readonly string[] => [...filter.matchAll(/[0-9a-f]{40}/g)].map(([id]) => id);
const isIn = (filter: string): boolean => / in \(/.test(filter);
const isChain = (filter: string): boolean => / or /.test(filter);

const estate = (reading: Reading, { cap = 20 }: { readonly cap?: number } = {}) =>
  api.tenant(({ path, query }): Given => {
    if (path === '/api/machines')
      return {
        body: {
          value:
            Number(query.get('$skip') ?? 0) > 0 ? [] : Array.from({ length: 50 }, (_, at) => ({ id: machineId(at) })),
        },
      };
    if (path !== '/api/deviceavinfo') return none;
    const filter = query.get('$filter');
    const skip = Number(query.get('$skip') ?? 0);
    if (filter === null) return { body: { value: rows.slice(skip, skip + cap) } };
    const ids = reading(filter);
    return ids === null
      ? refused
      : { body: { value: rows.filter((row) => ids.includes(row.machineId)).slice(skip, skip + cap) } };
  });

const ask = (tenant: ReturnType<typeof estate>) =>
  tenant.ask<Listed>(
    'query ($tenant: String!) { list: machines(tenants: [$tenant], first: 50) { nodes { machineId antivirusHealth { avMode } } } }',
  );
const expected = Array.from({ length: 50 }, (_, place) => ({
  machineId: machineId(place),
  antivirusHealth: place % 2 === 0 ? { avMode: 'ACTIVE' } : null,
}));

test.each<readonly [string, Reading, number]>([
  ['takes every form, twenty rows a page', idsIn, 8],
  ['knows no `in`', (filter) => (isIn(filter) ? null : idsIn(filter)), 12],
  ['answers `in` with nothing', (filter) => (isIn(filter) ? [] : idsIn(filter)), 12],
  ['takes one machine at a time', (filter) => (isIn(filter) || isChain(filter) ? null : idsIn(filter)), 60],
])('a service that %s: each machine has its own state, and what has none has none', async (_, reading, calls) => {
  const tenant = estate(reading);
  const { data, errors } = await ask(tenant);
  expect(errors).toEqual([]);
  expect(data.list.nodes).toEqual(expected);
  expect(tenant.asked.filter(({ path }) => path === '/api/deviceavinfo').length).toBeLessThanOrEqual(calls);
});

test('a service that overlooks the filter proves nothing of what it leaves out: an error, not none', async () => {
  const { data, errors } = await ask(estate(() => rows.map((row) => row.machineId)));
  expect(data.list.nodes.map(({ antivirusHealth }) => antivirusHealth)).toEqual(Array(50).fill(null));
  expect(errors).toHaveLength(50);
  expect(errors[0]).toMatchObject({
    extensions: { code: 'UPSTREAM_REJECTED' },
    message: expect.stringContaining('not asked for'),
  });
});

test('nor of a single one', async () => {
  const tenant = estate(() => rows.map((row) => row.machineId));
  const { data, errors } = await tenant.ask<{ found: null }>(
    `query ($tenant: String!) { found: machineAntivirusHealth(tenant: $tenant, machineId: "${machineId(49)}") { avMode } }`,
  );
  expect(data).toEqual({ found: null });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([expect.stringMatching(/^UPSTREAM_/)]);
});
