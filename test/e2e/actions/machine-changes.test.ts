import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false, profile: 'mild' },
  });
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
});
afterAll(() => running.stop());

interface Answered {
  readonly payload: {
    readonly results: readonly {
      readonly machineId: string;
      readonly outcome: string | null;
      readonly machine: { readonly machineTags: readonly string[]; readonly deviceValue: string } | null;
      readonly changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[] | null;
      readonly error: { readonly code: string } | null;
    }[];
  };
}

const change = async (name: 'tagMachines' | 'setDeviceValue', input: Readonly<Record<string, unknown>>) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data } = await running.ask<Answered>(
    `mutation ($input: ${type}!) { payload: ${name}(input: $input) {
      results { machineId outcome machine { machineTags deviceValue } changes { field from to } error { code } } } }`,
    { input: { tenant: 'contoso', ...input } },
  );
  return data.payload.results;
};

const calls = (operation: string): number => running.simulator.calls.count({ operation });
const machines = (from: number, count: number): readonly WorldMachine[] =>
  running.simulator.world('contoso').machines.slice(from, from + count);
const ids = (some: readonly WorldMachine[]): readonly string[] => some.map(({ id }) => id);

test('many machines are tagged in one call', async () => {
  const some = machines(0, 40);
  const told = await change('tagMachines', { machineIds: ids(some), tag: 'Wave', operation: 'ADD' });
  expect(told.every(({ outcome, machine }) => outcome === 'DONE' && machine?.machineTags.includes('Wave'))).toBe(true);
  expect(told).toHaveLength(40);
  expect(calls('addOrRemoveTagForMultipleMachines')).toBe(1);
  expect(calls('addOrRemoveMachineTags')).toBe(0);
});

test.each([
  ['is known before', []],
  ['cannot be known before, and is told by Microsoft', ['listMachines', 'getMachine']],
])('one that nobody has (%s) keeps the others from nothing', async (what, unread) => {
  for (const operation of unread) running.simulator.faults.add({ operation, effect: { kind: 'status', status: 503 } });
  const [some, before] = [machines(0, 3), calls('addOrRemoveMachineTags')];
  const machineIds = [...ids(some), 'f'.repeat(40)];
  const told = await change('tagMachines', { machineIds, tag: what, operation: 'ADD' });
  expect(told.map(({ outcome, error }) => outcome ?? error?.code)).toEqual(['DONE', 'DONE', 'DONE', 'FAILED']);
  expect(told.at(-1)?.error?.code).toBe('NOT_FOUND');
  for (const { machineTags } of some) expect(machineTags.filter((tag) => tag === what)).toEqual([what]);
  // What is refused as a whole is sent one by one.
  expect(calls('addOrRemoveMachineTags') - before).toBe(unread.length === 0 ? 0 : 4);
});

test('a dry run shows each as it is and as it would be, and changes nothing', async () => {
  const [machine] = machines(50, 1);
  if (machine === undefined) throw new Error('The estate is too small');
  machine.machineTags = ['theirs', 'old'];
  const before = calls('addOrRemoveMachineTags');
  const machineIds = [machine.id];
  expect(await change('tagMachines', { machineIds, tag: 'new', operation: 'ADD', dryRun: true })).toMatchObject([
    { outcome: null, changes: [{ field: 'machineTags', from: ['theirs', 'old'], to: ['theirs', 'old', 'new'] }] },
  ]);
  expect(await change('tagMachines', { machineIds, tag: 'old', operation: 'REMOVE', dryRun: true })).toMatchObject([
    { changes: [{ field: 'machineTags', from: ['theirs', 'old'], to: ['theirs'] }] },
  ]);
  machine.deviceValue = 'Low';
  expect(await change('setDeviceValue', { machineIds, deviceValue: 'HIGH', dryRun: true })).toMatchObject([
    { outcome: null, machine: { deviceValue: 'LOW' }, changes: [{ field: 'deviceValue', from: 'LOW', to: 'HIGH' }] },
  ]);
  expect(calls('addOrRemoveMachineTags')).toBe(before);
  expect(machine.machineTags).toEqual(['theirs', 'old']);
});

test.each(['reset', 'unavailable', 'emptyOk', 'created'] as const)(
  'an answer that does not tell (%s) is judged by what the machine shows',
  async (actionsAnswered) => {
    running.simulator.oddities.set({ actionsAnswered });
    const [machine, other] = machines(51, 2);
    if (machine !== undefined) machine.deviceValue = 'Normal';
    const before = calls('setDeviceValue');
    const told = await change('setDeviceValue', {
      machineIds: [machine?.id],
      deviceValue: 'LOW',
      idempotencyKey: actionsAnswered,
    });
    expect(told).toMatchObject([{ outcome: 'DONE', machine: { deviceValue: 'LOW' }, error: null }]);
    const both = { machineIds: [machine?.id, other?.id], tag: actionsAnswered, operation: 'ADD' };
    expect(await change('tagMachines', both)).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
    expect(calls('setDeviceValue')).toBe(before + 1);
  },
);

test('what was sent and never done is not told as done', async () => {
  const [machine] = machines(54, 1);
  if (machine !== undefined) machine.deviceValue = 'Normal';
  running.simulator.faults.add({ operation: 'setDeviceValue', effect: { kind: 'reset' } });
  const told = await change('setDeviceValue', { machineIds: [machine?.id], deviceValue: 'HIGH' });
  expect(told).toMatchObject([{ outcome: 'UNKNOWN', machine: { deviceValue: 'NORMAL' } }]);
});

test('a value that may have been set is not set by the other call', async () => {
  const [machine] = running.simulator.world('contoso').machines.filter(({ deviceValue }) => deviceValue !== 'Low');
  running.simulator.faults.add({ operation: 'setDeviceValue', times: 1, effect: { kind: 'status', status: 503 } });
  const before = calls('updateMachine');
  await change('setDeviceValue', { machineIds: [machine?.id], deviceValue: 'LOW' });
  expect(calls('updateMachine') - before).toBe(0);
});

test('a value whose call has spent its quota is set by updateMachine, which has its own; tags are not spoken of', async () => {
  const [machine] = running.simulator.world('contoso').machines.filter(({ deviceValue }) => deviceValue !== 'High');
  const tags = [...(machine?.machineTags ?? [])];
  const effect = { kind: 'status', status: 429, retryAfter: 600 } as const;
  running.simulator.faults.add({ operation: 'setDeviceValue', times: 1, effect });
  const before = calls('updateMachine');
  const input = { machineIds: [machine?.id], deviceValue: 'HIGH' };
  expect(await change('setDeviceValue', input)).toMatchObject([
    { outcome: 'DONE', error: null, machine: { deviceValue: 'HIGH', machineTags: tags } },
  ]);
  expect(calls('updateMachine') - before).toBe(1);
  expect(machine?.machineTags).toEqual(tags);
});
