import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../../../src/simulator/odata/compile.ts';
import { parseFilter } from '../../../src/simulator/odata/parse.ts';
import type { ODataField } from '../../../src/simulator/odata/rules.ts';
import { type Asked, type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(30);
});
afterAll(() => api.stop());

type Row = Readonly<Record<string, string | null>>;

/** Lists that compare text with case; `members`: properties that are enums, of these words alone. */
const lists =
  (rows: readonly Row[], members: Readonly<Record<string, readonly string[]>> = {}) =>
  (asked: Asked): Given => {
    if (!asked.path.endsWith('/$batch')) return answered(rows, members, asked.query);
    const { requests }: { requests: readonly { readonly id: string; readonly url: string }[] } = JSON.parse(asked.body);
    const responses = requests.map(({ id, url }) => {
      const { status = 200, body } = answered(rows, members, new URL(url, 'https://graph/').searchParams);
      return { id, status, body };
    });
    return { body: { responses } };
  };

const answered = (
  rows: readonly Row[],
  members: Readonly<Record<string, readonly string[]>>,
  query: URLSearchParams,
): Given => {
  const field = (name: string): ODataField<Row> => ({
    name,
    type: /DateTime|Time/.test(name) ? 'time' : members[name] === undefined ? 'string' : 'enum',
    members: members[name] ?? [],
    of: (row) => row[name] ?? null,
  });
  const [filter, skip, top] = [query.get('$filter'), Number(query.get('$skip') ?? 0), Number(query.get('$top') ?? 100)];
  try {
    const passes = filter === null ? () => true : compile(parseFilter(filter, { doubleQuotes: false }), field);
    const found = rows.filter(passes);
    const count = query.get('$count') === 'true' ? { '@odata.count': found.length } : {};
    return { body: { ...count, value: found.slice(skip, skip + top) } };
  } catch (error) {
    return { status: 400, body: { error: { code: 'BadRequest', message: String(error) } } };
  }
};

const machineId = (place: number): string => String(place).repeat(40);
const antivirus = (words: Row, place: number): Row => ({ id: `${place}`, machineId: machineId(place), ...words });
const indicator = (words: Row, place: number): Row => ({
  id: `${place}`,
  indicatorValue: `v${place}.example`,
  ...words,
});

/** What is asked for, and the property, the words that mean it, and one that does not. */
const words: readonly (readonly [
  list: string,
  filter: string,
  property: string,
  means: readonly string[],
  other: string | null,
])[] = [
  ['antivirusHealth', 'avMode: [EDR_BLOCKED]', 'avMode', ['4', 'EDRBlockMode', 'edrBlockMode'], '0'],
  ['antivirusHealth', 'quickScanResult: [CANCELED]', 'quickScanResult', ['Canceled', 'Cancelled', 'cancelled'], null],
  ['antivirusHealth', 'osKind: [WINDOWS]', 'osKind', ['windows', 'Windows', 'WINDOWS'], 'linux'],
  ['antivirusHealth', 'avIsEngineUpToDate: [UP_TO_DATE]', 'avIsEngineUpToDate', ['True', 'true'], 'False'],
  ['indicators', 'indicatorType: [DOMAIN_NAME]', 'indicatorType', ['DomainName', 'domainName'], 'Url'],
  ['indicators', 'indicatorType: [FILE_MD5]', 'indicatorType', ['FileMd5', 'FileMD5', 'filemd5'], 'Url'],
  [
    'indicators',
    'action: [BLOCK_AND_REMEDIATE]',
    'action',
    ['BlockAndRemediate', 'AlertAndBlock', 'alertAndBlock'],
    'Audit',
  ],
  ['indicators', 'severity: [HIGH]', 'severity', ['High', 'high', 'HIGH'], null],
  ['indicators', 'createdBy: "bob@x.com"', 'createdBy', ['bob@x.com', 'Bob@x.com', 'BOB@X.COM'], 'eve@x.com'],
  ['indicators', 'application: "App"', 'application', ['App', 'app', 'APP'], 'apps'],
  ['vulnerabilities', 'severity: [HIGH, CRITICAL]', 'severity', ['High', 'high', 'critical', 'CRITICAL'], 'Low'],
  ['recommendations', 'status: [ACTIVE]', 'status', ['Active', 'active'], 'Exception'],
  ['remediationTasks', 'status: [COMPLETED]', 'status', ['Completed', 'COMPLETED'], 'Active'],
  ['machineActions', 'status: [CANCELLED]', 'status', ['Cancelled', 'Canceled', 'canceled'], 'Failed'],
  ['alerts', 'status: [IN_PROGRESS]', 'status', ['inProgress', 'InProgress', 'Active'], 'new'],
  [
    'alerts',
    'serviceSource: [MICROSOFT_DEFENDER_FOR_ENDPOINT, MICROSOFT_DEFENDER_FOR_IDENTITY]',
    'serviceSource',
    ['microsoftDefenderForEndpoint', 'MicrosoftDefenderATP', 'windowsdefenderatp', 'AzureATP'],
    'microsoftSentinel',
  ],
];

