import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const world = () => lab.simulator.world('contoso');
const incident = (id: string) => world().incidents.find((one) => String(one.id) === id);
const merged = () => {
  const found = world().incidents.find(({ redirectIncidentId }) => redirectIncidentId !== null);
  if (found === undefined) throw new Error('The estate has no merged incident');
  return found;
};
const alertId = (): string => {
  const id = lab.freshIncident();
  return world().alerts.find(({ incidentId }) => String(incidentId) === id)?.id ?? alertId();
};

/** Reads of incidents and alerts by id, one by one and in batches. */
const reads = [
  ...['graph.incidents.get', 'graph.incidents.list', 'graph.alerts.get', 'graph.alerts.list', 'graph.batch'],
  ...['getIncident', 'listIncidents', 'getAlert', 'listAlerts'],
];
/** Entities that were read, each part of a batch by itself. */
const readsSoFar = (): number =>
  reads.reduce((all, operation) => all + (operation === 'graph.batch' ? 0 : lab.calls(operation)), 0);

// First: what fails for long is not asked any more.
test.each([
  ['nobody has', 'NOT_FOUND', () => '999999999'],
  ['was merged into another', 'CONFLICT', () => String(merged().id)],
])('X2: an alert that cannot be read does not go to an incident that %s', async (_what, code, incidentId) => {
  const input = { alertIds: [alertId()], incidentId: incidentId() };
  for (const operation of reads.filter((name) => /alert/i.test(name)))
    lab.simulator.faults.add({ operation, effect: { kind: 'status', status: 500 } });
  const before = lab.calls('graph.alerts.move');
  expect((await lab.perform('moveAlerts', input)).told).toMatchObject([{ outcome: 'REFUSED', error: { code } }]);
  expect(lab.calls('graph.alerts.move')).toBe(before);
});

describe('an incident that was merged into another', () => {
  test.each([
    ['updateIncidents', { status: 'RESOLVED' }],
    ['addComment', { comment: 'Seen' }],
  ] as const)('X2: %s names the one that it is a part of now, and changes neither', async (mutation, change) => {
    const { id, redirectIncidentId, status, comments } = merged();
    const noted = comments.length;
    const { told } = await lab.perform(mutation, { incidentIds: [id], ...change });
    const message = `Incident ${id} was merged into ${redirectIncidentId}: name that one`;
    expect(told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'CONFLICT', message } }]);
    expect(merged()).toMatchObject({ id, status });
    expect(comments).toHaveLength(noted);
    expect(await lab.audit(id)).toContain('REFUSED');
  });

  test('X2: is shown beside the error, so that a program can go on with the other', async () => {
    const { id, redirectIncidentId } = merged();
    for (const dryRun of [true, false]) {
      const { told } = await lab.perform('updateIncidents', { incidentIds: [id], status: 'RESOLVED', dryRun });
      expect(told).toMatchObject([{ incident: { status: 'REDIRECTED', redirectIncidentId } }]);
    }
  });
});

test('X2: a machine that is so already is shown as it is', async () => {
  const machine = Object.assign(lab.freshMachine(), { machineTags: ['case-7'], deviceValue: 'High' });
  const machineIds = [machine.id];
  const tagged = await lab.perform('tagMachines', { machineIds, tag: 'case-7', operation: 'ADD' });
  const valued = await lab.perform('setDeviceValue', { machineIds, deviceValue: 'HIGH' });
  const shown = { outcome: 'REFUSED', machine: { machineTags: ['case-7'], deviceValue: 'HIGH' } };
  expect([...tagged.told, ...valued.told]).toMatchObject([shown, shown]);
});

