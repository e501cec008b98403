import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(20, ['mde']);
});
afterAll(() => standIn.stop());

const machine = { id: 'a'.repeat(40), computerDnsName: 'fin-ws-001.contoso.com' };
const alert = { id: 'da1_1', machineId: null, status: 'New', severity: 'Low', evidence: [] };

/** What is answered at the end of each path. */
const tenantOf = (answers: Readonly<Record<string, Given>>) =>
  standIn.tenant(({ path }) => Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? none);

test('the user and the machine of an alert are told with their own ids', async () => {
  const tenant = tenantOf({
    '/da1_1': { body: alert },
    '/da1_1/user': { body: { id: 'contoso\\user1', accountName: 'user1' } },
    '/da1_1/machine': { body: machine },
    [`/${machine.id}`]: { body: machine },
  });
  const { data, errors } = await tenant.ask(
    'query ($tenant: String!) { alert(tenant: $tenant, alertId: "da1_1") { relatedUser { accountName } machine { machineId } } }',
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({ alert: { relatedUser: { accountName: 'user1' }, machine: { machineId: machine.id } } });
});

test.each<[string, unknown]>([
  ['4', 4],
  ['4\r\n', 4],
  ['"4"', 4],
  [JSON.stringify({ '@odata.context': 'x', value: 4 }), 4],
  [JSON.stringify({ '@odata.count': 4, value: [] }), 4],
  [JSON.stringify({ value: [{ id: 'da1_1' }] }), null],
])('a count that is sent as %j is %j', async (body, alertCount) => {
  const tenant = tenantOf({ '/$count': { body }, [`/${machine.id}`]: { body: machine } });
  const { data, errors } = await tenant.ask(
    'query ($tenant: String!, $id: ID!) { machine(tenant: $tenant, machineId: $id) { alertCount } }',
    { id: machine.id },
  );
  expect(data).toEqual({ machine: { alertCount } });
  expect(errors).toHaveLength(alertCount === null ? 1 : 0);
});

/** A machine with one alert that is open and two that are not, in whatever words. */
const states = ['New', 'resolved', 'RESOLVED'];

test.each<[string, (filter: string) => Given]>([
  ['overlooks a condition', () => ({ body: 3 })],
  ['compares with case', (filter) => ({ body: filter.includes(' eq ') ? 0 : 3 })],
  ['refuses a condition', (filter) => (filter === '' ? { body: 3 } : { status: 400, body: {} })],
])('alerts are counted by themselves where a service that counts %s', async (_what, count) => {
  const alerts = states.map((status, place) => ({ ...alert, id: `da1_${place}`, machineId: machine.id, status }));
  const tenant = standIn.tenant(({ path, query }) => {
    if (path.endsWith('/$count')) return count(query.get('$filter') ?? '');
    return path.endsWith('/alerts') ? { body: { value: alerts } } : { body: machine };
  });
  for (const _time of [1, 2]) {
    const { data, errors } = await tenant.ask(
      `query ($tenant: String!, $id: ID!) {
        machine(tenant: $tenant, machineId: $id) { all: alertCount open: alertCount(isOpen: true) done: alertCount(isOpen: false) }
      }`,
      { id: machine.id },
    );
    expect(errors).toEqual([]);
    expect(data).toEqual({ machine: { all: 3, open: 1, done: 2 } });
  }
});

const indicator = { id: '7', indicatorType: 'IpAddress', indicatorValue: '192.0.2.77', action: 'Block' };

test.each<[string, Given]>([
  ['breaks on', { status: 500, body: {} }],
  ['does not find', none],
  ['answers with something else to', { body: { value: 'none' } }],
])('an address has its indicators where a service %s a filter of its values', async (_what, given) => {
  const tenant = standIn.tenant(({ query }) => {
    if (query.has('$filter')) return given;
    return { body: { value: Number(query.get('$skip') ?? 0) === 0 ? [indicator] : [] } };
  });
  const { data, errors } = await tenant.ask(
    `query ($tenant: String!) { ipAddress(tenant: $tenant, address: "192.0.2.77") { indicators { nodes { indicatorId } } } }`,
  );
  expect(errors).toEqual([]);
  expect(data).toEqual({ ipAddress: { indicators: { nodes: [{ indicatorId: '7' }] } } });
});

test('an address whose indicators are forbidden has an error, and their list is not asked for', async () => {
  const tenant = standIn.tenant(() => ({ status: 403, body: { error: { code: 'Forbidden', message: 'No.' } } }));
  const { errors } = await tenant.ask(
    `query ($tenant: String!) { ipAddress(tenant: $tenant, address: "192.0.2.77") { indicators { nodes { indicatorId } } } }`,
  );
  expect(errors).toMatchObject([{ extensions: { upstreamStatus: 403 } }]);
  expect(tenant.asked.filter(({ query }) => !query.has('$filter'))).toEqual([]);
});

test('a session of a scan that is not asked for says nothing of those that are', async () => {
  const tenant = tenantOf({
    '/GetScanHistoryBySessionId': { body: { value: [{ SessionIds: 'FIRST' }, { SessionIds: 'other' }] } },
  });
  const { data, errors } = await tenant.ask(
    'query ($tenant: String!) { scanSessions(tenant: $tenant, sessionIds: ["first", "second"]) { sessionId } }',
  );
  expect(data).toEqual({ scanSessions: [{ sessionId: 'FIRST' }, null] });
  expect(errors).toMatchObject([{ path: ['scanSessions', 1], extensions: { code: 'UPSTREAM_REJECTED' } }]);
});

test('runs of a scan without a time are each there', async () => {
  const run = { ScanDefinitionIds: 'aaaaaaaa', LastScanned: null };
  const runs = [
    { ...run, ScanStatus: 'Fail' },
    { ...run, ScanStatus: 'Success' },
  ];
  const tenant = tenantOf({
    '/GetScanHistoryByScanDefinitionId': { body: { value: runs } },
    '/DeviceAuthenticatedScanDefinitions': { body: { value: [{ id: 'aaaaaaaa' }] } },
  });
  const { data } = await tenant.ask(
    'query ($tenant: String!) { scanDefinition(tenant: $tenant, scanDefinitionId: "aaaaaaaa") { runs { nodes { scanStatus } } } }',
  );
  expect(data).toEqual({ scanDefinition: { runs: { nodes: [{ scanStatus: 'Fail' }, { scanStatus: 'Success' }] } } });
});
