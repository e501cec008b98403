import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => {
  lab.simulator.faults.clear();
  lab.simulator.oddities.reset();
});
afterAll(() => lab.stop());

const machineWhere = (holds: (machine: WorldMachine) => boolean): WorldMachine => {
  const found = lab.simulator.world('contoso').machines.find(holds);
  if (found === undefined) throw new Error('The estate has no such machine');
  return found;
};

const isolate = (machine: WorldMachine, more: object = {}) =>
  lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'Now', waitSeconds: 20, ...more });
const release = (machine: WorldMachine) =>
  lab.perform('releaseMachines', { machineIds: [machine.id], comment: 'Now', waitSeconds: 20 });
const sent = () => lab.calls('isolateMachine');

describe('X2: what is known of a machine keeps an isolation back, unless it is forced', () => {
  test.each([
    ['another system', () => machineWhere(({ osPlatform }) => osPlatform === 'macOS')],
    ['not onboarded', () => machineWhere(({ onboardingStatus }) => onboardingStatus === 'CanBeOnboarded')],
    [
      'isolated already',
      async () => {
        const machine = lab.freshMachine();
        await isolate(machine);
        return machine;
      },
    ],
  ])('X2: %s', async (_what, machineOf) => {
    const machine = await machineOf();
    const before = sent();
    const { told } = await isolate(machine);
    expect(told).toMatchObject([{ outcome: 'REFUSED', error: { message: expect.stringContaining('with force') } }]);
    expect(sent()).toBe(before);
    await isolate(machine, { force: true });
    expect(sent()).toBe(before + 1);
  });
});

describe('X2: nothing that is not known keeps an isolation back', () => {
  test('X2: an onboarding status that is not sent, or a word of tomorrow', async () => {
    for (const onboardingStatus of ['', 'Onboarding2'] as const) {
      const machine = Object.assign(lab.freshMachine(), { onboardingStatus });
      const before = sent();
      await isolate(machine);
      expect(sent()).toBe(before + 1);
      Object.assign(machine, { onboardingStatus: 'Onboarded' });
    }
  });

  test('X2: a release that the gateway made, and that is not listed yet', async () => {
    const machine = lab.freshMachine();
    await isolate(machine);
    const isolation = lab.simulator.world('contoso').actions.find((action) => action.machine === machine);
    Object.assign(isolation ?? {}, { createdAt: new Date(Date.now() - 3_600_000).toISOString() });
    lab.simulator.oddities.set({ actionsListedAfter: 600 });
    const released = await lab.perform('releaseMachines', { machineIds: [machine.id], comment: 'Now' });
    expect(released.told).toMatchObject([{ outcome: 'DONE' }]);
    const before = sent();
    const { told } = await lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'Again' });
    expect(told[0]?.error?.code).not.toBe('ALREADY_IN_STATE');
    expect(sent()).toBe(before + 1);
  });

  test('X2: a list of machines that leaves them out', async () => {
    const machines = [lab.freshMachine(), lab.freshMachine()];
    lab.simulator.oddities.set({ inList: 'empty' });
    const { told } = await lab.perform('isolateMachines', { machineIds: machines.map(({ id }) => id), comment: 'Now' });
    expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
  });

  test('X2: a release after which the machine is isolated again', async () => {
    const machine = lab.freshMachine();
    await isolate(machine);
    await release(machine);
    expect((await isolate(machine)).told).toMatchObject([{ outcome: 'DONE', action: { status: 'SUCCEEDED' } }]);
  });
});

describe('X2: a session that needs a file which is not in the library', () => {
  const run = (command: object, more: object = {}) =>
    lab.perform('runLiveResponse', {
      ...{ machineIds: [lab.freshMachine().id], comment: 'Now', commands: [command], waitSeconds: 0 },
      ...more,
    });
  const script = (scriptName: string) => ({ type: 'RUN_SCRIPT', scriptName });

  test.each([
    ['script', script('none.ps1'), {}],
    ['script, dry run', script('none.ps1'), { dryRun: true }],
    ['file', { type: 'PUT_FILE', fileName: 'none.exe' }, {}],
  ])('X2: %s: told, and nothing is sent', async (_what, command, more) => {
    const before = lab.calls('runLiveResponse');
    const { told } = await run(command, more);
    expect(told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'NOT_FOUND' } }]);
    expect(told[0]?.error?.message).toMatch(/no library file none\.(ps1|exe) .*with force/);
    expect(lab.calls('runLiveResponse')).toBe(before);
  });

  test.each([
    ['a name in other letters', script('ECHO-args.ps1'), {}],
    ['forced', script('none.ps1'), { force: true }],
    ['no file at all', { type: 'GET_FILE', path: 'C:\\a.txt' }, {}],
  ])('X2: %s: sent', async (_what, command, more) => {
    expect((await run(command, more)).told).toMatchObject([{ outcome: 'DONE' }]);
  });

  test.each([403, 500])('X2: a library that answers %i keeps nothing back', async (status) => {
    lab.simulator.faults.add({ operation: 'listLibraryFiles', effect: { kind: 'status', status } });
    expect((await run(script('none.ps1'))).told).toMatchObject([{ outcome: 'DONE' }]);
  });
});

test('X1: an action that was cancelled by somebody is told, and nothing is sent', async () => {
  const machine = lab.freshMachine();
  machine.machineTags.push('simulator:stuck');
  const { told } = await lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'Now' });
  const cancel = () =>
    lab.perform('cancelMachineActions', { actionIds: [told[0]?.action?.actionId], comment: 'By mistake' });
  expect((await cancel()).told).toMatchObject([{ outcome: 'DONE', action: { status: 'CANCELLED' } }]);
  const before = lab.calls('cancelMachineAction');
  expect((await cancel()).told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'ALREADY_IN_STATE' } }]);
  expect(lab.calls('cancelMachineAction')).toBe(before);
  expect(await lab.audit(String(told[0]?.action?.actionId))).toContain('REFUSED');
});

test('X2: tags that several people add at once are all there', async () => {
  const id = lab.freshIncident();
  const tags = ['one', 'two', 'three', 'four'];
  const told = await Promise.all(
    tags.map((tag) => lab.perform('updateIncidents', { incidentIds: [id], addTags: [tag] })),
  );
  expect(told.map(({ told: [one] }) => one?.outcome)).toEqual(tags.map(() => 'DONE'));
  const incident = lab.simulator.world('contoso').incidents.find((one) => String(one.id) === id);
  expect(incident?.tags).toEqual(expect.arrayContaining(tags));
});

test('X1: an alert that Graph could not be asked for is not told as unknown, nor commented twice', async () => {
  // Defender for Endpoint has not the alerts of other products.
  const { alerts } = lab.simulator.world('contoso');
  const alert = alerts.find(({ serviceSource }) => serviceSource === 'microsoftDefenderForOffice365');
  const input = { alertIds: [alert?.id], comment: 'Seen', idempotencyKey: `graph-down-${alert?.id}` };
  lab.simulator.faults.add({
    operation: 'graph.alerts.comment.create',
    times: 1,
    effect: { kind: 'reset', handled: true },
  });
  expect((await lab.perform('addComment', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  lab.clock.advance(180_000);
  for (const operation of ['graph.alerts.get', 'graph.batch', 'graph.alerts.list'])
    lab.simulator.faults.add({ operation, effect: { kind: 'status', status: 500 } });
  const { told } = await lab.perform('addComment', input);
  expect(told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  expect(alert?.comments.filter(({ text }) => text === 'Seen')).toHaveLength(1);
});
