import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type FolderGateway, startOnFolder } from './support.ts';

let running: FolderGateway;

beforeAll(async () => {
  running = await startOnFolder({
    files: (tenant) => ({ 'one.yaml': tenant('contoso') }),
    settings: { access: { anonymous: 'admin' } },
  });
});
afterAll(() => running[Symbol.asyncDispose]());

/** Makes the name that of a tenant of the simulator, and waits until new requests see it. */
const nameIsOf = async (tenant: string): Promise<void> => {
  await running.put('one.yaml', running.tenant(tenant, { name: 'contoso' }));
  const [{ id } = { id: '' }] = running.simulator.world(tenant).machines;
  const asked = `{ machine(tenant: "contoso", machineId: "${id}") { id } }`;
  const isSeen = async () => expect((await running.ask<{ machine: object | null }>(asked)).data.machine).not.toBeNull();
  await vi.waitFor(isSeen, { timeout: 20_000, interval: 50 });
};

const sentTo = (tenant: string) => running.simulator.calls.count({ operation: 'isolateMachine', tenant });

const freshMachine = (): string => {
  const { machines, actions } = running.simulator.world('contoso');
  const isFresh = (machine: (typeof machines)[number]): boolean =>
    machine.onboardingStatus === 'Onboarded' &&
    machine.osPlatform === 'Windows11' &&
    machine.healthStatus === 'Active' &&
    !actions.some((action) => action.machine === machine);
  return machines.find(isFresh)?.id ?? '';
};

test.each([
  ['planned', 'getMachine'],
  ['sent', 'isolateMachine'],
  ['waited for', 'getMachineAction'],
])(
  'X1: an action that is %s when its name becomes another tenant’s stays in its tenant, and its key too',
  async (phase, slow) => {
    const { simulator } = running;
    await nameIsOf('contoso');
    simulator.calls.reset();
    simulator.faults.add({ operation: slow, tenant: 'contoso', times: 1, effect: { kind: 'slow', delayMs: 1500 } });
    const isolate = `mutation { isolateMachines(input: {
    tenant: "contoso", machineIds: ["${freshMachine()}"], comment: "c", idempotencyKey: "${phase}", waitSeconds: 60
  }) { results { outcome action { status } error { code } } } }`;
    const sent = running.ask<{ isolateMachines: { results: readonly object[] } | null }>(isolate);
    await vi.waitFor(() => expect(simulator.faults.list()).toEqual([]), { timeout: 20_000, interval: 20 });
    await nameIsOf('fabrikam');
    const done = [{ outcome: 'DONE', action: { status: 'SUCCEEDED' }, error: null }];
    expect((await sent).data.isolateMachines?.results).toEqual(done);

    const { errors } = await running.ask(isolate);
    expect(errors[0]?.extensions).toMatchObject({ code: 'CONFLICT', field: 'idempotencyKey' });
    await nameIsOf('contoso');
    expect((await running.ask<{ isolateMachines: { results: readonly object[] } }>(isolate)).data).toEqual({
      isolateMachines: { results: done },
    });
    expect([sentTo('contoso'), sentTo('fabrikam')]).toEqual([1, 0]);
  },
);
