import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const bounds = { maxRowsScanned: 40, upstreamCalls: 8, tenantsPerQuery: 2 };
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: ['alpha', 'beta', 'gamma'].map((name) => simTenant(name)),
      enforceQuotas: false,
      // Short pages, and an empty one before each further page: both are legal.
      pageSizes: { graph: 15, mde: 15 },
      emptyPages: true,
    },
    settings: (offered) => changedSettings(offered, [[['limits'], bounds]]),
  });
});

afterAll(() => running.stop());

interface Page {
  readonly list: {
    readonly nodes: readonly { readonly key: string; readonly title: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    readonly truncated: boolean;
    readonly truncationReason: string | null;
  };
}

const pageFields = 'nodes { key: alertId title } pageInfo { hasNextPage endCursor } truncated truncationReason';

describe('a filter that only the gateway can apply, when few rows meet it', () => {
  test('stops at maxRowsScanned and says so; going on finds every row once', async () => {
    const { alerts } = running.simulator.world('alpha');
    const rare = alerts.at(-1)?.title ?? '';
    const wanted = alerts.filter(({ title }) => title.includes(rare)).map(({ id }) => id);
    const found: string[] = [];
    let after: string | null = null;
    let cut = 0;
    for (;;) {
      const { data, errors }: { data: Page; errors: readonly unknown[] } = await running.ask<Page>(
        `query ($after: String, $rare: String) {
          list: alerts(tenants: ["alpha"], first: 50, after: $after, filter: { titleContains: $rare }) { ${pageFields} }
        }`,
        { after, rare },
      );
      expect(errors).toEqual([]);
      found.push(...data.list.nodes.map(({ key }) => key));
      if (data.list.truncated) {
        cut += 1;
        expect(data.list.truncationReason).toMatch(/40 rows were looked at in alpha \(limits\.maxRowsScanned\)/);
        expect(data.list.pageInfo.hasNextPage).toBe(true);
      }
      if (!data.list.pageInfo.hasNextPage) break;
      after = data.list.pageInfo.endCursor;
    }
    expect(cut).toBeGreaterThan(1);
    expect(found).toEqual(wanted);
  });
});

test('an order of the gateway is over maxRowsScanned rows of each tenant, and says so', async () => {
  const { data } = await running.ask<Page>(
    `{ list: alerts(tenants: ["alpha"], first: 50, orderBy: { field: SEVERITY }) { ${pageFields} } }`,
  );
  expect(data.list.nodes).toHaveLength(bounds.maxRowsScanned);
  expect(data.list.truncationReason).toMatch(/Only 40 rows of alpha were sorted \(limits\.maxRowsScanned\)/);
});

test('empty and short pages of Microsoft are no end of a list', async () => {
  const { data } = await running.ask<Page>(`{ list: alerts(tenants: ["alpha"], first: 50) { ${pageFields} } }`);
  const newest = running.simulator.world('alpha').alerts.slice(0, 50);
  expect(data.list.nodes.map(({ key }) => key)).toEqual(newest.map(({ id }) => id));
});

test('a question that needs more calls than limits.upstreamCalls ends there, with what it has', async () => {
  // It counts calls: the users of a machine are one.
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ machines: { nodes: { logonUsers: unknown }[] } }>(
    '{ machines(tenants: ["alpha"], first: 20) { nodes { computerDnsName logonUsers { nodes { userId } } } } }',
  );
  expect(data.machines.nodes).toHaveLength(20);
  expect(data.machines.nodes.filter(({ logonUsers }) => logonUsers !== null)).toHaveLength(bounds.upstreamCalls - 1);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['QUERY_TOO_EXPENSIVE']));
  expect(errors[0]?.message).toMatch(/more than 8 upstream calls \(limits\.upstreamCalls\)/);
  expect(running.simulator.calls.count({ product: 'mde' })).toBe(bounds.upstreamCalls);
});

test('a question over more tenants than limits.tenantsPerQuery is refused before any call', async () => {
  running.simulator.calls.reset();
  const { errors } = await running.ask('{ incidents { nodes { id } } }');
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_EXPENSIVE']);
  expect(errors[0]?.message).toMatch(/3 tenants; 2 are allowed/);
  expect(running.simulator.calls.count()).toBe(0);
});
