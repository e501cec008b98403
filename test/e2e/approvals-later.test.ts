import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type GuardedAction, guardedActions } from '../../src/config/guardrails.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { runKql } from '../../src/simulator/kql/run.ts';
import { scanAgentsOf, scanDefinitionsOf } from '../../src/simulator/mde/scans.ts';
import type { WorldMachine } from '../../src/simulator/world/types.ts';
import { askGateway, type Running, startRunning } from '../support/gateway.ts';
import { keyHeader } from '../support/keys.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { temporaryDirectory } from '../unit/config/settings.ts';

/** Every action needs a second person; the store and the audit are files, which gateways of a later time share. */
let running: Running;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let text = '';
let machines: readonly WorldMachine[];
const gateways: Gateway[] = [];

const keys = {
  asker: { roles: ['admin'] },
  second: { roles: ['responder'], owner: 'second@contoso.com' },
  lead: { roles: ['admin'], owner: 'lead@contoso.com' },
};
const keySettings = (names: readonly (keyof typeof keys)[]) =>
  names.map((name) => ({ name, sha256: createHash('sha256').update(name).digest('hex'), ...keys[name] }));

/** A gateway on the same store whose time is so much later. */
const gatewayAt = async (laterMs: number, changes: readonly SettingsChange[] = []): Promise<Gateway> => {
  const clock: Clock = { now: () => systemClock.now() + laterMs, sleep: systemClock.sleep };
  const config = await parseConfig(changedSettings(text, changes), {
    env: {},
    baseDir: directory.path,
    source: 'the test',
  });
  const log = createLog({ level: 'silent' });
  const gateway = await startGateway({ config, log, clock, caPem: running.simulator.caPem, watchIntervalMs: 50 });
  gateways.push(gateway);
  return gateway;
};

beforeAll(async () => {
  directory = await temporaryDirectory();
  running = await startRunning({
    simulator: {
      tenants: [simTenant('contoso', { scale: 2 })],
      enforceQuotas: false,
      actionTimes: { pendingMs: 600_000, runningMs: 600_000 },
      // An event is named by its number in the estate.
      oddities: { bigInts: false },
    },
    settings: (offered) => {
      text = changedSettings(offered, [
        [['guardrails'], [{ name: 'two', requireApproval: 'all' }]],
        [['store'], { url: `sqlite:${join(directory.path, 'gateway.sqlite')}` }],
        [['access', 'apiKeys'], keySettings(['asker', 'second', 'lead'])],
      ]);
      return text;
    },
  });
  const world = running.simulator.world('contoso');
  machines = world.machines.filter(
    (machine) =>
      machine.onboardingStatus === 'Onboarded' &&
      machine.osPlatform === 'Windows11' &&
      !world.actions.some((action) => action.machine === machine),
  );
});
afterAll(async () => {
  for (const gateway of gateways) await gateway.stop(2000);
  await running.stop();
  await directory[Symbol.asyncDispose]();
});

interface Payload {
  readonly approval: { readonly approvalId: string; readonly state: string };
  readonly results: readonly { readonly action: { readonly actionId: string } | null; readonly error: object | null }[];
}
const fields = 'approval { approvalId state } results { outcome action { actionId } error { code message } }';
const request = (action: object, more: object = {}) =>
  running.ask<{ readonly requestApproval: Payload }>(
    `mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { ${fields} } }`,
    { input: { action, ...more } },
    { 'x-api-key': 'asker' },
  );
const approve = (approvalId: string, url = running.gateway.url, key: keyof typeof keys = 'lead') =>
  askGateway<{ readonly approveAction: Payload }>(
    url,
    `mutation ($input: ApproveActionInput!) { approveAction(input: $input) { ${fields} } }`,
    { input: { approvalId } },
    { 'x-api-key': key },
  );

/** A machine that no other test uses. */
const take = (() => {
  let next = 0;
  return (): WorldMachine => {
    const machine = machines[next++];
    if (machine === undefined) throw new Error('The test needs more machines');
    return machine;
  };
})();
const on = (machine: WorldMachine) => ({ tenant: 'contoso', machineIds: [machine.id], comment: 'Beaconing' });
const actionsOn = (machine: WorldMachine) =>
  running.simulator.world('contoso').actions.filter((action) => action.machine === machine);
const waiting = async (action: object, more: object = {}): Promise<string> => {
  const { data, errors } = await request(action, more);
  expect(errors).toEqual([]);
  return data.requestApproval.approval.approvalId;
};

