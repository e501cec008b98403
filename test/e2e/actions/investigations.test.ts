import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';
import { freshMachine } from './action-rows.ts';

let running: Running;
const used = new Set<string>();
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
      readonly outcome: string | null;
      readonly investigationId: string | null;
      readonly investigation: { readonly machineId: string } | null;
      readonly error: { readonly code: string } | null;
    }[];
  };
}

const start = async (machineIds: readonly string[], more: Readonly<Record<string, unknown>> = {}) => {
  const { data } = await running.ask<Answered>(
    `mutation ($input: StartInvestigationInput!) { payload: startInvestigation(input: $input) {
      results { outcome investigationId investigation { machineId } error { code } } } }`,
    { input: { tenant: 'contoso', comment: 'Beaconing', machineIds, ...more } },
  );
  return data.payload.results;
};

const machine = (): WorldMachine => {
  const fresh = freshMachine(running.simulator.world('contoso'), used);
  used.add(fresh.id);
  return fresh;
};
const sent = (): number => running.simulator.calls.count({ operation: 'startInvestigation' });

test('it is answered with the investigation that began', async () => {
  const { id } = machine();
  const [told] = await start([id]);
  expect(told).toMatchObject({ outcome: 'DONE', investigation: { machineId: id }, error: null });
  const began = running.simulator.world('contoso').investigations.find(({ machine: { id: own } }) => own === id);
  expect(told?.investigationId).toBe(String(began?.id));
});

const answers = ['reset', 'unavailable', 'emptyOk', 'created'] as const;
test.each(
  answers.flatMap((actionsAnswered) =>
    [false, true].map((investigationAlerts) => ({ actionsAnswered, investigationAlerts })),
  ),
)(
  'an answer that does not tell ($actionsAnswered) is found out by the machine, and a repeat sends nothing: with an alert $investigationAlerts',
  async ({ actionsAnswered, investigationAlerts }) => {
    running.simulator.oddities.set({ actionsAnswered, investigationAlerts });
    const { id } = machine();
    const before = sent();
    const input = { idempotencyKey: `k-${actionsAnswered}-${investigationAlerts}` };
    const [told] = await start([id], input);
    expect(told).toMatchObject({ outcome: 'DONE', investigation: { machineId: id }, error: null });
    const [again] = await start([id], input);
    expect(again?.investigationId).toBe(told?.investigationId);
    expect(sent()).toBe(before + 1);
  },
);

test('what was sent and never came is not told as done, nor sent again at once', async () => {
  const { id } = machine();
  const before = sent();
  running.simulator.faults.add({ operation: 'startInvestigation', effect: { kind: 'reset' } });
  const input = { idempotencyKey: 'lost' };
  expect(await start([id], input)).toMatchObject([{ outcome: 'UNKNOWN', investigationId: null }]);
  running.simulator.faults.clear();
  expect(await start([id], input)).toMatchObject([{ outcome: 'UNKNOWN', error: { code: 'CONFLICT' } }]);
  expect(sent()).toBe(before + 1);
});

test('investigations that cannot be read are no "none runs" on a dry run', async () => {
  running.simulator.faults.add({ operation: 'listInvestigations', effect: { kind: 'status', status: 500 } });
  const told = await start([machine().id], { dryRun: true });
  expect(told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});