describe('each is read once before it is changed', () => {
  test.each([
    ['updateIncidents', () => ({ incidentIds: [lab.freshIncident()], status: 'RESOLVED' })],
    ['updateIncidents', () => ({ incidentIds: [lab.freshIncident()], addTags: ['once'] })],
    ['updateIncidents', () => ({ incidentIds: [lab.freshIncident()], status: 'RESOLVED', dryRun: true })],
    ['updateIncidents', () => ({ incidentIds: [lab.freshIncident(), lab.freshIncident()], status: 'RESOLVED' })],
    ['updateAlerts', () => ({ alertIds: [alertId()], assignedTo: 'bo@contoso.com' })],
    ['updateAlerts', () => ({ alertIds: [alertId(), alertId()], assignedTo: 'bo@contoso.com' })],
  ] as const)('X2: %s', async (mutation, input) => {
    const given = input();
    const before = readsSoFar();
    const { told } = await lab.perform(mutation, given);
    expect(told.map(({ error }) => error)).toEqual(told.map(() => null));
    expect(readsSoFar() - before).toBe(told.length);
  });
});

describe('what says nothing of the state keeps nothing back', () => {
  test('X2: a comment, where all else is so already', async () => {
    const id = lab.freshIncident();
    Object.assign(incident(id) ?? {}, { status: 'inProgress' });
    const input = { incidentIds: [id], status: 'IN_PROGRESS', comment: 'Again' };
    expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'DONE' }]);
    expect(incident(id)?.comments.map(({ text }) => text)).toContain('Again');
  });

  test('X2: a word of tomorrow, which is no UNKNOWN', async () => {
    const id = lab.freshIncident();
    Object.assign(incident(id) ?? {}, { classification: 'somethingNew', determination: 'somethingElse' });
    const input = { incidentIds: [id], classification: 'UNKNOWN', determination: 'UNKNOWN' };
    expect((await lab.perform('updateIncidents', input)).told).toMatchObject([{ outcome: 'DONE' }]);
    expect(incident(id)).toMatchObject({ classification: 'unknown', determination: 'unknown' });
  });

  test.each([
    ['updateIncidents', 403, () => ({ incidentIds: [lab.freshIncident()], status: 'RESOLVED' })],
    ['updateIncidents', 500, () => ({ incidentIds: [lab.freshIncident(), lab.freshIncident()], status: 'RESOLVED' })],
    ['updateAlerts', 503, () => ({ alertIds: [alertId()], assignedTo: 'bo@contoso.com' })],
    ['addComment', 500, () => ({ incidentIds: [lab.freshIncident()], comment: 'Blind' })],
    ['moveAlerts', 500, () => ({ alertIds: [alertId()], comment: 'Blind' })],
  ] as const)('X2: %s is sent where reads answer %i; a dry run says so', async (mutation, status, input) => {
    const given = input();
    for (const operation of reads) lab.simulator.faults.add({ operation, effect: { kind: 'status', status } });
    const dry = await lab.perform(mutation, { ...given, dryRun: true });
    expect(dry.told[0]?.error?.code).toMatch(/^UPSTREAM_|MISSING_PERMISSION/);
    const { told } = await lab.perform(mutation, given);
    expect(told).toEqual(told.map(() => expect.objectContaining({ outcome: 'DONE', error: null })));
  });

  test.each([
    [
      'added tags, which are made of those that are there',
      () => ({ incidentIds: [lab.freshIncident()], addTags: ['x'] }),
    ],
  ])('X2: but %s', async (_what, input) => {
    const given = input();
    const before = lab.calls('graph.incidents.update');
    for (const operation of reads) lab.simulator.faults.add({ operation, effect: { kind: 'status', status: 500 } });
    const { told } = await lab.perform('updateIncidents', given);
    expect(told).toMatchObject([{ outcome: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(lab.calls('graph.incidents.update')).toBe(before);
  });

  test('X2: nor is anything merged that cannot be read: it cannot be undone', async () => {
    const incidentIds = [lab.freshIncident(), lab.freshIncident()];
    for (const operation of reads) lab.simulator.faults.add({ operation, effect: { kind: 'status', status: 500 } });
    const { told } = await lab.perform('mergeIncidents', { incidentIds });
    expect(told.map(({ outcome }) => outcome)).toEqual(['FAILED', 'FAILED']);
    expect(lab.calls('graph.incidents.merge')).toBe(0);
  });
});
