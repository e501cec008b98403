import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorldAlert, WorldIncident } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';
import { askCounts, countBy, numbersOf, type Told, toldFields } from './ask.ts';

/** Counts are those of the estate, whoever counted: Graph in one tenant, the gateway in the other. */
let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [simTenant('by-graph'), simTenant('by-defender', { permissions: { graph: [] } })],
      enforceQuotas: false,
    },
  });
});
afterAll(() => running.stop());

type Row = Readonly<Record<string, string | null>>;
const day = (time: string | null | undefined): string | null => time?.slice(0, 10) ?? null;

/** By what a type is counted, and what of a row is the key; `null`: its tenant. */
const groupings = {
  incidents: {
    SEVERITY: ({ severity }: Row) => severity,
    STATUS: ({ status }: Row) => status,
    CLASSIFICATION: ({ classification }: Row) => classification,
    ASSIGNED_TO: ({ assignedTo }: Row) => assignedTo,
    DAY: ({ createdAt }: Row) => day(createdAt),
  },
  alerts: {
    SEVERITY: ({ severity }: Row) => severity,
    STATUS: ({ status }: Row) => status,
    CLASSIFICATION: ({ classification }: Row) => classification,
    SERVICE_SOURCE: ({ serviceSource }: Row) => serviceSource,
    CATEGORY: ({ category }: Row) => category,
    ASSIGNED_TO: ({ assignedTo }: Row) => assignedTo,
    DAY: ({ createdAt }: Row) => day(createdAt),
  },
  machines: {
    HEALTH_STATUS: ({ healthStatus }: Row) => healthStatus,
    EXPOSURE_LEVEL: ({ exposureLevel }: Row) => exposureLevel,
    RISK_SCORE: ({ riskScore }: Row) => riskScore,
    ONBOARDING_STATUS: ({ onboardingStatus }: Row) => onboardingStatus,
    DEVICE_VALUE: ({ deviceValue }: Row) => deviceValue,
    OS_PLATFORM: ({ osPlatform }: Row) => osPlatform,
    MACHINE_GROUP: ({ rbacGroupName }: Row) => rbacGroupName,
    LAST_SEEN_DAY: ({ lastSeen }: Row) => day(lastSeen),
  },
  machineActions: {
    TYPE: ({ type }: Row) => type,
    STATUS: ({ status }: Row) => status,
    REQUESTOR: ({ requestor }: Row) => requestor,
    DAY: ({ createdAt }: Row) => day(createdAt),
  },
  vulnerabilities: {
    SEVERITY: ({ severity }: Row) => severity,
    PUBLIC_EXPLOIT: ({ publicExploit }: Row) => (publicExploit === null ? null : String(publicExploit)),
    PUBLISHED_DAY: ({ publishedOn }: Row) => day(publishedOn),
  },
} as const;

const fields: Readonly<Record<keyof typeof groupings, { readonly counts: string; readonly nodes: string }>> = {
  incidents: { counts: 'incidentCounts', nodes: 'severity status classification assignedTo createdAt' },
  alerts: {
    counts: 'alertCounts',
    nodes: 'severity status classification serviceSource category assignedTo createdAt',
  },
  machines: {
    counts: 'machineCounts',
    nodes: 'healthStatus exposureLevel riskScore onboardingStatus deviceValue osPlatform rbacGroupName lastSeen',
  },
  machineActions: { counts: 'machineActionCounts', nodes: 'type status requestor createdAt' },
  vulnerabilities: { counts: 'vulnerabilityCounts', nodes: 'severity publicExploit publishedOn' },
};

type Name = keyof typeof groupings;
type Page = { readonly totalCount: number | null; readonly nodes: readonly Row[] };

/** The list, its first rows, and it counted in every way. */
const askAll = async (name: Name, tenant: string, filter: object) => {
  const { counts, nodes } = fields[name];
  const type = counts.replace(/Counts$/, '');
  const at = `tenants: ["${tenant}"], filter: $filter`;
  const { data, errors } = await running.ask<Record<string, Told> & Record<'list' | 'few', Page>>(
    `query ($filter: ${type.charAt(0).toUpperCase()}${type.slice(1)}Filter) {
      list: ${name}(${at}, first: 200) { nodes { ${nodes} } }
      few: ${name}(${at}, first: 2) { totalCount nodes { tenant { name } } }
      TENANT: ${counts}(by: TENANT, ${at}) { ${toldFields} }
      ${Object.keys(groupings[name])
        .map((by) => `${by}: ${counts}(by: ${by}, ${at}) { ${toldFields} }`)
        .join('\n')}
    }`,
    { filter },
  );
  expect(errors).toEqual([]);
  return data;
};

/** Every grouping has the numbers of the list. */
const expectRight = async (name: Name, tenant: string, filter: object) => {
  const answer = await askAll(name, tenant, filter);
  const { nodes } = answer.list;
  for (const [by, keyOf] of Object.entries(groupings[name])) {
    const told = answer[by];
    expect({ by, numbers: told && numbersOf(told) }).toEqual({ by, numbers: countBy(nodes, keyOf) });
    expect(told).toMatchObject({ total: nodes.length, failures: [], truncated: false });
  }
  expect(answer.TENANT?.rows.map(({ key, count }) => [key, count])).toEqual(
    nodes.length === 0 ? [] : [[tenant, nodes.length]],
  );
  expect([nodes.length, null]).toContain(answer.few.totalCount);
  return answer;
};

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const severities = ['HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL'] as const;
/** Sent to Graph as they are. */
const pushed = (status: readonly string[]) => ({
  status: some(status),
  severity: some(severities),
  classification: some(['TRUE_POSITIVE', 'FALSE_POSITIVE', 'INFORMATIONAL_EXPECTED_ACTIVITY']),
});
/** Left to the gateway. */
const kept = { unassigned: fc.boolean(), titleContains: fc.constantFrom('e', 'ransom', 'no title has this') };
const moment = fc.nat(40).map((days) => ({ createdAfter: new Date(Date.now() - days * 86_400_000).toISOString() }));