const made: Readonly<Record<string, (words: Row, place: number) => Row>> = {
  antivirusHealth: antivirus,
  indicators: indicator,
};
const plain = (sent: Row, place: number): Row => ({
  id: `${place}`,
  createdDateTime: `2026-01-0${place}T00:00:00Z`,
  creationDateTimeUtc: `2026-01-0${place}T00:00:00Z`,
  ...sent,
});

interface Told {
  readonly list: { readonly nodes: readonly object[]; readonly failures: readonly object[] };
}

test.each(words)('R5: %s(filter: { %s }): every spelling is found', async (list, filter, property, means, other) => {
  const rows = [...means, other].map((word, index) => (made[list] ?? plain)({ [property]: word }, index + 1));
  const tenant = api.tenant(lists(rows));
  const { data, errors } = await tenant.ask<Told>(
    `query ($tenant: String!) { list: ${list}(tenants: [$tenant], first: 50, filter: { ${filter} }) { nodes { __typename } failures { message } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.list.failures).toEqual([]);
  expect(data.list.nodes).toHaveLength(means.length);
});

describe('R5: a service that checks words against its enum', () => {
  const statuses = ['new', 'inProgress', 'resolved', 'unknown'];
  const rows = statuses.map((status, index) => plain({ status, severity: 'high' }, index + 1));

  test('is asked by its own words, and not by others again', async () => {
    const tenant = api.tenant(lists(rows, { status: statuses }));
    const ask = () =>
      tenant.ask<Told>(
        'query ($tenant: String!) { list: alerts(tenants: [$tenant], filter: { status: [IN_PROGRESS], severity: [HIGH] }) { nodes { statusName } failures { message } } }',
      );
    expect((await ask()).data.list).toEqual({ nodes: [{ statusName: 'inProgress' }], failures: [] });
    tenant.asked.length = 0;
    expect((await ask()).data.list.nodes).toHaveLength(1);
    const filters = tenant.asked.map(({ query }) => query.get('$filter') ?? '');
    expect(filters[0]).toMatch(/^status eq 'inProgress' and \(severity eq 'high' or /);
    expect(filters.some((filter) => filter.includes('Active'))).toBe(false);
  });

  test('is asked for many values, too, by its own words', async () => {
    const tenant = api.tenant(lists(rows, { status: statuses }));
    const ask = (some: string) =>
      tenant.ask<Told>(
        `query ($tenant: String!) { list: alerts(tenants: [$tenant], filter: { status: [${some}] }) { nodes { statusName } failures { message } } }`,
      );
    await ask('IN_PROGRESS');
    tenant.asked.length = 0;
    expect((await ask('NEW, IN_PROGRESS, RESOLVED')).data.list.nodes).toHaveLength(3);
    expect(tenant.asked.every(({ query }) => query.get('$filter') !== null)).toBe(true);
  });

  test('counts by them', async () => {
    const tenant = api.tenant(lists(rows, { status: statuses }));
    const { data } = await tenant.ask(
      'query ($tenant: String!) { alertCounts(tenants: [$tenant], by: STATUS) { rows { key count } tenants { method } } }',
    );
    expect(data).toMatchObject({ alertCounts: { tenants: [{ method: 'SERVICE' }] } });
  });
});

test('R5: alertCounts counts a word in another case for what it means', async () => {
  const severities = ['high', 'High', 'HIGH', 'low', 'catastrophic', null];
  const rows = severities.map((severity, index) => plain({ severity }, index + 1));
  const tenant = api.tenant(lists(rows));
  const { data } = await tenant.ask<{
    readonly alertCounts: { readonly rows: readonly { readonly key: string; readonly count: number }[] };
  }>('query ($tenant: String!) { alertCounts(tenants: [$tenant], by: SEVERITY) { rows { key count } } }');
  expect(Object.fromEntries(data.alertCounts.rows.map(({ key, count }) => [key, count]))).toMatchObject({
    HIGH: 3,
    LOW: 1,
    UNKNOWN: 2,
  });
});
