import { FormData } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoTenants } from '../../../src/simulator/tenants.ts';
import type { TenantWorld, WorldMachine } from '../../../src/simulator/world/types.ts';
import { record } from './call.ts';
import { type Ask, errorOf, idsOf, rowsOf, startOdd } from './oddities/live.ts';
import { valueAt } from './small-simulator.ts';

const clock = { ms: 0 };
const startMs = Date.parse('2026-11-22T10:00:00.000Z');
const now = () => new Date(startMs + clock.ms);
const actionTimes = { pendingMs: 1_000, runningMs: 3_000, queueMs: 60_000 };

let odd: Awaited<ReturnType<typeof startOdd>>;
beforeAll(async () => {
  odd = await startOdd({ now, actionTimes });
});
afterAll(() => odd.stop());
beforeEach(() => odd.simulator.oddities.reset());

const taken = new Set<WorldMachine>();
/** A machine of that system with a sensor that no test has used yet. */
const fresh = (osPlatform = 'Windows11', { actions, machines }: TenantWorld = odd.world): WorldMachine => {
  const machine = machines.find(
    (one) =>
      one.osPlatform.startsWith(osPlatform) &&
      one.onboardingStatus === 'Onboarded' &&
      one.healthStatus === 'Active' &&
      !taken.has(one) &&
      !actions.some((action) => action.machine === one),
  );
  if (machine === undefined) throw new Error(`The estate has no machine with ${osPlatform} left`);
  taken.add(machine);
  return machine;
};
const unmanaged = (): WorldMachine => {
  const machine = odd.world.machines.find(({ onboardingStatus }) => onboardingStatus === 'CanBeOnboarded');
  if (machine === undefined) throw new Error('The estate has no machine without a sensor');
  return machine;
};

const post = (api: 'mde' | 'graph', path: string, body: unknown) => odd.ask(api, path, { method: 'POST', body });
const order = (machine: { readonly id: string }, act: string, body: unknown = { Comment: 'x' }) =>
  post('mde', `/api/machines/${machine.id}/${act}`, body);
const action = async (id: unknown) => record((await odd.ask('mde', `/api/machineactions/${String(id)}`)).json);
const pass = (ms: number): void => {
  clock.ms += ms;
};
const done = actionTimes.pendingMs + actionTimes.runningMs;

const merge = '/v1.0/security/incidents/mergeIncidents';
const move = '/v1.0/security/alerts_v2/moveAlerts';
const openIncidents = () => odd.world.incidents.filter(({ status }) => status !== 'redirected');
const reference = (change: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  machineId: unmanaged().id,
  severity: 'Low',
  title: 't',
  description: 'd',
  recommendedAction: 'r',
  eventTime: '2026-11-20T16:45:21.7115183Z',
  reportId: '20776',
  category: 'Exploit',
  ...change,
});
const createAlert = '/api/alerts/CreateAlertByReference';
const many = '/api/machines/AddOrRemoveTagForMultipleMachines';
const form = (fileName: string, bytes: number, fields: Readonly<Record<string, string>> = {}): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('File', new Blob([new Uint8Array(bytes)]), fileName);
  return data;
};

type Refusal = readonly [
  what: string,
  api: 'mde' | 'graph',
  call: () => readonly [path: string, body?: unknown, method?: Ask['method']],
  status: number,
  code: string,
  sentence: RegExp,
];
const on = (machine: () => WorldMachine, act: string, body: unknown = { Comment: 'x' }) => {
  return () => [`/api/machines/${machine().id}/${act}`, body] as const;
};
const nobody = 'f'.repeat(40);

