import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { askCounts, countBy, numbersOf } from './ask.ts';

/** Where a number is not known it is not told, or said to be the least that there are. */
const odd = { page: 'ofPage', filter: 'unfiltered', missing: 'missing', refused: 'refused' } as const;
const oddities = Object.entries(odd);
const batches = ['batch-404', 'batch-html-not-found', 'batch-500', 'batch-malformed-json'];
/** What is learned of a tenant stays for minutes: each oddity has a tenant of its own. */
const tenants = ['whole', ...Object.keys(odd), 'poor', 'down', 'long', ...batches] as const;

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: tenants.map((name) => simTenant(name, name === 'poor' ? { permissions: { graph: [], m365d: [] } } : {})),
      enforceQuotas: false,
    },
    settings: (offered) => changedSettings(offered, [[['limits'], { scanCalls: 3, upstreamCalls: 100 }]]),
  });
  for (const [tenant, listCount] of oddities) running.simulator.oddities.set({ listCount }, tenant);
});
afterAll(() => running.stop());
afterEach(() => running.simulator.faults.clear());

const snake = (word: string): string => word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

describe.each(oddities)('in the tenant %s a service whose count is %s', (tenant) => {
  test('is found out, and the rows are read', async () => {
    const { incidents } = running.simulator.world(tenant);
    const open = incidents.filter(({ status }) => status === 'active');
    const told = await askCounts(
      running,
      `incidentCounts(by: STATUS, tenants: ["${tenant}"], filter: { status: [ACTIVE] })`,
    );
    expect(told).toMatchObject({ total: open.length, tenants: [{ method: 'ROWS', atLeast: false }] });
    expect(numbersOf(told)).toEqual({ active: open.length });
    const severities = await askCounts(running, `incidentCounts(by: SEVERITY, tenants: ["${tenant}"])`);
    expect(numbersOf(severities)).toEqual(countBy(incidents, ({ severity }) => snake(severity)));
  });

  test('is not asked again for some minutes, and tells no totalCount', async () => {
    running.simulator.calls.reset();
    const { data } = await running.ask<{ readonly list: { readonly totalCount: number | null } }>(
      `{ list: incidents(tenants: ["${tenant}"], first: 2, filter: { status: [ACTIVE] }) { totalCount } }`,
    );
    expect(data.list.totalCount).toBeNull();
    expect(running.simulator.calls.count({ tenant, product: 'graph' })).toBe(1);
  });
});

test.each([
  ['has no $batch', { kind: 'status', status: 404 }],
  ['has a page in HTML there', { kind: 'html-not-found' }],
  ['breaks on it', { kind: 'status', status: 500 }],
  ['answers with no JSON', { kind: 'malformed-json' }],
] as const)('a service that %s has its rows read', async (_, effect) => {
  const tenant = `batch-${effect.kind === 'status' ? effect.status : effect.kind}`;
  running.simulator.faults.add({ tenant, operation: 'graph.batch', effect });
  const told = await askCounts(running, `incidentCounts(by: SEVERITY, tenants: ["${tenant}"])`);
  expect(told).toMatchObject({ total: 50, failures: [], tenants: [{ method: 'ROWS', atLeast: false }] });
});

test('one row is counted as one, though a page of one proves nothing', async () => {
  const { incidents } = running.simulator.world('whole');
  const [newest, second] = incidents;
  const between = `createdAfter: "${newest?.createdAt}"`;
  expect(Date.parse(newest?.createdAt ?? '')).toBeGreaterThan(Date.parse(second?.createdAt ?? ''));
  const told = await askCounts(running, `incidentCounts(by: TENANT, tenants: ["whole"], filter: { ${between} })`);
  expect(told).toMatchObject({ total: 1, tenants: [{ method: 'SERVICE' }] });
});

