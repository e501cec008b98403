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

  test.each(['no-cache', 'max-age=0', 'no-store'])('%s: all is read anew', async (header) => {
    await ask(machine(3));
    const { headers } = await ask(machine(3), header);
    expect(reads()).toBe(2);
    expect(headers.get('age')).toBeNull();
  });

  test('what was read with no-store is not kept', async () => {
    await ask(machine(4), 'no-store');
    await ask(machine(4), 'max-age=60');
    expect(reads()).toBe(2);
  });

  test('what was read with no-cache is kept for others', async () => {
    await ask(machine(5), 'no-cache');
    await ask(machine(5), 'max-age=60');
    expect(reads()).toBe(1);
  });

  test('what is not there is looked for anew', async () => {
    const query = `{ machine(tenant: "contoso", machineId: "${'0'.repeat(40)}") { machineId machineTags } }`;
    await ask(query);
    await ask(query, 'max-age=60');
    expect(reads()).toBe(2);
  });

  test('after an action nothing of its tenant is given that was kept before, and all of others', async () => {
    const other = machine(1, 'fabrikam');
    await ask(machine(6));
    await ask(other);
    const tagged = await running.ask<{ tagMachines: { results: readonly { outcome: string }[] } }>(
      'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { outcome } } }',
      { input: { tenant: 'contoso', machineIds: [idOf(6)], tag: 'seen', operation: 'ADD', comment: 'Cache' } },
      { 'cache-control': 'max-age=300' },
    );
    expect(tagged.errors).toEqual([]);
    expect(tagged.headers.get('age')).toBeNull();
    expect((await ask(machine(6), 'max-age=300')).data.machine.machineTags).toContain('seen');
    running.simulator.calls.reset();
    await ask(other, 'max-age=300');
    expect(reads()).toBe(0);
  });

  test.each([
    [
      'incidents with their alerts',
      '{ incidents(tenants: ["contoso"], first: 5) { nodes { alerts { nodes { title } } } } }',
    ],
    [
      'machines by their ids',
      () => `{ ${[1, 2, 3].map((index) => `m${index}: ${machine(index).slice(1, -1)}`).join(' ')} }`,
    ],
    [
      'alerts of machines',
      () => `{ machine(tenant: "contoso", machineId: "${idOf(7)}") { alerts(first: 3) { nodes { title } } } }`,
    ],
    [
      'lists',
      '{ machines(tenants: ["contoso"], first: 3) { nodes { machineId } } alerts(tenants: ["contoso"], first: 3) { nodes { alertId } } }',
    ],
  ])('reading %s makes nothing unfit that was kept', async (_, query) => {
    const asked = typeof query === 'string' ? query : query();
    await ask(machine(8));
    await ask(asked);
    running.simulator.calls.reset();
    await ask(asked, 'max-age=60');
    await ask(machine(8), 'max-age=60');
    expect(running.simulator.calls.list().map(({ operation }) => operation)).toEqual([]);
  });

  test('an export reads anew', async () => {
    const list = '{ machines(tenants: ["contoso"], first: 5) { nodes { machineId } } }';
    await running.ask(list);
    const exported = await fetch(`${running.gateway.url}/export/machines?tenants=contoso`, {
      headers: { 'cache-control': 'max-age=300' },
    });
    await exported.text();
    expect(exported.headers.get('age')).toBeNull();
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBeGreaterThan(1);
  });
});
