import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoTenants } from '../../../../src/simulator/tenants.ts';
import type { WorldMachine } from '../../../../src/simulator/world/types.ts';
import { errorOf, startOdd } from '../oddities/live.ts';
import { createAlert, doneMs, type Live, library, merge, move, startLive, tagMany } from './live.ts';
import { refusals } from './refusals.ts';

let live: Live;
/** One for all: the estate has few of them. */
let windows10: WorldMachine;
beforeAll(async () => {
  live = await startLive();
  windows10 = live.fresh('Windows10');
});
afterAll(() => live.stop());

test.each(refusals)('refused: $what', async ({ api, call, status, code, says }) => {
  const [path, body, method = 'POST'] = call(live);
  const refusal = errorOf(await live.ask(api, path, { method, body }));
  expect(refusal).toEqual({ status, code, message: typeof says === 'string' ? says : expect.stringMatching(says) });
});

test.each([
  ['isolate', { Comment: 'x', IsolationType: 'Full' }, 1703],
  ['isolate', { Comment: 'x', IsolationType: 'Selective' }, 1709],
  ['restrictCodeExecution', { Comment: 'x' }, 1709],
  ['collectInvestigationPackage', { Comment: 'x' }, 1703],
  ['StopAndQuarantineFile', { Comment: 'x', Sha1: 'ab'.repeat(20) }, 1703],
  ['startInvestigation', { Comment: 'x' }, 1709],
])('%s %j is refused on a Windows 10 that does not know it', async (action, body, since) => {
  const machine = windows10;
  machine.osVersion = String(since - 1);
  const { status, code, message } = errorOf(await live.order(machine, action, body));
  machine.osVersion = String(since);
  const taken = await live.order(machine, action, body);
  live.pass(doneMs);
  expect([status, code]).toEqual([400, 'ClientVersionNotSupported']);
  expect(message).toMatch(new RegExp(`^\\w+ is supported on client version ${since} and above\\.$`));
  expect(taken.status).toBe(201);
});

describe('permissions', () => {
  const [contoso] = demoTenants;
  if (contoso === undefined) throw new Error('The demo has no tenant');
  const readers = contoso.apps.map((app) => ({
    ...app,
    permissions: { mde: ['Machine.Read.All'], m365d: [], graph: ['SecurityIncident.ReadWrite.All'] },
  }));
  let reader: Awaited<ReturnType<typeof startOdd>>;
  beforeAll(async () => {
    reader = await startOdd({ tenants: [{ ...contoso, apps: readers }] });
  });
  afterAll(() => reader.stop());

  test.each([
    ['mde', '/api/machines/1/restrictCodeExecution', 'Machine.RestrictExecution'],
    ['mde', '/api/machines/1/unrestrictCodeExecution', 'Machine.RestrictExecution'],
    ['mde', '/api/machines/1/collectInvestigationPackage', 'Machine.CollectForensics'],
    ['mde', '/api/machines/1/StopAndQuarantineFile', 'Machine.StopAndQuarantine'],
    ['mde', '/api/machines/1/offboard', 'Machine.Offboard'],
    ['mde', '/api/machines/1/startInvestigation', 'Alert.ReadWrite.All'],
    ['mde', '/api/machines/1/tags', 'Machine.ReadWrite.All'],
    ['mde', tagMany, 'Machine.ReadWrite.All'],
    ['mde', '/api/machines/1/setDeviceValue', 'Machine.ReadWrite.All'],
    ['mde', createAlert, 'Alert.ReadWrite.All'],
    ['mde', library, 'Library.Manage'],
    ['graph', merge, 'SecurityData.Manage.All'],
    ['graph', move, 'SecurityData.Manage.All'],
    ['graph', '/v1.0/security/alerts_v2/1/comments', 'SecurityAlert.ReadWrite.All'],
  ] as const)('%s %s is forbidden without %s', async (api, path, permission) => {
    const { status, message } = errorOf(await reader.ask(api, path, { method: 'POST', body: { Comment: 'x' } }));
    expect(status).toBe(403);
    expect(message).toContain(`Missing application roles. API required roles: ${permission}`);
  });
});
