import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ActionsLab, type Mutation, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.oddities.reset());
afterAll(() => lab.stop());

/** Reads that go on to show what was before. */
const oldReads = [
  ...['graph.incidents.get', 'graph.incidents.list', 'graph.alerts.get', 'graph.alerts.list'],
  ...['getMachine', 'listMachines'],
];
const world = () => lab.simulator.world('contoso');
const incident = () => {
  const id = lab.freshIncident();
  const found = world().incidents.find((one) => String(one.id) === id);
  if (found === undefined) throw new Error('There is no such incident');
  return found;
};
const alert = () => {
  const { id } = incident();
  const found = world().alerts.find(({ incidentId }) => incidentId === id);
  if (found === undefined) throw new Error('The incident has no alert');
  return found;
};

type Input = Readonly<Record<string, unknown>>;

/** A change, the one that takes it back, and what says of the target that this is done. */
const rows: readonly (readonly [Mutation, () => readonly [there: Input, back: Input, isBack: () => boolean]])[] = [
  [
    'updateIncidents',
    () => {
      const target = Object.assign(incident(), { status: 'active' as const });
      const incidentIds = [String(target.id)];
      const [there, back] = [
        { incidentIds, status: 'RESOLVED' },
        { incidentIds, status: 'ACTIVE' },
      ];
      return [there, back, () => target.status === 'active'];
    },
  ],
  [
    'updateAlerts',
    () => {
      const target = Object.assign(alert(), { assignedTo: null });
      const alertIds = [target.id];
      const [there, back] = [
        { alertIds, assignedTo: 'bo@contoso.com' },
        { alertIds, assignedTo: null },
      ];
      return [there, back, () => target.assignedTo === null];
    },
  ],
  [
    'moveAlerts',
    () => {
      const target = alert();
      const from = String(target.incidentId);
      const move = { alertIds: [target.id], comment: 'One story' };
      const [there, back] = [
        { ...move, incidentId: lab.freshIncident() },
        { ...move, incidentId: from },
      ];
      return [there, back, () => String(target.incidentId) === from];
    },
  ],
  [
    'tagMachines',
    () => {
      const target = Object.assign(lab.freshMachine(), { machineTags: [] });
      const change = { machineIds: [target.id], tag: 'case-7' };
      const [there, back] = [
        { ...change, operation: 'ADD' },
        { ...change, operation: 'REMOVE' },
      ];
      return [there, back, () => target.machineTags.length === 0];
    },
  ],
  [
    'setDeviceValue',
    () => {
      const target = Object.assign(lab.freshMachine(), { deviceValue: 'Low' as const });
      const machineIds = [target.id];
      const [there, back] = [
        { machineIds, deviceValue: 'HIGH' },
        { machineIds, deviceValue: 'LOW' },
      ];
      return [there, back, () => target.deviceValue === 'Low'];
    },
  ],
];

test.each(rows)('X2: %s takes back what was just done, though reads still show what was before', async (...row) => {
  const [mutation, inputs] = row;
  const [there, back, isBack] = inputs();
  lab.simulator.oddities.set({ oldReads });
  expect((await lab.perform(mutation, there)).told).toMatchObject([{ outcome: 'DONE' }]);
  expect(isBack()).toBe(false);
  expect((await lab.perform(mutation, { ...back, dryRun: true })).told).toMatchObject([{ error: null }]);
  expect((await lab.perform(mutation, back)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(isBack()).toBe(true);
  // What is shown agrees with what was done last.
  expect((await lab.perform(mutation, back)).told).toMatchObject([{ error: { code: 'ALREADY_IN_STATE' } }]);
});

test('X2: tags are added to those that were added last, though reads still show what was before', async () => {
  const target = Object.assign(incident(), { tags: [] });
  const incidentIds = [String(target.id)];
  lab.simulator.oddities.set({ oldReads });
  const change = (tags: Input) => lab.perform('updateIncidents', { incidentIds, ...tags });
  for (const tags of [{ tags: ['case-1'] }, { addTags: ['one'] }, { addTags: ['two'] }, { removeTags: ['one'] }])
    expect((await change(tags)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(target.tags).toEqual(['case-1', 'two']);
});

test('X2: tags that somebody else set since stay', async () => {
  const target = Object.assign(incident(), { tags: [] });
  const incidentIds = [String(target.id)];
  const change = (tags: Input) => lab.perform('updateIncidents', { incidentIds, ...tags });
  await change({ addTags: ['one'] });
  Object.assign(target, { tags: ['theirs'], updatedAt: new Date(Date.now() + 1000).toISOString() });
  expect((await change({ addTags: ['two'] })).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(target.tags).toEqual(['theirs', 'two']);
});