describe('what the pages say is refused', () => {
  const refusals: readonly Refusal[] = [
    ...['restrictCodeExecution', 'collectInvestigationPackage', 'offboard', 'StopAndQuarantineFile'].flatMap(
      (act): readonly Refusal[] => {
        const body = { Comment: 'x', Sha1: 'ab'.repeat(20) };
        return [
          [
            `${act} on Linux`,
            'mde',
            on(() => fresh('Linux'), act, body),
            400,
            'OsPlatformNotSupported',
            /^OS Platform Linux is not supported for this action\.$/,
          ],
          [`${act} without a sensor`, 'mde', on(unmanaged, act, body), 400, 'InvalidInput', /not onboarded/],
          [
            `${act} of nobody`,
            'mde',
            () => [`/api/machines/${nobody}/${act}`, body],
            404,
            'ResourceNotFound',
            /^Machine f+ was not found$/,
          ],
          [
            `${act} without a comment`,
            'mde',
            on(unmanaged, act, { Sha1: 'ab'.repeat(20) }),
            400,
            'MissingRequiredParameter',
            /^Parameter Comment is missing\.$/,
          ],
          [
            `${act} with a lower-case comment`,
            'mde',
            on(unmanaged, act, { comment: 'x' }),
            400,
            'MissingRequiredParameter',
            /Comment/,
          ],
        ];
      },
    ),
    [
      'lifting a restriction that is not there',
      'mde',
      on(() => fresh(), 'unrestrictCodeExecution'),
      400,
      'InvalidInput',
      /nothing to undo/,
    ],
    [
      'quarantine by SHA-256',
      'mde',
      on(() => fresh(), 'StopAndQuarantineFile', { Comment: 'x', Sha1: 'ab'.repeat(32) }),
      400,
      'InvalidHashValue',
      /^Hash value (ab){32} is invalid\.$/,
    ],
    [
      'quarantine without a hash',
      'mde',
      on(() => fresh(), 'StopAndQuarantineFile'),
      400,
      'MissingRequiredParameter',
      /^Parameter Sha1 is missing\.$/,
    ],
    [
      'an investigation without a sensor',
      'mde',
      on(unmanaged, 'startInvestigation'),
      400,
      'InvalidInput',
      /not onboarded/,
    ],
    [
      'an investigation of a Mac',
      'mde',
      on(() => fresh('macOS'), 'startInvestigation'),
      400,
      'OsPlatformNotSupported',
      /macOS/,
    ],
    [
      'an investigation without a comment',
      'mde',
      on(unmanaged, 'startInvestigation', {}),
      400,
      'MissingRequiredParameter',
      /Comment/,
    ],
    [
      'the package of an action that is none',
      'mde',
      () => [`/api/machineactions/${nobody}/getPackageUri`, undefined, 'GET'],
      404,
      'ResourceNotFound',
      /was not found/,
    ],
    [
      'a tag that is neither added nor removed',
      'mde',
      on(unmanaged, 'tags', { Value: 't', Action: 'Set' }),
      400,
      'InvalidInput',
      /Action/,
    ],
    [
      'a tag without a value',
      'mde',
      on(unmanaged, 'tags', { Action: 'Add' }),
      400,
      'MissingRequiredParameter',
      /Value/,
    ],
    [
      'tagging 501 machines',
      'mde',
      () => [many, { Value: 't', Action: 'Add', MachineIds: Array.from({ length: 501 }, () => nobody) }],
      400,
      'MaximumBatchSizeExceeded',
      /^Maximum batch size exceeded\. Received: 501, allowed: 500\.$/,
    ],
    [
      'tagging no machine',
      'mde',
      () => [many, { Value: 't', Action: 'Add', MachineIds: [] }],
      400,
      'MissingRequiredParameter',
      /MachineIds/,
    ],
    [
      'tagging nobody among others',
      'mde',
      () => [many, { Value: 't', Action: 'Add', MachineIds: [unmanaged().id, nobody] }],
      404,
      'ResourceNotFound',
      /was not found/,
    ],
    [
      'a device value that is none',
      'mde',
      on(unmanaged, 'setDeviceValue', { DeviceValue: 'Huge' }),
      400,
      'InvalidInput',
      /DeviceValue/,
    ],
    [
      'a device value without its capital',
      'mde',
      on(unmanaged, 'setDeviceValue', { deviceValue: 'High' }),
      400,
      'MissingRequiredParameter',
      /DeviceValue/,
    ],
    [
      'a comment on no alert',
      'mde',
      () => ['/api/alerts/da1_1', { comment: 'x' }, 'PATCH'],
      404,
      'ResourceNotFound',
      /^Alert da1_1 was not found$/,
    ],
    ...['eventTime', 'reportId', 'machineId', 'severity', 'title', 'description', 'recommendedAction', 'category'].map(
      (key): Refusal => [
        `an alert without ${key}`,
        'mde',
        () => [createAlert, reference({ [key]: undefined })],
        400,
        'MissingRequiredParameter',
        new RegExp(key),
      ],
    ),
    [
      'an alert of another severity',
      'mde',
      () => [createAlert, reference({ severity: 'Informational' })],
      400,
      'InvalidInput',
      /severity/,
    ],
    [
      'an alert of another category',
      'mde',
      () => [createAlert, reference({ category: 'Mischief' })],
      400,
      'InvalidInput',
      /category/,
    ],
    [
      'an alert on an event that never was',
      'mde',
      () => [createAlert, reference({})],
      404,
      'ResourceNotFound',
      /event/,
    ],
    [
      'a file of more than 20 MB',
      'mde',
      () => ['/api/libraryfiles', form('big.bin', 20 * 1_048_576 + 1)],
      400,
      'InvalidInput',
      /20 MB/,
    ],
    [
      'a file that is not in a form',
      'mde',
      () => ['/api/libraryfiles', { File: 'x' }],
      400,
      'InvalidRequestBody',
      /multipart/,
    ],
    [
      'a name that the library has',
      'mde',
      () => ['/api/libraryfiles', form('kill-process.ps1', 3)],
      400,
      'InvalidInput',
      /already exists/,
    ],
    [
      'deleting a file that is not there',
      'mde',
      () => ['/api/libraryfiles/none.ps1', undefined, 'DELETE'],
      404,
      'ResourceNotFound',
      /none\.ps1 was not found/,
    ],
    [
      'a comment of Graph without its type',
      'graph',
      () => [`/v1.0/security/incidents/${odd.world.incidents[0]?.id}/comments`, { comment: 'x' }],
      400,
      'BadRequest',
      /@odata\.type/,
    ],
    [
      'merging one incident',
      'graph',
      () => [merge, { incidentIds: [odd.world.incidents[0]?.id] }],
      400,
      'BadRequest',
      /at least 2/,
    ],
    [
      'merging one incident twice over',
      'graph',
      () => [merge, { incidentIds: [odd.world.incidents[0]?.id, odd.world.incidents[0]?.id] }],
      400,
      'BadRequest',
      /at least 2/,
    ],
    [
      'merging with an incident that is none',
      'graph',
      () => [merge, { incidentIds: [odd.world.incidents[0]?.id, '1'] }],
      404,
      'itemNotFound',
      /incident 1 /,
    ],
    [
      'merging for a reason that is none',
      'graph',
      () => [
        merge,
        {
          incidentIds: openIncidents()
            .slice(0, 2)
            .map(({ id }) => id),
          mergeReasons: 'sameActor, whim',
        },
      ],
      400,
      'BadRequest',
      /whim/,
    ],
    ['merging under another name', 'graph', () => [merge, { ids: ['1', '2'] }], 400, 'BadRequest', /'ids'/],
    ['moving no alert', 'graph', () => [move, { alertIds: [] }], 400, 'BadRequest', /at least 1/],
    [
      'moving an alert that is none',
      'graph',
      () => [move, { alertIds: ['da1_1'], incidentId: odd.world.incidents[0]?.id }],
      404,
      'itemNotFound',
      /da1_1/,
    ],
    [
      'moving into an incident that is none',
      'graph',
      () => [move, { alertIds: [odd.world.alerts[0]?.id], incidentId: '1' }],
      404,
      'itemNotFound',
      /incident 1 /,
    ],
  ];

  test.each(refusals)('%s', async (_what, api, call, status, code, sentence) => {
    const [path, body, method = 'POST'] = call();
    const answer = await odd.ask(api, path, { method, body });
    expect(errorOf(answer)).toEqual({ status, code, message: expect.stringMatching(sentence) });
  });
});

