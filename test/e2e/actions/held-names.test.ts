import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

test.each(['isolateMachines', 'startInvestigation', 'runLiveResponse'] as const)(
  'X1: %s under a key is of the machine that had the name when the key was first used',
  async (mutation) => {
    const [first, other] = [lab.freshMachine(), lab.freshMachine()];
    const name = first.computerDnsName;
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' }];
    const more = mutation === 'runLiveResponse' ? { commands, waitSeconds: 0 } : {};
    const input = { machineIds: [name], comment: 'Beaconing', idempotencyKey: `moved-${mutation}`, ...more };
    const calls = () => lab.calls(mutation === 'isolateMachines' ? 'isolateMachine' : mutation);
    expect((await lab.perform(mutation, input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    Object.assign(first, { computerDnsName: 'retired.contoso.com' });
    Object.assign(other, { computerDnsName: name });
    const before = calls();
    expect((await lab.perform(mutation, input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(calls()).toBe(before);
  },
);

test('X1: a name that led to no machine at first is held to the one that a repeat found', async () => {
  const [known, first, second] = [lab.freshMachine(), lab.freshMachine(), lab.freshMachine()];
  const name = 'coming.contoso.com';
  const input = { machineIds: [known.id, name], comment: 'Beaconing', idempotencyKey: 'coming' };
  expect((await lab.perform('isolateMachines', input)).told).toMatchObject([
    { outcome: 'DONE' },
    { outcome: 'FAILED' },
  ]);
  const isolated = async (machine: object): Promise<readonly string[]> => {
    Object.assign(machine, { computerDnsName: name });
    const { told } = await lab.perform('isolateMachines', input);
    Object.assign(machine, { computerDnsName: 'gone.contoso.com' });
    expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
    return told.map(({ action }) => String(action?.actionId));
  };
  const before = await isolated(first);
  expect(await isolated(second)).toEqual(before);
});
