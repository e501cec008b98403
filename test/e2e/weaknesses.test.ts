import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultEffect } from '../../src/simulator/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls: every form is taken at once, and none is answered in vain.
    simulator: { profile: 'mild', tenants: [simTenant('contoso', { scale: 2 })], enforceQuotas: false },
  });
});
afterAll(() => running.stop());
beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});

interface Machines {
  readonly machines: {
    readonly nodes: readonly {
      readonly vulnerabilities: { readonly totalCount: number | null; readonly nodes: readonly unknown[] };
      readonly missingKbs: { readonly totalCount: number | null; readonly nodes: readonly unknown[] };
    }[];
  };
}

const ask = (first: number) =>
  running.ask<Machines>(`{ machines(tenants: ["contoso"], first: ${first}) { nodes {
    machineId
    vulnerabilities(first: 200) { totalCount nodes { cveId } }
    missingKbs(first: 200) { totalCount nodes { kbId } }
  } } }`);

const operations = (operation: string): number => running.simulator.calls.count({ operation });
const hunts = (): number => operations('graph.hunting.run') + operations('m365d.hunting.run');

describe('weaknesses and missing updates of machines', () => {
  test('are one read of the rows for both, two calls', async () => {
    expect((await ask(30)).errors).toEqual([]);
    expect(operations('listVulnerabilitiesByMachineAndSoftware')).toBe(2);
    expect(hunts()).toBe(0);
  });

  test('of more machines than a filter holds are one hunting query', async () => {
    expect((await ask(100)).errors).toEqual([]);
    expect(operations('graph.hunting.run')).toBe(1);
    expect(operations('listVulnerabilitiesByMachineAndSoftware')).toBe(0);
  });

  test.each<[string, FaultEffect]>([
    ['refuses the query', { kind: 'status', status: 400 }],
    ['is not permitted', { kind: 'status', status: 403 }],
    ['is used up', { kind: 'throttled', says: 'seconds', waitSeconds: 1 }],
  ])('are the same when hunting %s: six calls', async (_, effect) => {
    const hunted = await ask(100);
    running.simulator.calls.reset();
    for (const operation of ['graph.hunting.run', 'm365d.hunting.run', 'runAdvancedQuery', 'runAdvancedHunting'])
      running.simulator.faults.add({ operation, effect });
    const filtered = await ask(100);
    expect(filtered.errors).toEqual([]);
    expect(filtered.data).toEqual(hunted.data);
    expect(operations('listVulnerabilitiesByMachineAndSoftware')).toBe(6);
  });
});

test('`totalCount` tells how many rows are at hand, and nothing of lists that are read page by page', async () => {
  const { data } = await ask(50);
  for (const { vulnerabilities, missingKbs } of data.machines.nodes) {
    expect(vulnerabilities.totalCount).toBe(vulnerabilities.nodes.length);
    expect(missingKbs.totalCount).toBe(missingKbs.nodes.length);
  }
  const lists = await running.ask<Record<'machines' | 'sorted', { totalCount: number | null }>>(`{
    machines(first: 5) { totalCount }
    sorted: machines(first: 5, orderBy: { field: RISK_SCORE }) { totalCount }
  }`);
  expect(lists.data.machines.totalCount).toBeNull();
  expect(lists.data.sorted.totalCount).toBe(running.simulator.world('contoso').machines.length);
});