test.each([
  ['isolate', { Comment: 'x', IsolationType: 'Full' }, 1703],
  ['isolate', { Comment: 'x', IsolationType: 'Selective' }, 1709],
  ['restrictCodeExecution', { Comment: 'x' }, 1709],
  ['collectInvestigationPackage', { Comment: 'x' }, 1703],
  ['StopAndQuarantineFile', { Comment: 'x', Sha1: 'ab'.repeat(20) }, 1703],
  ['startInvestigation', { Comment: 'x' }, 1709],
])('%s %j is refused on a Windows 10 that does not know it', async (act, body, since) => {
  const machine = fresh('Windows10');
  const { osVersion } = machine;
  machine.osVersion = String(since - 1);
  const { status, code, message } = errorOf(await order(machine, act, body));
  machine.osVersion = String(since);
  const taken = await order(machine, act, body);
  machine.osVersion = osVersion;
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
  const limited = { tenants: [{ ...contoso, apps: readers }], now };
  let reader: typeof odd;
  beforeAll(async () => {
    reader = await startOdd(limited);
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
    ['mde', many, 'Machine.ReadWrite.All'],
    ['mde', '/api/machines/1/setDeviceValue', 'Machine.ReadWrite.All'],
    ['mde', createAlert, 'Alert.ReadWrite.All'],
    ['mde', '/api/libraryfiles', 'Library.Manage'],
    ['graph', merge, 'SecurityData.Manage.All'],
    ['graph', move, 'SecurityData.Manage.All'],
    ['graph', '/v1.0/security/alerts_v2/1/comments', 'SecurityAlert.ReadWrite.All'],
  ] as const)('%s %s is forbidden without %s', async (api, path, permission) => {
    const { status, message } = errorOf(await reader.ask(api, path, { method: 'POST', body: { Comment: 'x' } }));
    expect(status).toBe(403);
    expect(message).toContain(`Missing application roles. API required roles: ${permission}`);
  });
});

