import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [simTenant('contoso'), simTenant('own', { permissions: { mde: ['Ti.ReadWrite'] } })],
      enforceQuotas: false,
      profile: 'mild',
    },
  });
});
afterEach(() => running.simulator.calls.reset());
afterAll(() => running.stop());

interface Listed {
  readonly indicators: {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly truncated: boolean;
    readonly truncationReason: string | null;
  };
}

const list = async (filter: string, fields = 'indicatorValue', tenant = 'contoso') => {
  const { data, errors } = await running.ask<Listed>(
    `{ indicators(tenants: ["${tenant}"], first: 100, filter: { ${filter} }) { nodes { ${fields} } truncated truncationReason } }`,
  );
  expect(errors).toEqual([]);
  return data.indicators;
};

/** Each condition: what it finds, and what of it Microsoft is asked for. */
const conditions: readonly (readonly [filter: string, finds: number, pushed: string])[] = [
  ['indicatorType: [DOMAIN_NAME]', 3, "indicatorType eq 'DomainName'"],
  ['indicatorValue: ["FOURTH-coffee-files.example"]', 1, ''],
  ['indicatorValue: ["192.0.2.77"]', 1, "indicatorValue eq '192.0.2.77'"],
  ['indicatorValue: ["192.0.2.77", "0D0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d"]', 2, ''],
  ['action: [BLOCK_AND_REMEDIATE]', 3, "(action eq 'BlockAndRemediate' or "],
  ['action: [ALLOWED]', 2, "action eq 'Allowed'"],
  ['severity: [HIGH]', 6, "severity eq 'High'"],
  ['application: "Feed-Import"', 1, ''],
  ['set: "sector-feed"', 1, "application eq 'defender-gateway: sector-feed'"],
  ['set: "Sector-Feed"', 0, "application eq 'defender-gateway: Sector-Feed'"],
  ['titleContains: "phishing"', 2, ''],
  ['generateAlert: true', 8, 'generateAlert eq true'],
  ['rbacGroupName: "servers"', 1, ''],
  ['createdAfter: "2000-01-01"', 12, 'creationTimeDateTimeUtc ge'],
  ['createdBefore: "2000-01-01"', 0, 'creationTimeDateTimeUtc lt'],
  ['expiresAfter: "2000-01-01"', 7, 'expirationTime ge'],
  ['expiresBefore: "2000-01-01"', 0, 'expirationTime lt'],
];

test.each(conditions)('filter { %s }', async (filter, finds, pushed) => {
  const { nodes, truncated } = await list(filter);
  expect(nodes).toHaveLength(finds);
  expect(truncated).toBe(false);
  const asked = running.simulator.calls.list().filter(({ operation }) => operation === 'listIndicators');
  const first = new URL(asked[0]?.path ?? '', 'https://x').searchParams.get('$filter') ?? '';
  expect(first).toContain(pushed);
  if (pushed === '') expect(first).toBe('');
});

test.each([
  'indicatorValue: []',
  'indicatorType: []',
  'set: "a\'b"',
  'createdAfter: "2026-02-01", createdBefore: "2026-01-01"',
])('filter { %s } is bad input', async (filter) => {
  const { errors } = await running.ask(`{ indicators(filter: { ${filter} }) { nodes { indicatorId } } }`);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a word of before 2022 reads as that of today, and stands beside it', async () => {
  const { nodes } = await list('indicatorType: [FILE_MD5]', 'action actionName set application');
  expect(nodes).toEqual([
    { action: 'BLOCK_AND_REMEDIATE', actionName: 'AlertAndBlock', set: null, application: 'feed-import' },
  ]);
});

test('one is found by its id, in whatever order', async () => {
  const { data } = await running.ask<{
    readonly indicator: object;
    readonly indicators: { readonly nodes: readonly object[] };
  }>(
    `{ indicator(tenant: "contoso", indicatorId: "991") { id indicatorId indicatorValue source }
       indicators(orderBy: { field: EXPIRATION_TIME }, tenants: ["contoso"], first: 2) { nodes { indicatorId } } }`,
  );
  expect(data.indicator).toMatchObject({ indicatorId: '991', indicatorValue: '192.0.2.77', source: 'MDE' });
  expect(data.indicators.nodes).toHaveLength(2);
  const { errors } = await running.ask('{ indicator(tenant: "contoso", indicatorId: "1") { indicatorId } }');
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});

test('an app that is shown its own alone does not let these pass for all', async () => {
  const { nodes, truncated, truncationReason } = await list('', 'indicatorId', 'own');
  expect(nodes).toEqual([]);
  expect(truncated).toBe(true);
  expect(truncationReason).toContain('Ti.ReadWrite.All');
});

test('thousands of values are read once, not once a row: nobody else is kept waiting', async () => {
  const { indicators } = running.simulator.world('contoso');
  const before = indicators.length;
  const [like] = indicators;
  if (like === undefined) throw new Error('The estate has no indicator');
  for (let id = 1; id <= 3000; id += 1)
    indicators.push({ ...like, id: 100_000 + id, indicatorValue: `row-${id}.example`, indicatorType: 'DomainName' });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  const values = Array.from({ length: 5000 }, (_, index) => `ROW-${index + 2991}.example.`);
  const ask = (given: readonly string[]) =>
    running.ask<Listed>(
      'query ($i: [String!]) { indicators(tenants: ["contoso"], filter: { indicatorValue: $i }) { nodes { indicatorValue } } }',
      { i: given },
    );
  delay.enable();
  const { data } = await ask(values);
  delay.disable();
  indicators.splice(before);
  expect(data.indicators.nodes).toHaveLength(10);
  // Nanoseconds; most of it is the simulator's, in the same process.
  expect(delay.max / 1e6).toBeLessThan(1000);
  const { errors } = await ask(Array.from({ length: 10_001 }, (_, index) => `v${index}`));
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('a value is found in whatever case and type Microsoft keeps it', async () => {
  const { indicators } = running.simulator.world('contoso');
  const before = indicators.length;
  const [like] = indicators;
  if (like === undefined) throw new Error('The estate has no indicator');
  for (const [index, [indicatorType, indicatorValue]] of [
    ['DomainName', 'twice.example'],
    ['Url', 'Twice.Example'],
  ].entries())
    indicators.push({
      ...like,
      id: 200_000 + index,
      indicatorType: String(indicatorType),
      indicatorValue: String(indicatorValue),
    });
  const { nodes } = await list('indicatorValue: ["twice.example"]', 'indicatorId');
  indicators.splice(before);
  expect(nodes).toEqual([{ indicatorId: '200000' }, { indicatorId: '200001' }]);
});
