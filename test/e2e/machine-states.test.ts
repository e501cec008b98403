import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorldAction, WorldMachine } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const dayMs = 86_400_000;

let running: Running;
let like: WorldAction;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 3 })], enforceQuotas: false, profile: 'mild' },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access', 'roles'],
          {
            machines: { permissions: ['machine:read', 'schema:read'] },
            some: { permissions: ['action:read'], machineTags: ['ours'] },
          },
        ],
        [['access', 'apiKeys'], [keyRow('limited', { roles: ['machines', 'some'] })]],
      ]),
  });
  const world = running.simulator.world('contoso');
  const [first] = world.actions;
  if (first === undefined) throw new Error('The estate has no action to go by');
  like = first;
  world.actions.length = 0;
  for (const [place, machine] of world.machines.entries()) {
    Object.assign(machine, { firstSeen: ago(place === 30 ? 20 : 400) });
    machine.machineTags.push('simulator:stuck');
  }
});
afterEach(() => running.simulator.faults.clear());
afterAll(() => running.stop());

const ago = (days: number): string => new Date(Date.now() - days * dayMs).toISOString();

const machineAt = (place: number): WorldMachine => {
  const machine = running.simulator.world('contoso').machines[place];
  if (machine === undefined) throw new Error('The estate is too small');
  return machine;
};

/** An action as it stands, begun so many days ago; the list is newest first. */
const put = (machine: WorldMachine, type: WorldAction['type'], status: WorldAction['status'], days: number): void => {
  const { actions } = running.simulator.world('contoso');
  const at = ago(days);
  actions.push({
    ...like,
    id: crypto.randomUUID(),
    type,
    status,
    machine,
    createdAt: at,
    updatedAt: at,
    unanswered: true,
  });
  actions.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
};

interface Answered {
  readonly machine: { readonly isolationState: string | null; readonly restrictedState: string | null };
}

const statesOf = ({ id }: WorldMachine, headers: Readonly<Record<string, string>> = {}) =>
  running.ask<Answered>(
    'query ($id: ID!) { machine(tenant: "contoso", machineId: $id) { isolationState restrictedState } }',
    { id },
    headers,
  );

type Put = readonly [type: WorldAction['type'], status: WorldAction['status'], days: number];

const rows: readonly (readonly [what: string, actions: readonly Put[], expected: object])[] = [
  ['isolated', [['Isolate', 'Succeeded', 3]], { isolationState: 'ISOLATED', restrictedState: 'UNKNOWN' }],
  [
    'released',
    [
      ['Isolate', 'Succeeded', 3],
      ['Unisolate', 'Succeeded', 2],
    ],
    { isolationState: 'NOT_ISOLATED' },
  ],
  [
    'isolated again',
    [
      ['Unisolate', 'Succeeded', 2],
      ['Isolate', 'Succeeded', 1],
    ],
    { isolationState: 'ISOLATED' },
  ],
  ['being isolated', [['Isolate', 'Pending', 0]], { isolationState: 'ISOLATION_PENDING' }],
  [
    'being released',
    [
      ['Isolate', 'Succeeded', 2],
      ['Unisolate', 'InProgress', 0],
    ],
    { isolationState: 'RELEASE_PENDING' },
  ],
  [
    'a release that failed',
    [
      ['Isolate', 'Succeeded', 2],
      ['Unisolate', 'Failed', 1],
    ],
    { isolationState: 'ISOLATED' },
  ],
  ['an isolation that failed', [['Isolate', 'Failed', 1]], { isolationState: 'UNKNOWN' }],
  [
    'restricted',
    [['RestrictCodeExecution', 'Succeeded', 3]],
    { isolationState: 'UNKNOWN', restrictedState: 'RESTRICTED' },
  ],
  [
    'restriction lifted',
    [
      ['RestrictCodeExecution', 'Succeeded', 3],
      ['UnrestrictCodeExecution', 'Succeeded', 1],
    ],
    { restrictedState: 'NOT_RESTRICTED' },
  ],
  ['being restricted', [['RestrictCodeExecution', 'InProgress', 0]], { restrictedState: 'RESTRICTION_PENDING' }],
  ['nothing', [], { isolationState: 'UNKNOWN', restrictedState: 'UNKNOWN' }],
];

test.each(rows.map((row, place) => [...row, place] as const))('%s', async (_what, actions, expected, place) => {
  const machine = machineAt(place);
  for (const action of actions) put(machine, ...action);
  const { data, errors } = await statesOf(machine);
  expect(errors).toEqual([]);
  expect(data.machine).toMatchObject(expected);
});

test('of a machine that is newer than what actions reach back to nothing is nothing', async () => {
  const machine = machineAt(30);
  expect((await statesOf(machine)).data.machine).toEqual({
    isolationState: 'NOT_ISOLATED',
    restrictedState: 'NOT_RESTRICTED',
  });
});

test('many machines are a list for each 15, and a call each that proves its end', async () => {
  const before = running.simulator.calls.count({ operation: 'listMachineActions' });
  const { data } = await running.ask<{ machines: { nodes: readonly { isolationState: string }[] } }>(
    '{ machines(tenants: ["contoso"], first: 60) { nodes { isolationState restrictedState } } }',
  );
  expect(data.machines.nodes).toHaveLength(60);
  expect(data.machines.nodes.filter(({ isolationState }) => isolationState === 'ISOLATED').length).toBeGreaterThan(1);
  expect(running.simulator.calls.count({ operation: 'listMachineActions' })).toBeLessThanOrEqual(before + 8);
});

test('more machines than a few lists hold are looked for in the list of all', async () => {
  const before = running.simulator.calls.count({ operation: 'listMachineActions' });
  const { data } = await running.ask<{ machines: { nodes: readonly { isolationState: string }[] } }>(
    '{ machines(tenants: ["contoso"], first: 180) { nodes { isolationState } } }',
  );
  expect(data.machines.nodes).toHaveLength(180);
  expect(data.machines.nodes.filter(({ isolationState }) => isolationState === 'ISOLATED').length).toBe(3);
  expect(running.simulator.calls.count({ operation: 'listMachineActions' })).toBeLessThanOrEqual(before + 2);
});

test('a caller who reads actions of some machines alone learns the states of those alone', async () => {
  const [isolated, other] = [machineAt(0), machineAt(2)];
  isolated.machineTags.push('ours');
  expect((await statesOf(isolated, keyHeader('limited'))).data.machine.isolationState).toBe('ISOLATED');
  const outside = await statesOf(other, keyHeader('limited'));
  expect(outside.data.machine).toEqual({ isolationState: null, restrictedState: null });
  expect(outside.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('actions that cannot be read are null with a reason', async () => {
  running.simulator.faults.add({ operation: 'listMachineActions', effect: { kind: 'status', status: 500 } });
  const { data, errors } = await statesOf(machineAt(0));
  expect(data.machine).toEqual({ isolationState: null, restrictedState: null });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
});
