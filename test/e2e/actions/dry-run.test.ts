import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const machineWhere = (holds: (machine: WorldMachine) => boolean, tenant = 'contoso'): WorldMachine => {
  const found = lab.simulator.world(tenant).machines.find(holds);
  if (found === undefined) throw new Error('The estate has no such machine');
  return found;
};

const isolated = async (isolationType = 'FULL'): Promise<WorldMachine> => {
  const machine = lab.freshMachine();
  await lab.perform('isolateMachines', { machineIds: [machine.id], isolationType, comment: 'x', waitSeconds: 20 });
  return machine;
};

/** Defender keeps actions for 180 days. */
const knownSince = (days: number): WorldMachine =>
  Object.assign(lab.freshMachine(), { firstSeen: new Date(Date.now() - days * 86_400_000).toISOString() });

const stuck = (machine: WorldMachine): WorldMachine => {
  machine.machineTags.push('simulator:stuck');
  return machine;
};

type Row = readonly [
  what: string,
  mutation: 'isolateMachines' | 'releaseMachines' | 'scanMachines',
  machine: () => WorldMachine | Promise<WorldMachine>,
  expected: object,
  tenant: string,
];

/** What speaks against an action, as a dry run and the action itself tell it. */
const rows: readonly Row[] = [
  [
    'the token has no permission',
    'isolateMachines',
    () => machineWhere(({ onboardingStatus }) => onboardingStatus === 'Onboarded', 'fabrikam'),
    { code: 'MISSING_PERMISSION' },
    'fabrikam',
  ],
  [
    'the machine is not onboarded',
    'isolateMachines',
    () => machineWhere(({ onboardingStatus }) => onboardingStatus !== 'Onboarded'),
    { code: 'NOT_ONBOARDED' },
    'contoso',
  ],
  [
    'the machine is not onboarded',
    'scanMachines',
    () => machineWhere(({ onboardingStatus }) => onboardingStatus !== 'Onboarded'),
    { code: 'NOT_ONBOARDED' },
    'contoso',
  ],
  [
    'there is no such action on the platform',
    'scanMachines',
    () => machineWhere((machine) => machine.osPlatform === 'macOS' && machine.onboardingStatus === 'Onboarded'),
    { code: 'UPSTREAM_REJECTED', upstreamCode: 'OsPlatformNotSupported' },
    'contoso',
  ],
  [
    'there is no such action on a phone',
    'isolateMachines',
    () => machineWhere((machine) => machine.osPlatform === 'iOS' && machine.onboardingStatus === 'Onboarded'),
    { code: 'UPSTREAM_REJECTED', upstreamCode: 'OsPlatformNotSupported' },
    'contoso',
  ],
  ['the machine is not isolated', 'releaseMachines', () => knownSince(20), { code: 'ALREADY_IN_STATE' }, 'contoso'],
];

