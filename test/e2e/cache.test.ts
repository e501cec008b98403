import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: ['contoso', 'fabrikam'].map((name) => simTenant(name, { scale: 0.2 })),
      enforceQuotas: false,
    },
  });
});

afterAll(() => running.stop());

beforeEach(() => running.simulator.calls.reset());

interface Explained {
  readonly gateway: {
    readonly upstreamCalls: readonly {
      readonly operation: string;
      readonly cached: boolean;
      readonly ageSeconds: number;
    }[];
  };
}

const idOf = (index: number, tenant = 'contoso'): string => running.simulator.world(tenant).machines[index]?.id ?? '';
const machine = (index: number, tenant = 'contoso'): string =>
  `{ machine(tenant: "${tenant}", machineId: "${idOf(index, tenant)}") { machineId machineTags } }`;
const ask = (query: string, cacheControl?: string) =>
  running.ask<{ machine: { machineId: string; machineTags: readonly string[] } }>(
    query,
    {},
    { 'x-gateway-explain': '1', ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }) },
  );
const reads = (): number => running.simulator.calls.count({ operation: 'getMachine' });

describe('the short cache', () => {
  test('gives nothing to who does not say that they accept it', async () => {
    await ask(machine(1));
    const { headers } = await ask(machine(1));
    expect(reads()).toBe(2);
    expect(headers.get('age')).toBeNull();
  });

  test('gives what was read for others to who accepts its age, and tells it', async () => {
    await ask(machine(2));
    const { data, headers, extensions } = await ask(machine(2), 'max-age=60');
    expect(reads()).toBe(1);
    expect(data.machine.machineId).toBe(idOf(2));
    expect(headers.get('age')).toBe('0');
    expect(headers.get('cache-control')).toBe('no-store');
    const told = (extensions as unknown as Explained).gateway.upstreamCalls;
    expect(told).toEqual([expect.objectContaining({ operation: 'mde.getMachine', cached: true, ageSeconds: 0 })]);
  });
});
