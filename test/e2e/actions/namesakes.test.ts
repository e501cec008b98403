import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const isolate = (machineId: string, dryRun = false) =>
  lab.perform('isolateMachines', { machineIds: [machineId], comment: 'Beaconing', dryRun });

describe('a full DNS name', () => {
  test.each([false, true])('that two machines have is none of them: both are told (dry run: %s)', async (dryRun) => {
    const [old, anew] = [lab.freshMachine(), lab.freshMachine()];
    const name = anew.computerDnsName ?? '';
    // A machine that was set up anew stands beside what it was before.
    Object.assign(old, { computerDnsName: name });
    const before = lab.calls('isolateMachine');
    const { told } = await isolate(name.toUpperCase(), dryRun);
    expect(told).toMatchObject([{ outcome: 'FAILED', error: { code: 'BAD_USER_INPUT' } }]);
    for (const text of [old.id, anew.id, 'last seen', 'name one by its id'])
      expect(told[0]?.error?.message).toContain(text);
    expect(lab.calls('isolateMachine')).toBe(before);
    Object.assign(old, { computerDnsName: 'retired.contoso.com' });
    expect((await isolate(name)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  });

  test('under a key stays the machine that it led to first, though another has the name by now', async () => {
    const [first, other] = [lab.freshMachine(), lab.freshMachine()];
    const { computerDnsName } = first;
    const input = { machineIds: [computerDnsName], comment: 'Beaconing', idempotencyKey: 'namesake' };
    expect((await lab.perform('isolateMachines', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    const before = lab.calls('isolateMachine');
    Object.assign(other, { computerDnsName });
    expect((await lab.perform('isolateMachines', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(lab.calls('isolateMachine')).toBe(before);
    Object.assign(other, { computerDnsName: 'other.contoso.com' });
  });

  test('of which it cannot be asked whether others have it is the machine that Microsoft takes', async () => {
    const { id, computerDnsName } = lab.freshMachine();
    lab.simulator.faults.add({ operation: 'listMachines', effect: { kind: 'status', status: 503 } });
    const { told } = await isolate(computerDnsName ?? '');
    expect(told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(lab.simulator.calls.list().some(({ path }) => path.endsWith(`/${id}/isolate`))).toBe(true);
  });
});
