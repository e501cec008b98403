import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asked, type Given, type Listed, none, type StandIn, startStandIn } from '../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(7, ['mde'], { cost: 1_000_000, upstreamCalls: 1000 });
});
afterAll(() => api.stop());

const machineId = (place: number): string => place.toString(16).padStart(40, '0');

interface Row {
  readonly id: string;
  readonly machineId: string;
  readonly alertCreationTime: string;
}

/** `count` alerts over some machines; ids of machines are not all written as the machines write them. */
const alertsOver = (count: number, machines: number): Row[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `da${place}`,
    machineId: machineId(place % machines).toUpperCase(),
    alertCreationTime: new Date(Date.UTC(2026, 5, 1) - place * 60_000).toISOString(),
  }));

interface Ways {
  /** Rows of a page at most, whatever is asked for. */
  readonly cap?: number;
  readonly refuses?: boolean;
  /** A row without an id is among the alerts of all. */
  readonly withNameless?: boolean;
}

/** Machines and their alerts, as Defender for Endpoint answers. */
const estate = (
  machines: number,
  alerts: readonly Row[],
  { cap = 10_000, refuses = false, withNameless = false }: Ways = {},
) =>
  api.tenant(({ path, query }: Asked): Given => {
    const page = <T>(rows: readonly T[]): Given => {
      const skip = Number(query.get('$skip') ?? 0);
      return { body: { value: rows.slice(skip, skip + Math.min(cap, Number(query.get('$top') ?? cap))) } };
    };
    const alone = /^\/api\/machines\/([0-9a-f]{40})\/alerts$/.exec(path)?.[1];
    if (alone !== undefined) return page(alerts.filter((row) => row.machineId.toLowerCase() === alone));
    if (path === '/api/alerts')
      return refuses
        ? { status: 403, body: { error: { code: 'Forbidden', message: 'no' } } }
        : page(withNameless ? [...alerts, { title: 'nameless' }] : alerts);
    if (path === '/api/machines') return page(Array.from({ length: machines }, (_, at) => ({ id: machineId(at) })));
    return none;
  });

const ask = (tenant: ReturnType<typeof estate>, machines: number) =>
  tenant.ask<Listed>(
    `query ($tenant: String!) { list: machines(tenants: [$tenant], first: ${machines}) {
       nodes { machineId alerts(first: 100) { truncated truncationReason nodes { alertId } } } } }`,
  );

const expected = (machines: number, alerts: readonly Row[]) =>
  Array.from({ length: machines }, (_, at) => ({
    machineId: machineId(at),
    alerts: {
      truncated: false,
      truncationReason: null,
      nodes: alerts.filter((row) => row.machineId.toLowerCase() === machineId(at)).map(({ id }) => ({ alertId: id })),
    },
  }));

test.each([
  ['in one page', {}, 2],
  ['in pages that are shorter than asked for, without a link', { cap: 70 }, 5],
] as const)('alerts of 50 machines are read together, %s, and none is lost', async (_, ways, calls) => {
  const alerts = alertsOver(230, 40);
  const tenant = estate(50, alerts, ways);
  const { data, errors } = await ask(tenant, 50);
  expect(errors).toEqual([]);
  expect(data.list.nodes).toEqual(expected(50, alerts));
  expect(tenant.asked.filter(({ path }) => path.endsWith('/alerts'))).toHaveLength(calls);
});

test('those of two machines are asked for alone', async () => {
  const alerts = alertsOver(20, 2);
  const tenant = estate(2, alerts);
  expect((await ask(tenant, 2)).data.list.nodes).toEqual(expected(2, alerts));
  expect(tenant.asked.filter(({ path }) => path === '/api/alerts')).toEqual([]);
});

test('of a tenant with more alerts than one question reads, twenty machines are asked one by one, and more say that it is a part', async () => {
  const alerts = alertsOver(20_400, 400);
  const tenant = estate(400, alerts);
  const { data, errors } = await ask(tenant, 20);
  expect(errors).toEqual([]);
  expect(data.list.nodes).toEqual(expected(20, alerts));
  tenant.asked.length = 0;
  expect((await ask(tenant, 20)).data.list.nodes).toEqual(expected(20, alerts));
  expect(tenant.asked.filter(({ path }) => path === '/api/alerts')).toEqual([]);

  const many = await ask(tenant, 30);
  expect(many.errors).toEqual([]);
  for (const { alerts: told } of many.data.list.nodes)
    expect(told).toMatchObject({
      truncated: true,
      truncationReason: expect.stringMatching(/^Not all alerts of t\d+ could be read: ask for 20 machines at most$/),
    });
  // It is known that they are too many.
  expect(tenant.asked.filter(({ path }) => path === '/api/alerts')).toHaveLength(1);
});

test('that a row has no id does not mean that there are too many', async () => {
  const alerts = alertsOver(20, 5);
  const tenant = estate(5, alerts, { withNameless: true });
  for (const _ of [1, 2]) expect((await ask(tenant, 5)).data.list.nodes).toEqual(expected(5, alerts));
  expect(tenant.asked.filter(({ path }) => path === '/api/alerts').length).toBeGreaterThan(2);
});

test('alerts that cannot be read are an error of each machine, not none', async () => {
  const { data, errors } = await ask(estate(5, alertsOver(9, 3), { refuses: true }), 5);
  expect(data.list.nodes.map(({ alerts }) => alerts)).toEqual([null, null, null, null, null]);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UPSTREAM_REJECTED']));
});
