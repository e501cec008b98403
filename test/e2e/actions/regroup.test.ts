import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { settledMs } from '../../../src/actions/once/journal.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const reset = { kind: 'reset', handled: true } as const;

const incident = (id: string) => lab.simulator.world('contoso').incidents.find((one) => String(one.id) === id);
const alert = (id: string) => lab.simulator.world('contoso').alerts.find((one) => one.id === id);
const commentsOf = (id: string, text: string): number =>
  [...(incident(id)?.comments ?? []), ...(alert(id)?.comments ?? [])].filter((comment) => comment.text === text).length;

const freshAlert = (): string => {
  const id = lab.freshIncident();
  const found = lab.simulator.world('contoso').alerts.find(({ incidentId }) => String(incidentId) === id);
  return found === undefined ? freshAlert() : found.id;
};

// First, while the clocks of both sides agree: what is found by a comment alone is told from an earlier one by its time.
describe('moveAlerts', () => {
  test('to another incident, and into a new one', async () => {
    const alertIds = [freshAlert(), freshAlert()];
    const incidentId = lab.freshIncident();
    const { told } = await lab.perform('moveAlerts', { alertIds, incidentId });
    expect(told).toMatchObject(
      alertIds.map((alertId) => ({
        ...{ outcome: 'DONE', alertId, targetIncidentId: incidentId, error: null },
        alert: { alertId, incidentId },
      })),
    );
    const anew = await lab.perform('moveAlerts', { alertIds, comment: 'Another story' });
    const [made] = anew.told.map(({ targetIncidentId }) => targetIncidentId);
    expect(anew.told).toMatchObject(alertIds.map(() => ({ outcome: 'DONE', alert: { incidentId: made } })));
    expect(made).not.toBe(incidentId);
    expect(alertIds.map((id) => commentsOf(id, 'Another story'))).toEqual([1, 1]);
  });

  test.each([
    ['to an incident', true],
    ['into a new one', false],
  ])('X1: whose answer was lost (%s) is found, and nothing is sent again', async (_where, isNamed) => {
    const alertIds = [freshAlert()];
    const where = isNamed ? { incidentId: lab.freshIncident() } : { comment: 'Found by this' };
    const input = { alertIds, ...where, idempotencyKey: `move-${isNamed}` };
    lab.simulator.faults.add({ operation: 'graph.alerts.move', times: 1, effect: reset });
    expect((await lab.perform('moveAlerts', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    const before = lab.calls('graph.alerts.move');
    const { told } = await lab.perform('moveAlerts', input);
    const now = String(alert(alertIds[0] ?? '')?.incidentId);
    expect(told).toMatchObject([{ outcome: 'DONE', targetIncidentId: now, error: null }]);
    expect(lab.calls('graph.alerts.move')).toBe(before);
  });
});

describe('addComment', () => {
  test('on incidents and on alerts, each once', async () => {
    const incidentIds = [lab.freshIncident(), lab.freshIncident()];
    const { told } = await lab.perform('addComment', { incidentIds: [...incidentIds, '999999999'], comment: 'Seen' });
    expect(told).toMatchObject([
      { outcome: 'DONE', incidentId: incidentIds[0], alertId: null, error: null },
      { outcome: 'DONE', incidentId: incidentIds[1], error: null },
      { outcome: 'FAILED', incidentId: '999999999', incident: null, error: { code: 'NOT_FOUND' } },
    ]);
    const alertId = freshAlert();
    const onAlert = await lab.perform('addComment', { alertIds: [alertId], comment: 'Seen' });
    expect(onAlert.told).toMatchObject([{ outcome: 'DONE', alertId, incidentId: null, error: null }]);
    expect([...incidentIds, alertId].map((id) => commentsOf(id, 'Seen'))).toEqual([1, 1, 1]);
    expect(await lab.audit(alertId)).toEqual(['DONE', 'INTENDED']);
  });

  test('X1: whose answer was lost stands once, and its repeat says so', async () => {
    const id = lab.freshIncident();
    const input = { incidentIds: [id], comment: 'Lost', idempotencyKey: 'comment-lost' };
    lab.simulator.faults.add({ operation: 'graph.incidents.comment.create', times: 1, effect: reset });
    expect((await lab.perform('addComment', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
    lab.clock.advance(settledMs);
    expect((await lab.perform('addComment', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(commentsOf(id, 'Lost')).toBe(1);
  });

  test('a key that was used on an incident is not of an alert', async () => {
    const input = { comment: 'Mine', idempotencyKey: 'one-key' };
    await lab.perform('addComment', { ...input, incidentIds: [lab.freshIncident()] });
    const { errors } = await lab.perform('addComment', { ...input, alertIds: [freshAlert()] });
    expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  });

  test('a dry run sends nothing', async () => {
    const id = lab.freshIncident();
    const { told } = await lab.perform('addComment', { incidentIds: [id], comment: 'Dry', dryRun: true });
    expect(told).toMatchObject([{ outcome: null, error: null }]);
    expect(commentsOf(id, 'Dry')).toBe(0);
  });
});

describe('mergeIncidents', () => {
  test('all become one, in one call', async () => {
    const incidentIds = [lab.freshIncident(), lab.freshIncident(), lab.freshIncident()];
    const before = lab.calls('graph.incidents.merge');
    const { told } = await lab.perform('mergeIncidents', { incidentIds, comment: 'One attack' });
    const [target] = incidentIds;
    expect(told).toMatchObject(
      incidentIds.map((incidentId) => ({
        ...{ outcome: 'DONE', incidentId, targetIncidentId: target, error: null },
        incident: { incidentId, status: incidentId === target ? 'ACTIVE' : 'REDIRECTED' },
      })),
    );
    expect(lab.calls('graph.incidents.merge') - before).toBe(1);
    expect(commentsOf(target ?? '', 'One attack')).toBe(1);
  });

  test.each([
    ['done, and its answer lost', true, 0],
    ['not done', false, 1],
  ])('X1: one that was %s is found by what the incidents are', async (_what, handled, again) => {
    const incidentIds = [lab.freshIncident(), lab.freshIncident()];
    const input = { incidentIds, idempotencyKey: `merge-${handled}` };
    lab.simulator.faults.add({ operation: 'graph.incidents.merge', times: 1, effect: { kind: 'reset', handled } });
    expect((await lab.perform('mergeIncidents', input)).told).toMatchObject([
      { outcome: 'UNKNOWN' },
      { outcome: 'UNKNOWN' },
    ]);
    const before = lab.calls('graph.incidents.merge');
    lab.clock.advance(settledMs);
    const { told } = await lab.perform('mergeIncidents', input);
    expect(told).toMatchObject(incidentIds.map(() => ({ outcome: 'DONE', targetIncidentId: incidentIds[0] })));
    expect(lab.calls('graph.incidents.merge') - before).toBe(again);
    expect((await lab.perform('mergeIncidents', input)).told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
    expect(lab.calls('graph.incidents.merge') - before).toBe(again);
  });

  test('a dry run says what a merge would come to', async () => {
    const incidentIds = [lab.freshIncident(), lab.freshIncident()];
    const { told } = await lab.perform('mergeIncidents', { incidentIds, dryRun: true });
    expect(told).toMatchObject([
      { outcome: null, error: null },
      { outcome: null, error: null },
    ]);
    expect(incident(incidentIds[1] ?? '')?.redirectIncidentId).toBeNull();
  });
});

test.each([
  ['mergeIncidents', () => ({ incidentIds: [lab.freshIncident(), lab.freshIncident()] })],
  ['moveAlerts', () => ({ alertIds: [freshAlert()], incidentId: lab.freshIncident() })],
] as const)('%s: a key that was used with other input is CONFLICT', async (mutation, input) => {
  const idempotencyKey = `reused-${mutation}`;
  await lab.perform(mutation, { ...input(), idempotencyKey });
  const { errors } = await lab.perform(mutation, { ...input(), idempotencyKey });
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
});
