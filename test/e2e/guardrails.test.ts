import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorldMachine } from '../../src/simulator/world/types.ts';
import { askGateway, type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;
let settings = '';
let jewel: WorldMachine;
let plain: WorldMachine;

const rules = [
  { name: 'crown jewels', deny: ['isolate', 'cancel'], machineTags: 'crown-jewel' },
  { name: 'scripts', deny: 'runLiveResponse', unlessScripts: 'echo-*.ps1', unlessPaths: 'C:\\Logs\\**' },
  { name: 'tickets', requireComment: 'INC\\d+', actions: ['isolate', 'updateIncidents'] },
];

beforeAll(async () => {
  running = await startRunning({
    // It counts calls: each is answered at once.
    simulator: {
      oddities: { inList: 'answered', truncatedJson: false },
      tenants: [simTenant('contoso')],
      enforceQuotas: false,
    },
    settings: (offered) => {
      settings = changedSettings(offered, [[['guardrails'], rules]]);
      return settings;
    },
  });
  const [first, second] = running.simulator
    .world('contoso')
    .machines.filter(
      ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
    );
  if (first === undefined || second === undefined) throw new Error('The estate has no two machines of Windows 11');
  first.machineTags.push('Crown-Jewel', 'simulator:stuck');
  [jewel, plain] = [first, second];
});
afterAll(() => running.stop());

const mutation = `mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) {
  results { machineId machine { machineId } action { actionId } error { code message } } } }`;

interface Isolated {
  readonly isolateMachines: { readonly results: readonly { readonly action: { readonly actionId: string } | null }[] };
}

const isolate = (machineIds: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
  running.ask<Isolated>(mutation, { input: { tenant: 'contoso', machineIds, comment: 'INC0012 beaconing', ...more } });

const refused = { code: 'GUARDRAIL', message: 'isolate is forbidden here (guardrail "crown jewels")' };

test.each([true, false])(
  'a machine under a rule is refused alone, named rule and all (dry run: %s)',
  async (dryRun) => {
    running.simulator.calls.reset();
    const answer = await isolate([jewel.id, plain.id], { dryRun });
    expect(answer.errors).toEqual([]);
    expect(answer.data.isolateMachines.results).toMatchObject([
      { machineId: jewel.id, action: null, error: refused },
      { machineId: plain.id, error: null },
    ]);
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(1);
    expect(running.simulator.calls.count({ operation: 'isolateMachine' })).toBe(dryRun ? 0 : 1);
  },
);

test('an unknown machine is unknown, not forbidden', async () => {
  const answer = await isolate(['f'.repeat(40)]);
  expect(answer.data.isolateMachines.results).toMatchObject([{ error: { code: 'NOT_FOUND' } }]);
});

test('a comment without a ticket refuses every target; nothing is sent', async () => {
  running.simulator.calls.reset();
  const answer = await isolate([plain.id], { comment: 'because' });
  expect(answer.data.isolateMachines.results).toMatchObject([
    { error: { code: 'GUARDRAIL', message: 'isolate needs a comment like INC\\d+ (guardrail "tickets")' } },
  ]);
  expect(running.simulator.calls.count({ operation: 'isolateMachine' })).toBe(0);
});

test('what was refused under a key may be asked again under it', async () => {
  const { machines } = running.simulator.world('contoso');
  const machine = machines.find(
    ({ id, osPlatform }) => osPlatform === 'Windows11' && id !== jewel.id && id !== plain.id,
  );
  machine?.machineTags.push('Crown-Jewel');
  const input = { idempotencyKey: 'again' };
  expect((await isolate([machine?.id ?? ''], input)).data.isolateMachines.results).toMatchObject([{ error: refused }]);
  machine?.machineTags.pop();
  expect((await isolate([machine?.id ?? ''], input)).data.isolateMachines.results).toMatchObject([{ error: null }]);
});

test('an action is not cancelled on a machine under a rule', async () => {
  const { world } = running.simulator;
  jewel.machineTags.splice(jewel.machineTags.indexOf('Crown-Jewel'), 1);
  const begun = await isolate([jewel.id]);
  const actionId = begun.data.isolateMachines.results[0]?.action?.actionId ?? '';
  jewel.machineTags.push('Crown-Jewel');
  const answer = await running.ask(
    `mutation ($input: CancelMachineActionsInput!) { cancelMachineActions(input: $input) {
       results { action { actionId } error { code message } } } }`,
    { input: { tenant: 'contoso', actionIds: [actionId], comment: 'INC0012' } },
  );
  expect(answer.data).toMatchObject({
    cancelMachineActions: { results: [{ action: { actionId }, error: { code: 'GUARDRAIL' } }] },
  });
  expect(world('contoso').actions.find(({ id }) => id === actionId)?.status).not.toBe('Cancelled');
});

test('triage is under rules as well', async () => {
  const incidentId = String(running.simulator.world('contoso').incidents[0]?.id);
  const update = (comment: string | null) =>
    running.ask(
      `mutation ($input: UpdateIncidentsInput!) { updateIncidents(input: $input) {
         results { incidentId incident { incidentId } error { code message } } } }`,
      { input: { tenant: 'contoso', incidentIds: [incidentId], status: 'RESOLVED', comment } },
    );
  expect((await update(null)).data).toMatchObject({
    updateIncidents: { results: [{ incident: null, error: { code: 'GUARDRAIL' } }] },
  });
  expect((await update('INC0012')).data).toMatchObject({
    updateIncidents: { results: [{ incident: { incidentId }, error: null }] },
  });
});

test('a read-only gateway reads and does nothing', async () => {
  const readOnly = await startGatewayOn(
    running.simulator,
    changedSettings(settings, [[['actions'], { readOnly: true }]]),
  );
  try {
    const input = { tenant: 'contoso', machineIds: [plain.id], comment: 'INC0012' };
    const answer = await askGateway<Isolated>(readOnly.url, mutation, { input });
    expect(answer.data.isolateMachines.results).toMatchObject([
      { error: { code: 'GUARDRAIL', message: 'The gateway is read-only (guardrail "actions.readOnly")' } },
    ]);
  } finally {
    await readOnly.stop(1000);
  }
});

test('X1: a session with a command that is on no list is refused whole, on a dry run too', async () => {
  const run = async (commands: readonly object[], dryRun = false) => {
    const { data } = await running.ask<{ runLiveResponse: { results: readonly { error: unknown }[] } }>(
      'mutation ($input: RunLiveResponseInput!) { runLiveResponse(input: $input) { results { error { code message } } } }',
      { input: { tenant: 'contoso', machineIds: [plain.id], commands, comment: 'INC0012', waitSeconds: 0, dryRun } },
    );
    return data.runLiveResponse.results[0]?.error;
  };
  const script = { type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' };
  const file = { type: 'GET_FILE', path: 'C:\\Logs\\a.log' };
  const hidden = { type: 'GET_FILE', path: 'C:\\Logs\\..\\Windows\\System32\\config\\SAM' };
  running.simulator.calls.reset();
  const message =
    'runLiveResponse is forbidden here but for the scripts, files and paths that the rule names (guardrail "scripts")';
  for (const dryRun of [true, false])
    expect(await run([script, hidden], dryRun)).toEqual({ code: 'GUARDRAIL', message });
  expect(running.simulator.calls.count({ operation: 'runLiveResponse' })).toBe(0);
  expect(await run([script, file])).toBeNull();
  expect(running.simulator.calls.count({ operation: 'runLiveResponse' })).toBe(1);
});