describe('X2: a dry run says no where the action does', () => {
  test.each<Row>(rows)('X2: %s (%s)', async (_what, mutation, machineOf, expected, tenant) => {
    const machine = await machineOf();
    const input = { tenant, machineIds: [machine.id], comment: 'Now' };
    const dry = await lab.perform(mutation, { ...input, dryRun: true });
    expect(dry.told).toMatchObject([{ outcome: 'REFUSED', error: expected }]);
    const done = await lab.perform(mutation, input);
    expect(done.told).toMatchObject([{ action: null, error: { code: dry.told[0]?.error?.code } }]);
    expect(await lab.audit(machine.id)).not.toContain('DONE');
  });

  test('X2: an isolation that is in force is told', async () => {
    const machine = await isolated();
    const { told } = await lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'x', dryRun: true });
    expect(told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'ALREADY_IN_STATE' } }]);
  });

  test('X2: an isolation under way is told, as the action tells it', async () => {
    const input = { machineIds: [stuck(lab.freshMachine()).id], comment: 'x' };
    const begun = await lab.perform('isolateMachines', input);
    const action = { actionId: begun.told[0]?.action?.actionId };
    const expected = [{ outcome: 'UNDER_WAY', alreadyUnderWay: true, action, error: null }];
    expect((await lab.perform('isolateMachines', { ...input, dryRun: true })).told).toMatchObject(expected);
    expect((await lab.perform('isolateMachines', input)).told).toMatchObject(expected);
  });

  test.each([
    ['isolateMachines', 'of a machine that nothing was done to', async () => lab.freshMachine()],
    [
      'isolateMachines',
      'of a machine whose release is under way',
      async () => {
        const machine = await isolated();
        await lab.perform('releaseMachines', { machineIds: [stuck(machine).id], comment: 'x' });
        return machine;
      },
    ],
    ['isolateMachines', 'of a machine that is isolated selectively', () => isolated('SELECTIVE')],
    [
      'releaseMachines',
      'of a machine that may have been isolated longer ago than is kept',
      async () => knownSince(400),
    ],
    [
      'releaseMachines',
      'of a machine whose isolation is under way',
      async () => {
        const machine = stuck(lab.freshMachine());
        await lab.perform('isolateMachines', { machineIds: [machine.id], comment: 'x' });
        return machine;
      },
    ],
  ] as const)('X2: nothing is told against %s %s', async (mutation, _what, machineOf) => {
    const machineIds = [(await machineOf()).id];
    const { told } = await lab.perform(mutation, { machineIds, comment: 'x', dryRun: true });
    expect(told).toMatchObject([{ outcome: null, action: null, error: null }]);
  });

  test.each([
    ['isolateMachines', { isolationType: 'SELECTIVE' }, { isolationType: 'FULL' }],
    ['scanMachines', { scanType: 'QUICK' }, { scanType: 'FULL' }],
  ] as const)('X2: %s of another scope under way is not the one that is asked for', async (mutation, first, second) => {
    const input = { machineIds: [stuck(lab.freshMachine()).id], comment: 'x' };
    const begun = await lab.perform(mutation, { ...input, ...first });
    expect(begun.told).toMatchObject([{ outcome: 'DONE' }]);
    for (const dryRun of [true, false]) {
      const { told } = await lab.perform(mutation, { ...input, ...second, dryRun });
      expect(told).toMatchObject([{ outcome: 'REFUSED', alreadyUnderWay: false, error: { code: 'CONFLICT' } }]);
    }
  });

  test('X2: what cannot be told is not told as possible', async () => {
    lab.simulator.faults.add({ operation: 'listMachineActions', effect: { kind: 'status', status: 500 } });
    const machineIds = [lab.freshMachine().id];
    const { told } = await lab.perform('isolateMachines', { machineIds, comment: 'x', dryRun: true });
    expect(told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});

describe('X2: changes of incidents', () => {
  test('X2: a dry run shows each field as it is and as it would be', async () => {
    const id = lab.freshIncident();
    const input = { incidentIds: [id], status: 'RESOLVED', assignedTo: 'ana@contoso.com', comment: 'Closed' };
    const { told } = await lab.perform('updateIncidents', { ...input, dryRun: true });
    expect(told[0]?.changes).toEqual(
      expect.arrayContaining([
        { field: 'status', from: 'ACTIVE', to: 'RESOLVED' },
        { field: 'comment', from: null, to: 'Closed' },
      ]),
    );
    expect(told[0]?.incident).toMatchObject({ status: 'ACTIVE' });
    const done = await lab.perform('updateIncidents', input);
    expect(done.told).toMatchObject([{ outcome: 'DONE', changes: null }]);
  });

  test('X2: tags are added and removed without losing those of others', async () => {
    const id = lab.freshIncident();
    await lab.perform('updateIncidents', { incidentIds: [id], tags: ['mine', 'old'] });
    const input = { incidentIds: [id], addTags: ['new'], removeTags: ['old'] };
    const dry = await lab.perform('updateIncidents', { ...input, dryRun: true });
    expect(dry.told[0]?.changes).toEqual([{ field: 'tags', from: ['mine', 'old'], to: ['mine', 'new'] }]);
    const done = await lab.perform('updateIncidents', { ...input, idempotencyKey: `tags-${id}` });
    expect(done.told).toMatchObject([{ outcome: 'DONE', incident: { tags: ['mine', 'new'] } }]);
  });

  test.each([
    ['with the whole list', { tags: ['a'], addTags: ['b'] }],
    ['what is removed too', { addTags: ['a'], removeTags: ['a'] }],
  ])('X2: tags to be added %s are an input error', async (_name, tags) => {
    const { errors } = await lab.perform('updateIncidents', { incidentIds: ['1'], ...tags });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});
