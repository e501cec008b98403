import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';

/** Two replicas over one Redis would share a bucket: `test/e2e/redis` has them. Here one gateway and the simulator's own quotas. */
let running: Running;
const few = { 'mde.getMachine': { perMinute: 5, perHour: 50 } };

beforeAll(async () => {
  running = await startRunning({
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'quotas'], few],
        [['limits', 'maxWaitSeconds'], 1],
      ]),
  });
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

const machineIds = (): readonly string[] => running.simulator.world('contoso').machines.map(({ id }) => id);
const ask = (id: string) =>
  running.ask<{ machine: unknown }>(`{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`);

interface Status {
  readonly gatewayStatus: {
    readonly quotas: readonly {
      readonly class: string;
      readonly perMinute: { readonly limit: number; readonly left: number; readonly resetsAt: string | null } | null;
      readonly waiting: number;
      readonly throttledUntil: string | null;
    }[];
  };
}

describe('a quota that is used up', () => {
  test('makes no 429: as many are asked as it allows, and each of the others is told when', async () => {
    const answers = await Promise.all(machineIds().slice(0, 12).map(ask));
    const answered = answers.filter(({ data }) => data.machine !== null);
    const told = answers.flatMap(({ errors }) => errors);
    expect(answered).toHaveLength(5);
    expect(told).toHaveLength(7);
    for (const { extensions } of told) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.any(Number) });
    }
    const seconds = told.map(({ extensions }) => Number(extensions.retryAfterSeconds));
    for (const each of seconds) expect(each).toBeGreaterThan(1);
    for (const each of seconds) expect(each).toBeLessThanOrEqual(122);
    const calls = running.simulator.calls.list().filter(({ operation }) => operation === 'getMachine');
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('is told by gatewayStatus, and what others use is not', async () => {
    const { data } = await running.ask<Status>(
      '{ gatewayStatus { quotas(tenants: ["contoso"]) { tenant { name } api class perMinute { limit left resetsAt } perHour { left } waiting throttledUntil } } }',
    );
    const row = data.gatewayStatus.quotas.find((quota) => quota.class === 'mde.getMachine');
    expect(row).toMatchObject({
      ...{ tenant: { name: 'contoso' }, api: 'MDE', waiting: 0, throttledUntil: null },
      perMinute: { limit: 5, left: 0 },
      perHour: { left: 45 },
    });
    expect(Date.parse(row?.perMinute?.resetsAt ?? '')).toBeGreaterThan(Date.now());
    expect(data.gatewayStatus.quotas[0]).toBe(row);
  });

  test("of another operation or tenant is not touched by it, and Microsoft's 429 is told beside it", async () => {
    running.simulator.faults.add({
      operation: 'listSoftware',
      effect: { kind: 'status', status: 429, retryAfter: 300 },
    });
    const { data } = await running.ask<{ software: { failures: readonly { code: string }[] } }>(
      '{ software(first: 1, tenants: ["contoso"]) { failures { code } } machines(first: 1, tenants: ["contoso"]) { nodes { machineId } } }',
    );
    expect(data.software.failures).toMatchObject([{ code: 'UPSTREAM_THROTTLED' }]);
    const status = await running.ask<Status>('{ gatewayStatus { quotas { class throttledUntil } } }');
    const held = status.data.gatewayStatus.quotas.filter(({ throttledUntil }) => throttledUntil !== null);
    expect(held.map((quota) => quota.class)).toEqual(['mde.listSoftware']);
    running.simulator.faults.clear();
  });
});