const commands = [{ type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1', args: 'wipe' }];
const dayMs = 86_400_000;

test.each([
  ['a day and an hour', dayMs + 3_600_000],
  ['29 days', 29 * dayMs],
])(
  'X3: a script that was approved runs once, though the same approveAction comes again %s later',
  async (_when, ms) => {
    const machine = take();
    const id = await waiting({ runLiveResponse: { ...on(machine), commands } });
    const first = await approve(id);
    expect(first.data.approveAction.results).toMatchObject([
      { outcome: 'DONE', action: { actionId: expect.any(String) }, error: null },
    ]);
    expect(actionsOn(machine)).toHaveLength(1);
    const again = await approve(id, (await gatewayAt(ms)).url);
    expect(again.errors).toEqual([]);
    expect(again.data.approveAction.results).toEqual(first.data.approveAction.results);
    expect(actionsOn(machine)).toHaveLength(1);
  },
);

test.each([
  ['isolateMachines', {}],
  ['restrictCodeExecution', {}],
  ['runLiveResponse', { commands }],
] as const)(
  'X3: %s by name is done to no machine but the one that had the name when it was asked for',
  async (name, more) => {
    const [asked, other] = [take(), take()];
    const named = asked.computerDnsName;
    const id = await waiting({ [name]: { ...on(asked), machineIds: [named], ...more } });
    Object.assign(asked, { computerDnsName: 'retired.contoso.com' });
    Object.assign(other, { computerDnsName: named });
    const { data, errors } = await approve(id);
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' }, message: expect.stringContaining(named) }]);
    expect(data?.approveAction ?? null).toBeNull();
    expect([actionsOn(asked), actionsOn(other)]).toEqual([[], []]);
    const told = `{ auditLog(filter: { target: "${id}" }) { nodes { mutation outcome } } }`;
    const { data: audit } = await running.ask<{ auditLog: { nodes: readonly object[] } }>(
      told,
      {},
      { 'x-api-key': 'lead' },
    );
    expect(audit.auditLog.nodes).toContainEqual({ mutation: 'approveAction', outcome: 'FAILED' });
    Object.assign(other, { computerDnsName: 'other.contoso.com' });
    Object.assign(asked, { computerDnsName: named });
    expect((await approve(id)).data.approveAction.results).toMatchObject([{ error: null }]);
    expect([actionsOn(asked).length, actionsOn(other).length]).toEqual([1, 0]);
  },
);

test('X3: what Microsoft refused at first is tried again on the machine that it was asked for, whoever has its name by then', async () => {
  const [asked, other, late] = [take(), take(), take()];
  const named = asked.computerDnsName;
  const coming = 'coming.contoso.com';
  const id = await waiting({ isolateMachines: { ...on(asked), machineIds: [named, coming] } });
  const effect = { kind: 'status', status: 429, retryAfter: 1 } as const;
  const fault = running.simulator.faults.add({ operation: 'isolateMachine', effect });
  expect((await approve(id)).data.approveAction.results).toMatchObject([
    { error: { code: 'UPSTREAM_THROTTLED' } },
    { error: { code: 'CONFLICT' } },
  ]);
  running.simulator.faults.clear(fault);
  Object.assign(asked, { computerDnsName: 'retired.contoso.com' });
  Object.assign(other, { computerDnsName: named });
  Object.assign(late, { computerDnsName: coming });
  const { data } = await approve(id, (await gatewayAt(61_000)).url);
  Object.assign(late, { computerDnsName: 'late.contoso.com' });
  Object.assign(other, { computerDnsName: 'other.contoso.com' });
  expect(data.approveAction.results).toMatchObject([
    { outcome: 'DONE', error: null },
    { outcome: 'FAILED', error: { code: 'CONFLICT', message: expect.stringContaining(coming) } },
  ]);
  expect([asked, other, late].map((machine) => actionsOn(machine).length)).toEqual([1, 0, 0]);
});

test('X3: what Microsoft refused at first is not done when the minute of the approval is over', async () => {
  const machine = take();
  const id = await waiting({ isolateMachines: on(machine) }, { validMinutes: 1 });
  const fault = running.simulator.faults.add({
    operation: 'isolateMachine',
    effect: { kind: 'status', status: 429, retryAfter: 1 },
  });
  const first = await approve(id);
  expect(first.data.approveAction.results).toMatchObject([{ action: null, error: { code: 'UPSTREAM_THROTTLED' } }]);
  running.simulator.faults.clear(fault);
  const late = await approve(id, (await gatewayAt(61_000)).url);
  expect(late.data.approveAction.results).toMatchObject([
    { action: null, error: { code: 'UPSTREAM_THROTTLED', message: expect.stringContaining('it is not tried again') } },
  ]);
  expect(actionsOn(machine)).toEqual([]);
});

test('X3: an approval of who is taken out of the settings is not performed, and the audit tells it', async () => {
  const machine = take();
  const id = await waiting({ isolateMachines: on(machine) });
  const without = await gatewayAt(0, [[['access', 'apiKeys'], keySettings(['lead'])]]);
  const { errors } = await approve(id, without.url);
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('is not in the settings any more'),
      extensions: { code: 'REQUESTER_NOT_PERMITTED' },
    },
  ]);
  expect(actionsOn(machine)).toEqual([]);
  const { data } = await askGateway<object>(
    without.url,
    'query ($id: String!) { auditLog(filter: { target: $id }) { nodes { callerName mutation outcome errorCode } } }',
    { id },
    { 'x-api-key': 'lead' },
  );
  expect(data).toMatchObject({
    auditLog: {
      nodes: [
        { callerName: 'lead', mutation: 'approveAction', outcome: 'FAILED', errorCode: 'REQUESTER_NOT_PERMITTED' },
        { mutation: 'approveAction', outcome: 'INTENDED' },
        { callerName: 'asker', mutation: 'requestApproval', outcome: 'DONE' },
        { mutation: 'requestApproval', outcome: 'INTENDED' },
      ],
    },
  });
  expect((await approve(id)).data.approveAction.results).toMatchObject([{ error: null }]);
  expect(actionsOn(machine)).toHaveLength(1);
});

