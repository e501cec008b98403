import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(5, ['mde']);
});
afterAll(() => standIn.stop());

const actionId = '5c3a1f7e-0000-4000-8000-000000000001';
const machineId = 'a'.repeat(40);
const actionThat = (status: string) => ({
  id: actionId,
  type: 'RunAntiVirusScan',
  status,
  machineId,
  requestorComment: 'Weekly',
  creationDateTimeUtc: new Date().toISOString(),
});

const mutation = `mutation ($tenant: String!) {
  cancelMachineActions(input: { tenant: $tenant, actionIds: ["${actionId}"], comment: "Not now" }) {
    results { outcome action { status } error { code } }
  }
}`;

/** The cancellation is taken, and the action ends in its own way all the same. */
const answers: readonly (readonly [what: string, answer: Given])[] = [
  ['the action as it ended', { body: actionThat('Succeeded') }],
  ['200 without a body', { body: '' }],
  ['400, for it has ended', { status: 400, body: { error: { code: 'InvalidRequest', message: 'It has ended.' } } }],
];

test.each(answers)(
  'X1: an action that ends while it is cancelled is not told as cancelled: %s',
  async (_what, answer) => {
    let status = 'InProgress';
    const tenant = standIn.tenant(({ method, path }) => {
      if (method === 'POST' && path.endsWith('/cancel')) {
        status = 'Succeeded';
        return answer;
      }
      return /\/machineactions\//i.test(path) ? { body: actionThat(status) } : none;
    });
    const { data } = await tenant.ask<{ cancelMachineActions: { results: unknown } }>(mutation);
    expect(data.cancelMachineActions.results).toEqual([
      { outcome: 'FAILED', action: { status: 'SUCCEEDED' }, error: { code: 'CONFLICT' } },
    ]);
  },
);

test.each([
  ['at once', 0, 'DONE'],
  ['a moment later', 1, 'UNKNOWN'],
] as const)(
  'X1: an action that says %s by whom it is cancelled, and goes on for a while, was cancelled',
  async (when, shownAfter, first) => {
    let [comment, sent, isLater] = ['', 0, false];
    const tenant = standIn.tenant(({ method, path, body }) => {
      if (method === 'POST' && path.endsWith('/cancel')) {
        sent += 1;
        comment = String(Object(JSON.parse(body)).Comment);
        return { status: 500, body: { error: { code: 'InternalServerError', message: 'Try again.' } } };
      }
      const cancellationComment = sent > 0 && (shownAfter === 0 || isLater) ? comment : null;
      const action = { ...actionThat('InProgress'), cancellationComment };
      return /\/machineactions\//i.test(path) ? { body: action } : none;
    });
    const keyed = mutation.replace('comment:', `idempotencyKey: "cancelled ${when}", comment:`);
    const outcomes: unknown[] = [];
    for (isLater of [false, true]) {
      const { data } = await tenant.ask<{
        cancelMachineActions: { results: readonly { outcome: string; action: unknown }[] };
      }>(keyed);
      outcomes.push(data.cancelMachineActions.results[0]?.outcome);
    }
    expect(outcomes).toEqual([first, 'DONE']);
    expect(sent).toBe(1);
  },
);
