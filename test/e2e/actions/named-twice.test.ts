import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterAll(() => lab.stop());

/** `tailspin` has no Graph: there Microsoft 365 Defender has the incidents, and Defender for Endpoint the alerts. */
const world = () => lab.simulator.world('tailspin');
const countOf = (comments: readonly { readonly text: string }[], comment: string): number =>
  comments.filter(({ text }) => text === comment).length;

test('X1: an incident whose number is written in two ways gets a comment once', async () => {
  const [incident] = world().incidents.filter(({ status }) => status === 'active');
  if (incident === undefined) throw new Error('The estate has no active incident');
  const incidentIds = [incident.id, `0${incident.id}`];
  const { told } = await lab.perform('addComment', { tenant: 'tailspin', incidentIds, comment: 'Zero' });
  expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'FAILED', error: { code: 'NOT_FOUND' } }]);
  expect(countOf(incident.comments, 'Zero')).toBe(1);
});

test('X1: an alert that is named in two letter cases gets a comment once', async () => {
  const [alert] = world().alerts.filter(({ id }) => id.startsWith('da'));
  if (alert === undefined) throw new Error('The estate has no alert of Defender for Endpoint');
  const alertIds = [alert.id, alert.id.toUpperCase()];
  const { told } = await lab.perform('addComment', { tenant: 'tailspin', alertIds, comment: 'Case' });
  expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
  expect(countOf(alert.comments, 'Case')).toBe(1);
});
