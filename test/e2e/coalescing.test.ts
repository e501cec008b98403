import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askGateway, type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls.
    simulator: {
      profile: 'mild',
      tenants: ['contoso', 'fabrikam'].map((name) => simTenant(name, { scale: 0.3 })),
      enforceQuotas: false,
    },
  });
  // Tokens are the business of their own test below.
  await running.ask('{ tenants { capabilities { available } } }');
});

afterAll(() => running.stop());

beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});

const operations = (): string[] => running.simulator.calls.list().map(({ operation }) => operation ?? '');

describe('callers at the same time', () => {
  test('equal reads in flight are one call', async () => {
    const id = running.simulator.world('contoso').machines[7]?.id;
    running.simulator.faults.add({ operation: 'getMachine', effect: { kind: 'slow', delayMs: 800 } });
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        running.ask<{ machine: { machineId: string } }>(
          `{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`,
        ),
      ),
    );
    expect(answers.map(({ data }) => data.machine.machineId)).toEqual(answers.map(() => id));
    expect(operations()).toEqual(['getMachine']);
  });

  test('a read that begins after an action does not join one that began before it', async () => {
    const machine = running.simulator
      .world('contoso')
      .machines.find(
        ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
      );
    const actions = `{ machineActions(tenants: ["contoso"], filter: { machineId: ["${machine?.id}"], type: [ISOLATE] }) { nodes { actionId } } }`;
    interface Seen {
      readonly machineActions: { readonly nodes: readonly { readonly actionId: string }[] };
    }
    running.simulator.faults.add({
      operation: 'listMachineActions',
      times: 1,
      effect: { kind: 'slow', delayMs: 3000 },
    });
    const before = running.ask<Seen>(actions);
    while (running.simulator.faults.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const { data } = await running.ask<{ isolateMachines: { results: readonly { action: { actionId: string } }[] } }>(
      'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { results { action { actionId } } } }',
      { input: { tenant: 'contoso', machineIds: [machine?.id], comment: 'Beaconing' } },
    );
    const after = await running.ask<Seen>(actions);
    expect(after.data.machineActions.nodes).toContainEqual(data.isolateMachines.results[0]?.action);
    await before;
    // The first finds nothing. Then the action's look and the second question find some, and ask for what may be behind their short page.
    expect(running.simulator.calls.count({ operation: 'listMachineActions' })).toBe(5);
  });

  test('equal reads of two tenants are never one call', async () => {
    running.simulator.faults.add({ operation: 'listMachines', effect: { kind: 'slow', delayMs: 500 } });
    const ask = (tenant: string) =>
      running.ask<{ machines: { nodes: { tenant: { name: string } }[] } }>(
        `{ machines(tenants: ["${tenant}"], first: 5) { nodes { tenant { name } } } }`,
      );
    const answers = await Promise.all(['contoso', 'fabrikam', 'contoso', 'fabrikam'].map(ask));
    expect(answers.map(({ data }) => data.machines.nodes.map(({ tenant }) => tenant.name))).toEqual(
      ['contoso', 'fabrikam', 'contoso', 'fabrikam'].map((name) => Array(5).fill(name)),
    );
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(2);
  });

  test('a caller who leaves does not stop the read of another', async () => {
    const id = running.simulator.world('contoso').machines[9]?.id;
    running.simulator.faults.add({ operation: 'getMachine', effect: { kind: 'slow', delayMs: 800 } });
    const query = `{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`;
    const leaving = fetch(`${running.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
      signal: AbortSignal.timeout(100),
    });
    const [left, stayed] = await Promise.allSettled([leaving, running.ask<{ machine: { machineId: string } }>(query)]);
    expect(left.status).toBe('rejected');
    expect(stayed).toMatchObject({ status: 'fulfilled', value: { data: { machine: { machineId: id } }, errors: [] } });
    expect(operations()).toEqual(['getMachine']);
  });
});

describe('tokens', () => {
  test('500 first callers at once: one token request for each API', async () => {
    const fresh = await startRunning({
      simulator: { profile: 'mild', tenants: [simTenant('contoso', { scale: 0.1 })], enforceQuotas: false },
    });
    try {
      const query = '{ machines(first: 1) { nodes { machineId } } incidents(first: 1) { nodes { incidentId } } }';
      const answers = await Promise.all(
        Array.from({ length: 500 }, () => askGateway<{ machines: { nodes: unknown[] } }>(fresh.gateway.url, query)),
      );
      expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
      expect(answers.filter(({ data }) => data.machines.nodes.length !== 1)).toEqual([]);
      const tokens = fresh.simulator.calls.list({ operation: 'entra.token' }).map(({ body }) => body);
      expect(tokens).toHaveLength(2);
    } finally {
      await fresh.stop();
    }
  });
});