describe('what an act leaves behind', () => {
  test('a restriction can be lifted once it is in effect, and is in the list with who asked for it', async () => {
    const machine = fresh();
    const restricted = await order(machine, 'restrictCodeExecution', { Comment: 'because' });
    expect(errorOf(await order(machine, 'restrictCodeExecution'))).toMatchObject({
      code: 'ActiveRequestAlreadyExists',
      message: 'Action is already in progress',
    });
    pass(done);
    expect((await order(machine, 'unrestrictCodeExecution')).status).toBe(201);
    const filter = encodeURIComponent(`machineId eq '${machine.id}' and type eq 'RestrictCodeExecution'`);
    expect(rowsOf(await odd.ask('mde', `/api/machineactions?$filter=${filter}`))).toMatchObject([
      {
        id: valueAt(restricted.json, 'id'),
        status: 'Succeeded',
        requestorComment: 'because',
        requestSource: 'PublicApi',
      },
    ]);
  });

  test('a quarantined file shows in the evidence on its machine', async () => {
    const found = odd.world.alerts
      .flatMap(({ id, evidence }) => evidence.map((one) => ({ id, one })))
      .find(
        ({ one }) =>
          one.type === 'file' &&
          one.file.publisher === null &&
          one.machine.osPlatform.startsWith('Windows') &&
          one.machine.onboardingStatus === 'Onboarded' &&
          one.machine.healthStatus === 'Active',
      );
    if (found?.one.type !== 'file') throw new Error('The estate has no such file');
    const { file, machine } = found.one;
    const sent = await order(machine, 'StopAndQuarantineFile', { Comment: 'x', Sha1: file.sha1.toUpperCase() });
    expect(record(sent.json)).toMatchObject({
      type: 'StopAndQuarantineFile',
      relatedFileInfo: { fileIdentifier: file.sha1, fileIdentifierType: 'Sha1' },
    });
    pass(done);
    expect(await action(valueAt(sent.json, 'id'))).toMatchObject({ status: 'Succeeded' });
    const alert = record((await odd.ask('graph', `/v1.0/security/alerts_v2/${found.id}`)).json);
    expect(alert.evidence).toContainEqual(
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.security.fileEvidence',
        detectionStatus: 'prevented',
        remediationStatus: 'remediated',
      }),
    );
  });

  test('an offboarded machine says Onboarded and picks nothing up', async () => {
    const machine = fresh();
    const sent = await order(machine, 'offboard');
    expect(sent.status).toBe(200);
    pass(done);
    await action(valueAt(sent.json, 'id'));
    const scan = await order(machine, 'runAntiVirusScan', { Comment: 'x', ScanType: 'Quick' });
    pass(done);
    expect(await action(valueAt(scan.json, 'id'))).toMatchObject({ status: 'Pending' });
    pass(actionTimes.queueMs);
    expect(await action(valueAt(scan.json, 'id'))).toMatchObject({ status: 'TimeOut' });
    expect(record((await odd.ask('mde', `/api/machines/${machine.id}`)).json).onboardingStatus).toBe('Onboarded');
  });

  test('tags and values', async () => {
    const machines = [fresh(), fresh()];
    const tagged = await post('mde', many, { Value: 'seen', Action: 'Add', MachineIds: machines.map(({ id }) => id) });
    expect(idsOf(tagged)).toEqual(machines.map(({ id }) => id));
    await order(machines[0] ?? { id: '' }, 'tags', { Value: 'seen', Action: 'Remove' });
    expect(machines.map(({ machineTags }) => machineTags.includes('seen'))).toEqual([false, true]);
    const valued = await order(machines[1] ?? { id: '' }, 'setDeviceValue', { DeviceValue: 'High' });
    expect(record(valued.json).deviceValue).toBe('High');
  });

  test('a package of 50 MB comes in pieces over a signed link, for half an hour', async () => {
    odd.simulator.oddities.set({ packageMegabytes: 50 });
    const sent = await order(fresh(), 'collectInvestigationPackage');
    const path = `/api/machineactions/${valueAt(sent.json, 'id')}/getPackageUri`;
    expect(errorOf(await odd.ask('mde', path))).toMatchObject({ status: 404, code: 'ResourceNotFound' });
    pass(done);
    const quoted = String(valueAt((await odd.ask('mde', path)).json, 'value'));
    expect(quoted).toMatch(/^"https:.*"$/);
    const got = await odd.download(quoted.slice(1, -1));
    expect(got).toMatchObject({ status: 200, bytes: got.announced });
    expect(got.bytes).toBeGreaterThan(50 * 1_048_576);
    expect([got.head.readUInt32LE(0), got.tail.readUInt32LE(0)]).toEqual([0x04034b50, 0x06054b50]);
    pass(1_800_000);
    expect((await odd.download(quoted.slice(1, -1))).status).toBe(403);
  });

  test('an investigation is in the list of its machine, page by page, and ends by itself', async () => {
    const machine = fresh();
    const started = await order(machine, 'startInvestigation');
    expect(started.status).toBe(201);
    const filter = encodeURIComponent(`machineId eq '${machine.id}'`);
    const list = `/api/investigations?$filter=${filter}`;
    expect(rowsOf(await odd.ask('mde', list))).toMatchObject([{ id: valueAt(started.json, 'id'), state: 'Running' }]);
    expect(rowsOf(await odd.ask('mde', `${list}&$top=1&$skip=1`))).toEqual([]);
    pass(done);
    expect(rowsOf(await odd.ask('mde', list))).toMatchObject([{ state: 'Benign', triggeringAlertId: null }]);
    expect(errorOf(await odd.ask('mde', "/api/investigations?$filter=endTime eq 'x'")).code).toBe('ODataError');
  });

  test('merged incidents are redirected, in both APIs, and their alerts are those of the survivor', async () => {
    const [target, other] = openIncidents();
    const alerts = odd.world.alerts.filter(({ incidentId }) => incidentId === other?.id).map(({ id }) => id);
    const ids = [target?.id, other?.id];
    const body = { incidentIds: ids, incidentComment: 'one campaign', mergeReasons: 'sameCampaign, sameActor' };
    const merged = await post('graph', merge, body);
    expect(merged).toMatchObject({ status: 200, json: { targetIncidentId: target?.id } });
    const incident = async (id: unknown) =>
      record((await odd.ask('graph', `/v1.0/security/incidents/${id}?$expand=alerts`)).json);
    expect(await incident(other?.id)).toMatchObject({
      status: 'redirected',
      redirectIncidentId: target?.id,
      alerts: [],
    });
    const survivor = await incident(target?.id);
    expect(survivor.comments).toContainEqual(expect.objectContaining({ comment: 'one campaign' }));
    expect(survivor.alerts).toEqual(expect.arrayContaining(alerts.map((id) => expect.objectContaining({ id }))));
    expect(record((await odd.ask('m365d', `/api/incidents/${other?.id}`)).json)).toMatchObject({
      status: 'Redirected',
      redirectIncidentId: Number(target?.id),
    });
    expect(errorOf(await post('graph', merge, body))).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  test.each([
    ['another incident', () => openIncidents()[2]?.id],
    ['a new one', () => null],
  ])('alerts are moved to %s', async (_where, incidentId) => {
    const alert = odd.world.alerts.find(
      (one) => one.serviceSource === 'microsoftDefenderForEndpoint' && one.incidentId !== openIncidents()[2]?.id,
    );
    const known = new Set(odd.world.incidents.map(({ id }) => id));
    const to = incidentId();
    const body = { alertIds: [alert?.id], incidentId: to, alertComment: 'belongs here' };
    const target = valueAt((await post('graph', move, body)).json, 'targetIncidentId');
    expect([target === to, known.has(String(target))]).toEqual(to === null ? [false, false] : [true, true]);
    expect(record((await odd.ask('mde', `/api/alerts/${alert?.id}`)).json)).toMatchObject({
      incidentId: Number(target),
      comments: expect.arrayContaining([expect.objectContaining({ comment: 'belongs here' })]),
    });
  });

  test.each([false, true])('an alert on a row of hunting, numbers wide: %s', async (bigInts) => {
    odd.simulator.oddities.set({ bigInts });
    const Query = 'DeviceProcessEvents | project DeviceId, ReportId, Timestamp | take 1';
    const hunted = await post('mde', '/api/advancedqueries/run', { Query });
    // A double would lose the digits of a wide number.
    const reportId = /"ReportId":(\d+)/.exec(hunted.text)?.[1];
    const [row] = rowsOf(hunted, 'Results');
    const body = reference({
      machineId: row?.DeviceId,
      reportId,
      eventTime: row?.Timestamp,
      title: `wide: ${bigInts}`,
    });
    const created = record((await post('mde', createAlert, body)).json);
    expect(created).toMatchObject({
      title: `wide: ${bigInts}`,
      severity: 'Low',
      machineId: row?.DeviceId,
      status: 'New',
    });
    const investigation = await odd.ask('mde', `/api/investigations/${String(created.id)}`);
    expect(record(investigation.json)).toMatchObject({ id: String(created.investigationId), state: 'Running' });
    const incident = await odd.ask('graph', `/v1.0/security/incidents/${String(created.incidentId)}?$expand=alerts`);
    expect(rowsOf(incident, 'alerts')).toMatchObject([{ id: created.id }]);
    expect(record((await post('mde', createAlert, body)).json).id).toBe(created.id);
  });

  test('an upload of 20 MB is taken; one that overwrites keeps the time of the first', async () => {
    const first = await odd.ask('mde', '/api/libraryfiles', {
      method: 'POST',
      body: form('twenty.bin', 20 * 1_048_576),
    });
    expect(first.status).toBe(200);
    pass(60_000);
    const fields = {
      OverrideIfExists: 'true',
      HasParameters: 'true',
      ParametersDescription: '-Id',
      Description: 'small',
    };
    const second = await odd.ask('mde', '/api/libraryfiles', { method: 'POST', body: form('twenty.bin', 0, fields) });
    const listed = rowsOf(await odd.ask('mde', '/api/libraryfiles')).find(({ fileName }) => fileName === 'twenty.bin');
    expect(listed).toEqual({
      fileName: 'twenty.bin',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      description: 'small',
      creationTime: valueAt(first.json, 'creationTime'),
      lastUpdatedTime: valueAt(second.json, 'lastUpdatedTime'),
      createdBy: expect.any(String),
      hasParameters: true,
      parametersDescription: '-Id',
    });
    expect(listed?.lastUpdatedTime).not.toBe(listed?.creationTime);
    expect((await odd.ask('mde', '/api/libraryfiles/twenty.bin', { method: 'DELETE' })).status).toBe(204);
  });
});