test('X3: whose word does no longer do does not use the approval up', async () => {
  const machine = take();
  const id = await waiting({ isolateMachines: on(machine) });
  const tightened = await gatewayAt(0, [
    [['guardrails'], [{ name: 'two', requireApproval: 'all', approverRoles: 'admin' }]],
  ]);
  const { errors } = await approve(id, tightened.url, 'second');
  expect(errors).toMatchObject([
    { message: expect.stringContaining(`do not cover ${machine.id}`), extensions: { code: 'FORBIDDEN' } },
  ]);
  expect(actionsOn(machine)).toEqual([]);
  const { data } = await approve(id, tightened.url);
  expect(data.approveAction).toMatchObject({ approval: { state: 'APPROVED' }, results: [{ error: null }] });
  expect(actionsOn(machine)).toHaveLength(1);
});

describe('X3: every action that requireApproval accepts can be asked for, and is performed', () => {
  const indicator = (indicatorValue: string) => ({
    ...{ indicatorType: 'DOMAIN_NAME', indicatorValue, action: 'BLOCK', title: 'Bad', description: 'Bad' },
  });
  /** What is asked for, as it can be done now. */
  const actions = {
    isolate: () => ({ isolateMachines: on(take()) }),
    release: async () => {
      const machine = take();
      await approve(await waiting({ isolateMachines: on(machine) }));
      for (const isolation of actionsOn(machine)) isolation.status = 'Succeeded';
      return { releaseMachines: on(machine) };
    },
    scan: () => ({ scanMachines: on(take()) }),
    runLiveResponse: () => ({ runLiveResponse: { ...on(take()), commands } }),
    cancel: async () => {
      const { data } = await approve(await waiting({ scanMachines: on(take()) }));
      const actionId = data.approveAction.results[0]?.action?.actionId;
      return { cancelMachineActions: { tenant: 'contoso', actionIds: [actionId], comment: 'Enough' } };
    },
    updateIncidents: () => {
      const [incident] = running.simulator.world('contoso').incidents;
      return { updateIncidents: { tenant: 'contoso', incidentIds: [String(incident?.id)], status: 'RESOLVED' } };
    },
    updateAlerts: () => {
      const [alert] = running.simulator.world('contoso').alerts;
      return { updateAlerts: { tenant: 'contoso', alertIds: [alert?.id], status: 'IN_PROGRESS' } };
    },
    restrict: () => ({ restrictCodeExecution: on(take()) }),
    unrestrict: async () => {
      const machine = take();
      await approve(await waiting({ restrictCodeExecution: on(machine) }));
      for (const restriction of actionsOn(machine)) restriction.status = 'Succeeded';
      return { unrestrictCodeExecution: on(machine) };
    },
    collectPackage: () => ({ collectInvestigationPackage: on(take()) }),
    offboard: () => ({ offboardMachines: on(take()) }),
    quarantineFile: () => ({ stopAndQuarantineFile: { ...on(take()), sha1: 'ab'.repeat(20) } }),
    startInvestigation: () => ({ startInvestigation: on(take()) }),
    tag: () => ({ tagMachines: { ...on(take()), tag: 'case-4711', operation: 'ADD' } }),
    setDeviceValue: () => ({ setDeviceValue: { ...on(take()), deviceValue: 'HIGH' } }),
    addComment: () => {
      const [incident] = running.simulator.world('contoso').incidents;
      return { addComment: { tenant: 'contoso', incidentIds: [String(incident?.id)], comment: 'Seen' } };
    },
    createAlert: () => {
      const kql = 'DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp';
      const [row] = runKql(running.simulator.world('contoso'), kql, new Date()).rows;
      const event = { machineId: row?.DeviceId, reportId: String(row?.ReportId), eventTime: row?.Timestamp };
      const words = { title: 'Odd process', description: 'Found by hunting', recommendedAction: 'Look at it' };
      return { createAlert: { tenant: 'contoso', ...event, ...words, severity: 'LOW', category: 'GENERAL' } };
    },
    moveAlerts: () => {
      const [alert] = running.simulator.world('contoso').alerts;
      return { moveAlerts: { tenant: 'contoso', alertIds: [alert?.id], comment: 'Another matter' } };
    },
    mergeIncidents: () => {
      const incidentIds = running.simulator.world('contoso').incidents.map(({ id }) => String(id));
      return { mergeIncidents: { tenant: 'contoso', incidentIds: incidentIds.slice(-2), comment: 'One attack' } };
    },
    uploadLibraryFile: () => ({
      uploadLibraryFile: { tenant: 'contoso', fileName: 'look.ps1', contentBase64: 'QQ==' },
    }),
    deleteLibraryFile: () => {
      const [fileName] = running.simulator.world('contoso').libraryFiles.keys();
      return { deleteLibraryFile: { tenant: 'contoso', fileName } };
    },
    createIndicators: () => ({ createIndicators: { tenant: 'contoso', indicators: [indicator('create.example')] } }),
    updateIndicators: () => {
      const [first] = running.simulator.world('contoso').indicators;
      return { updateIndicators: { tenant: 'contoso', indicatorIds: [String(first?.id)], title: 'Approved' } };
    },
    deleteIndicators: () => {
      const last = running.simulator.world('contoso').indicators.at(-1);
      return { deleteIndicators: { tenant: 'contoso', indicatorIds: [String(last?.id)] } };
    },
    createScanDefinition: () => {
      const [agent] = scanAgentsOf(running.simulator.world('contoso'));
      const where = { scanType: 'WINDOWS', targetType: 'HOSTNAME', targets: ['kiosk-9'], intervalInHours: 24 };
      const authentication = { type: 'KERBEROS', username: 'scan$', domain: 'contoso.com' };
      const input = { tenant: 'contoso', scanName: 'Approved', ...where, machineId: agent?.machineId, authentication };
      return { createScanDefinition: input };
    },
    updateScanDefinitions: () => {
      const [first] = scanDefinitionsOf(running.simulator.world('contoso'));
      return { updateScanDefinitions: { tenant: 'contoso', scanDefinitionIds: [first?.id], intervalInHours: 48 } };
    },
    deleteScanDefinitions: () => {
      const last = scanDefinitionsOf(running.simulator.world('contoso')).at(-1);
      return { deleteScanDefinitions: { tenant: 'contoso', scanDefinitionIds: [last?.id] } };
    },
    applyIndicators: () => ({
      applyIndicators: { tenants: ['contoso'], set: 'feed', indicators: [indicator('apply.example')] },
    }),
  } as const satisfies Record<GuardedAction, () => object | Promise<object>>;

  test('an action in several tenants is asked for in one at a time', async () => {
    const indicators = [indicator('several.example')];
    const action = { applyIndicators: { tenants: ['contoso', 'fabrikam'], set: 'feed', indicators } };
    const { errors } = await running.ask(
      'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { approvalId } } }',
      { input: { action } },
      keyHeader('asker'),
    );
    expect(errors).toMatchObject([
      { message: expect.stringContaining('one tenant'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test.each(Object.keys(guardedActions).filter((name) => Object.hasOwn(actions, name)))('X3: %s', async (name) => {
    const action = Object.entries(actions).find(([each]) => each === name)?.[1];
    const id = await waiting((await action?.()) ?? {});
    const { data, errors } = await approve(id);
    expect(errors).toEqual([]);
    expect(data.approveAction.approval).toMatchObject({ state: 'APPROVED' });
    expect(data.approveAction.results.filter(({ error }) => error !== null)).toEqual([]);
  });
});