const filtersOf = (status: readonly string[]) =>
  fc
    .tuple(
      fc.record(pushed(status), { requiredKeys: [] }),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record(kept, { requiredKeys: [] }) },
      ),
      fc.oneof(fc.constant({}), moment),
    )
    .map(([sent, checked, since]) => ({ ...sent, ...checked, ...since }));

describe.each([
  ['incidents', ['ACTIVE', 'IN_PROGRESS', 'RESOLVED']],
  ['alerts', ['NEW', 'IN_PROGRESS', 'RESOLVED']],
] as const)('%s are counted as they are listed, whatever the filter', (name, status) => {
  test.each(['by-graph', 'by-defender'])('in the tenant %s', async (tenant) => {
    await fc.assert(
      fc.asyncProperty(filtersOf(status), async (filter) => void (await expectRight(name, tenant, filter))),
      { numRuns: 6 },
    );
  });
});

const enumWord = (word: string | null): string =>
  word === null ? 'UNKNOWN' : word.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

test.each([
  ['incidents', 'incidentCounts', ({ classification }: WorldIncident | WorldAlert) => enumWord(classification)],
  ['alerts', 'alertCounts', ({ classification }: WorldIncident | WorldAlert) => enumWord(classification)],
] as const)(
  'Graph counts %s as the estate has them, those that are judged by no word of ours too',
  async (name, field, of) => {
    const told = await askCounts(running, `${field}(by: CLASSIFICATION, tenants: ["by-graph"])`);
    expect(told.tenants.map(({ method }) => method)).toEqual(['SERVICE']);
    expect(numbersOf(told)).toEqual(countBy(running.simulator.world('by-graph')[name], of));
  },
);

test.each([
  ['machines', {}],
  ['machines', { healthStatus: ['ACTIVE'], osPlatform: ['windows11'] }],
  ['machines', { computerDnsNameStartsWith: 'a' }],
  ['machineActions', {}],
  ['machineActions', { type: ['ISOLATE', 'RUN_ANTI_VIRUS_SCAN'] }],
  ['vulnerabilities', {}],
  ['vulnerabilities', { severity: ['CRITICAL', 'HIGH'], cvssV3AtLeast: 8 }],
] as const)('%s are counted as they are listed: %j', async (name, filter) => {
  await expectRight(name, 'by-graph', filter);
});

test('each tenant has rows of its own when they are asked for, and the rows of all are their sum', async () => {
  const each = await askCounts(running, 'alertCounts(by: SEVERITY, perTenant: true)');
  const all = await askCounts(running, 'alertCounts(by: SEVERITY)');
  expect(new Set(each.rows.map(({ tenant }) => tenant?.name))).toEqual(new Set(['by-graph', 'by-defender']));
  for (const { key, count, tenant } of all.rows) {
    expect(tenant).toBeNull();
    const parts = each.rows.filter((row) => row.key === key).map((row) => row.count);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(count);
  }
  expect(each.tenants.map(({ tenant, method, source }) => [tenant.name, method, source]).toSorted()).toEqual([
    ['by-defender', 'ROWS', 'MDE'],
    ['by-graph', 'SERVICE', 'GRAPH'],
  ]);
  expect(all.total).toBe(each.rows.reduce((sum, { count }) => sum + count, 0));
});

test.each([
  ['a list that ends on the page', 'incidents(tenants: ["by-defender"], first: 200)', 50],
  ['a list that Graph counts', 'incidents(tenants: ["by-graph"], first: 3)', 50],
  [
    'all conditions of which it takes',
    'incidents(tenants: ["by-graph"], first: 3, filter: { createdAfter: "2000-01-01" })',
    50,
  ],
  ['another page of it', 'incidents(tenants: ["by-graph"], first: 3, after: $after)', 50],
  ['a list that nobody counts', 'incidents(tenants: ["by-defender"], first: 3)', null],
  [
    'a condition that the gateway checks',
    'incidents(tenants: ["by-graph"], first: 3, filter: { titleContains: "e" })',
    null,
  ],
  ['two tenants of which one is not counted', 'incidents(first: 3)', null],
])('totalCount of %s', async (_, list, expected) => {
  const first = await running.ask<{ readonly list: { readonly pageInfo: { readonly endCursor: string } } }>(
    '{ list: incidents(tenants: ["by-graph"], first: 3) { pageInfo { endCursor } } }',
  );
  const query = list.includes('$after') ? 'query ($after: String)' : 'query';
  const { data, errors } = await running.ask<{ readonly list: { readonly totalCount: number | null } }>(
    `${query} { list: ${list} { totalCount } }`,
    { after: first.data.list.pageInfo.endCursor },
  );
  expect(errors).toEqual([]);
  expect(data.list.totalCount).toBe(expected);
});