describe('a tenant that cannot answer', () => {
  test('is a failure, the numbers of the others are the least that there are, and nobody knows the total', async () => {
    const told = await askCounts(running, 'incidentCounts(by: SEVERITY, tenants: ["whole", "poor"])');
    expect(told.failures).toEqual([{ tenant: { name: 'poor' }, code: 'MISSING_PERMISSION' }]);
    expect(told.total).toBeNull();
    expect(told.rows.every(({ atLeast }) => atLeast)).toBe(true);
    expect(told.tenants).toMatchObject([{ tenant: { name: 'whole' }, total: 50, atLeast: false }]);
    const each = await askCounts(running, 'incidentCounts(by: SEVERITY, perTenant: true, tenants: ["whole", "poor"])');
    expect(each.rows.every(({ atLeast, tenant }) => !atLeast && tenant?.name === 'whole')).toBe(true);
  });

  test('is an error where failures are not asked for', async () => {
    const ask = (names: string) =>
      running.ask<{ readonly counts: { readonly total: number | null } | null }>(
        `{ counts: incidentCounts(by: SEVERITY, tenants: ${names}) { total } }`,
      );
    const some = await ask('["whole", "poor"]');
    expect(some.errors.map(({ path, extensions: { code, tenant } }) => [path, code, tenant])).toEqual([
      [['counts'], 'MISSING_PERMISSION', 'poor'],
    ]);
    expect(some.data.counts).toEqual({ total: null });
    const none = await ask('["poor"]');
    expect(none.errors.map(({ extensions: { code } }) => code)).toEqual(['MISSING_PERMISSION']);
    expect(none.data.counts).toBeNull();
  });

  test('alerts that Defender for Endpoint alone can list are not taken for all', async () => {
    running.simulator.faults.add({ tenant: 'down', product: 'graph', effect: { kind: 'status', status: 503 } });
    const told = await askCounts(running, 'alertCounts(by: SERVICE_SOURCE, tenants: ["down"])');
    expect(told).toMatchObject({
      total: null,
      truncated: true,
      tenants: [{ method: 'ROWS', source: 'MDE', atLeast: true }],
    });
    expect(told.rows.map(({ key, atLeast }) => [key, atLeast])).toEqual([['MICROSOFT_DEFENDER_FOR_ENDPOINT', true]]);
    expect(told.truncationReason).toMatch(/only alerts of Defender for Endpoint are listed/);
  });
});

test('a list that is longer than limits.scanCalls pages is counted so far, and it is said', async () => {
  running.simulator.oddities.set({ shortPages: 10 }, 'long');
  const told = await askCounts(running, 'machineCounts(by: OS_PLATFORM, tenants: ["long", "whole"], perTenant: true)');
  expect(told.tenants.map(({ tenant, total, atLeast }) => [tenant.name, total, atLeast]).toSorted()).toEqual([
    // Each page but the first begins with the last row of the one before.
    ['long', 28, true],
    ['whole', 60, false],
  ]);
  expect(told).toMatchObject({ total: null, truncated: true, failures: [] });
  expect(told.truncationReason).toMatch(/^In long 3 pages were read \(limits\.scanCalls\); narrow the filter/);
  for (const { tenant, atLeast } of told.rows) expect(atLeast).toBe(tenant?.name === 'long');
});

test.each([
  ['by: NOBODY', 'GRAPHQL_VALIDATION_FAILED', /NOBODY/],
  ['by: SEVERITY, filter: { severity: [] }', 'BAD_USER_INPUT', /empty list/],
  ['by: SEVERITY, filter: { assignedTo: null }', 'BAD_USER_INPUT', /unassigned: true/],
  ['by: DAY, filter: { createdAfter: "2026-02-30" }', 'GRAPHQL_VALIDATION_FAILED', /2026-02-30/],
  [
    'by: DAY, filter: { createdAfter: "2026-02-03", createdBefore: "2026-02-01" }',
    'BAD_USER_INPUT',
    /nothing lies between/,
  ],
  ['by: SEVERITY, tenants: ["nobody"]', 'NOT_FOUND', /nobody/],
  ['tenants: ["whole"]', 'GRAPHQL_VALIDATION_FAILED', /"by"/],
])('incidentCounts(%s) is %s before anybody is asked', async (args, code, says) => {
  running.simulator.calls.reset();
  const { errors } = await running.ask(`{ incidentCounts(${args}) { total } }`);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(errors[0]?.message).toMatch(says);
  expect(running.simulator.calls.list({})).toEqual([]);
});
