import { afterAll, beforeAll, expect, test } from 'vitest';
import { askGateway, type Running, startGatewayOn, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { type Told, toldFields } from './ask.ts';

/** What counts cost: calls to Microsoft, in one tenant and in fifty. */
const tenants = Array.from({ length: 50 }, (_, index) => `t${String(index).padStart(2, '0')}`);
let running: Running;
let settings = '';

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: tenants.map((name) => simTenant(name, { scale: 0.1 })),
      enforceQuotas: false,
    },
    settings: (offered) => {
      settings = changedSettings(offered, [[['limits'], { upstreamCalls: 300 }]]);
      return settings;
    },
  });
  // Tokens are not what is counted.
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(() => running.stop());

/** HTTP requests; the parts of a `$batch` travel in one. */
const callsOf = async (query: string) => {
  running.simulator.calls.reset();
  const { errors, data, extensions } = await running.ask<Readonly<Record<string, object>>>(
    query,
    {},
    { 'x-gateway-explain': '1' },
  );
  expect(errors).toEqual([]);
  const calls = (['graph', 'mde', 'm365d'] as const)
    .map((product) => running.simulator.calls.count({ product, batched: false }))
    .reduce((sum, each) => sum + each, 0);
  return { calls, data, extensions };
};

const bySeverity = 'incidentCounts(by: SEVERITY, filter: { status: [ACTIVE, IN_PROGRESS] }';
const month = new Date(Date.now() - 29 * 86_400_000).toISOString();

const questions = {
  'incidents by severity': { each: 1, query: (at: string) => `{ ${bySeverity}, ${at}) { total } }` },
  'alerts of thirty days by day': {
    each: 2,
    query: (at: string) => `{ alertCounts(by: DAY, filter: { createdAfter: "${month}" }, ${at}) { total } }`,
  },
  'machines in three ways': {
    each: 2,
    query: (at: string) =>
      `{ a: machineCounts(by: HEALTH_STATUS, ${at}) { total } b: machineCounts(by: EXPOSURE_LEVEL, ${at}) { total }
         c: machineCounts(by: OS_PLATFORM, ${at}) { total } }`,
  },
  'a page of incidents': { each: 1, query: (at: string) => `{ incidents(${at}, first: 1) { nodes { title } } }` },
  'and how many there are': {
    each: 2,
    query: (at: string) => `{ incidents(${at}, first: 1) { totalCount nodes { title } } }`,
  },
} as const;

test.each(Object.entries(questions))(
  '%s: as many calls for each of 50 tenants as for one',
  async (_, { each, query }) => {
    // What is learned of a tenant is learned once.
    await running.ask(query('tenants: null'));
    for (const count of [1, 50]) {
      const { calls } = await callsOf(query(`tenants: ${JSON.stringify(tenants.slice(0, count))}`));
      expect({ count, calls }).toEqual({ count, calls: each * count });
    }
  },
);

test('no rows are read where Graph counts: one of each group at most', async () => {
  const { data } = await callsOf(`{ counts: ${bySeverity}, tenants: ["t01"]) { tenants { method } } }`);
  expect(data).toEqual({ counts: { tenants: [{ method: 'SERVICE' }] } });
  const parts = running.simulator.calls.list({ tenant: 't01', product: 'graph', batched: true });
  expect(parts.length).toBeGreaterThan(0);
  for (const { path } of parts) expect(decodeURIComponent(path)).toMatch(/[?&][$]top=1(&|$)/);
});

test('the price says so: calls for each tenant, none for what is at hand', async () => {
  const callsIn = async (query: string): Promise<unknown> => {
    const { extensions } = await running.ask(query, {}, { 'x-gateway-plan': '1' });
    return extensions?.gateway;
  };
  const of = (fields: string) => callsIn(`{ incidents(tenants: ["t01", "t02", "t03"], first: 5) { ${fields} } }`);
  const [page, counted] = [await of('nodes { title }'), await of('totalCount nodes { title }')];
  expect([page, counted]).toMatchObject([{ calls: 3 }, { calls: 6 }]);
  const alerts = await of('nodes { title alerts(first: 2) { nodes { title } } }');
  expect(await of('nodes { title alerts(first: 2) { totalCount nodes { title } } }')).toEqual(alerts);
  expect(await callsIn('{ machineCounts(by: OS_PLATFORM) { total } }')).toMatchObject({ calls: 50 });
});

test('where the calls of the request end meanwhile, what was counted is the least that there is', async () => {
  const { simulator } = running;
  simulator.oddities.set({ shortPages: 1 }, 't48');
  const few = await startGatewayOn(simulator, changedSettings(settings, [[['limits'], { upstreamCalls: 4 }]]));
  const { data, errors } = await askGateway<{ readonly counts: Told }>(
    few.url,
    `{ counts: machineCounts(by: OS_PLATFORM, tenants: ["t48"]) { ${toldFields} } }`,
  );
  await few.stop(1000);
  expect(errors).toEqual([]);
  expect(data.counts).toMatchObject({
    total: null,
    truncated: true,
    failures: [],
    tenants: [{ total: 4, atLeast: true }],
  });
  expect(data.counts.truncationReason).toMatch(/^In t48 the request had no calls or bytes left/);
});
