import { afterAll, beforeAll, expect, test } from 'vitest';
import { none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(2, ['mde']);
});
afterAll(() => standIn.stop());

const machineId = 'b'.repeat(40);
const actionId = '5c3a1f7e-0000-4000-8000-000000000002';

/** What is done, the word that the service has for it, which no page lists, and whether lists show comments. */
test.each([
  ['isolateMachines', 'ContainDevice', true, 'isolationType: UN_MANAGED_DEVICE,', 'CanBeOnboarded'],
  ['scanMachines', 'RunOfflineScan', false, '', 'Onboarded'],
] as const)(
  'X1: %s is found again by its tag, called %s by the service: the list shows its comment %s',
  async (mutation, type, isShown, more, onboardingStatus) => {
    let [comment, sent] = ['', 0];
    const tenant = standIn.tenant(({ method, path, body }) => {
      if (method === 'POST') {
        sent += 1;
        comment = String(Object(JSON.parse(body)).Comment);
        return { status: 500, body: { error: { code: 'InternalServerError', message: 'Try again.' } } };
      }
      const machine = { id: machineId, computerDnsName: 'b.example.com', osPlatform: 'Windows11', onboardingStatus };
      if (/\/machines$/i.test(path)) return { body: { value: [machine] } };
      if (/\/machines\//i.test(path)) return { body: machine };
      const action = { id: actionId, machineId, type, status: 'Pending' };
      const at = { creationDateTimeUtc: new Date().toISOString() };
      const single = { ...action, ...at, requestorComment: comment };
      if (/\/machineactions\//i.test(path)) return { body: single };
      if (!/\/machineactions$/i.test(path)) return none;
      return { body: { value: sent === 0 ? [] : [{ ...single, requestorComment: isShown ? comment : null }] } };
    });
    const asked = `mutation ($tenant: String!) {
      done: ${mutation}(input: { tenant: $tenant, ${more} machineIds: ["${machineId}"], comment: "Case 7", idempotencyKey: "${type}-${isShown}" }) {
        results { outcome error { code } }
      }
    }`;
    await tenant.ask(asked);
    const { data } = await tenant.ask<{ done: { results: unknown } }>(asked);
    expect(data.done.results).toEqual([{ outcome: 'DONE', error: null }]);
    expect(sent).toBe(1);
  },
);
