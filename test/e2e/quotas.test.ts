import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runQuotaLoad } from '../quota-load/run.ts';
import { askGateway, type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { inTenant } from '../support/in-tenant.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';

let running: Running;
const few = {
  'mde.getMachine': { perMinute: 5, perHour: 50 },
  'graph.alerts': { perMinute: 6 },
  'mde.runLiveResponse': { perMinute: 1 },
  hunting: { perMinute: 16, perHour: 200 },
};

beforeAll(async () => {
  running = await startRunning({
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'quotas'], few],
        [['tenants', 1, 'quotas'], { hunting: { perMinute: 45, runSecondsPerHour: 2, runSecondsPerDay: 60 } }],
        [['tenants', 1, 'prefer'], { hunting: 'mde' }],
        [['limits', 'maxWaitSeconds'], 1],
      ]),
  });
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

const machineIds = (): readonly string[] => running.simulator.world('contoso').machines.map(({ id }) => id);
const ask = (id: string) =>
  running.ask<{ machine: unknown }>(`{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`);
/** Full names, by which each machine is a call of its own. */
const machineNames = (): readonly string[] =>
  running.simulator.world('contoso').machines.flatMap(({ computerDnsName }) => computerDnsName ?? []);

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
    const answers = await Promise.all(machineNames().slice(0, 12).map(ask));
    const answered = answers.filter(({ data }) => data.machine !== null);
    const told = answers.flatMap(({ errors }) => errors);
    expect(answered).toHaveLength(5);
    expect(told).toHaveLength(7);
    for (const { extensions } of told) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.any(Number) });
    }
    const seconds = told.map(({ extensions }) => Number(extensions.retryAfterSeconds));
    for (const each of seconds) expect(each).toBeGreaterThan(1);
    // One after the other, each a fifth of 61 seconds and a sixtieth of that behind the one before: 12.403.
    for (const each of seconds) expect(each).toBeLessThanOrEqual(62 + 6 * 12.41);
    expect(new Set(seconds.map((each) => Math.floor(each / 10))).size).toBe(7);
    const calls = running.simulator.calls.list().filter(({ operation }) => operation === 'getMachine');
    expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('is used by what is sent alone: a call that a breaker keeps back takes nothing of it', async () => {
    const at = inTenant(running, 'contoso');
    const fault = at.fault({ kind: 'status', status: 503 }, { product: 'graph' });
    // Five that Graph does not answer, and ten that the other API does, which shares the quota.
    for (let asked = 0; asked < 10; asked += 1) {
      const { errors } = await at.ask(
        '{ hunt(input: { query: "DeviceInfo | take 1", tenants: ["contoso"] }) { rowCount } }',
      );
      expect(errors).toEqual([]);
    }
    expect(at.calls({ product: 'graph' })).toHaveLength(5);
    running.simulator.faults.clear(fault);
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

describe('a quota of single reads that is used up', () => {
  test('keeps nobody back who is the first to ask: it is tried whether the list takes ids', async () => {
    const id = machineIds().at(-1) ?? '';
    expect(await ask(id)).toMatchObject({ data: { machine: { machineId: id } }, errors: [] });
    const operations = running.simulator.calls.list().map(({ operation }) => operation);
    expect(operations).toEqual(['listMachines', 'listMachines']);
  });

  test('keeps nobody back of whom several ask: they go together, in a call of the list', async () => {
    const ids = machineIds();
    // Of several that one request names: the service takes such filters.
    const { errors } = await running.ask(
      `{ a: machine(tenant: "contoso", machineId: "${ids[0]}") { machineId } b: machine(tenant: "contoso", machineId: "${ids[1]}") { machineId } }`,
    );
    expect(errors).toEqual([]);
    running.simulator.calls.reset();
    const answers = await Promise.all(ids.slice(0, 60).map(ask));
    expect(answers.flatMap(({ errors: told }) => told)).toEqual([]);
    expect(answers.map(({ data }) => data.machine)).toEqual(ids.slice(0, 60).map((machineId) => ({ machineId })));
    const operations = running.simulator.calls.list().map(({ operation }) => operation);
    expect(new Set(operations)).toEqual(new Set(['listMachines']));
    // Six on a machine that has nothing else to do.
    expect(operations.length).toBeLessThanOrEqual(30);
  });

  test('nor who asks alone, be it to isolate a machine', async () => {
    const { machines } = running.simulator.world('contoso');
    const machine = machines.findLast(
      ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
    );
    const id = machine?.id ?? '';
    expect(await ask(id)).toMatchObject({ data: { machine: { machineId: id } }, errors: [] });
    const { data } = await running.ask(
      `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${id}"], comment: "Case 1" }) { results { outcome } } }`,
    );
    expect(data).toEqual({ isolateMachines: { results: [{ outcome: 'DONE' }] } });
    const operations = running.simulator.calls.list().map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'getMachine')).toEqual([]);
    // One that is not there keeps nobody else from it.
    await ask('0'.repeat(40));
    expect((await ask(id)).errors).toEqual([]);
  });
});

describe('a quota that several operations share', () => {
  test('has each part of a batch: those that there is no room for are asked of the other API, and no others', async () => {
    const ids = running.simulator.world('contoso').alerts.map(({ id }) => id);
    const read = (some: readonly string[]) =>
      running.ask<Readonly<Record<string, { readonly alertId: string } | null>>>(
        `{ ${some.map((id, index) => `a${index}: alert(tenant: "contoso", alertId: "${id}") { alertId }`).join(' ')} }`,
      );
    const found = ({ data }: Awaited<ReturnType<typeof read>>) => Object.values(data).filter((alert) => alert !== null);
    const first = await read(ids.slice(0, 4));
    expect([found(first).length, first.errors]).toEqual([4, []]);
    const second = await read(ids.slice(4, 8));
    expect([found(second).length, second.errors]).toEqual([4, []]);
    const calls = running.simulator.calls.list().filter(({ operation }) => /alert/i.test(operation ?? ''));
    const statuses = calls.map(({ operation, status }) => `${operation} ${status}`);
    expect(statuses.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => 'graph.alerts.get 200'));
    expect(new Set(statuses.slice(6))).toEqual(new Set(['listAlerts 200']));
  });
});

describe('the time that queries of hunting run', () => {
  const hunt = () =>
    running.ask<{ hunt: { tenants: readonly { error: unknown }[] } }>(
      '{ hunt(input: { query: "DeviceInfo | take 1", tenants: ["fabrikam"] }) { tenants { error { code } } } }',
    );

  test('is measured; when it is used up the next is told when, sent to no API, and gatewayStatus shows it', async () => {
    running.simulator.faults.add({ operation: 'runAdvancedQuery', effect: { kind: 'slow', delayMs: 2100 }, times: 1 });
    expect((await hunt()).data.hunt.tenants).toEqual([{ error: null }]);
    running.simulator.faults.clear();
    running.simulator.calls.reset();
    const [error] = (await hunt()).errors;
    expect(error).toMatchObject({
      message: expect.stringContaining(
        'run time of hunting in fabrikam, 2 seconds an hour and 1 minute a day, is used up',
      ),
      extensions: { code: 'UPSTREAM_THROTTLED', retryAfterSeconds: expect.any(Number) },
    });
    expect(running.simulator.calls.list().filter(({ tenant }) => tenant === 'fabrikam')).toEqual([]);
    const { data } = await running.ask<{ gatewayStatus: { quotas: readonly unknown[] } }>(
      `{ gatewayStatus { quotas(tenants: ["fabrikam"]) { class perHour { left }
        runTimePerHour { limitSeconds leftSeconds resetsAt } runTimePerDay { limitSeconds leftSeconds } } } }`,
    );
    expect(data.gatewayStatus.quotas[0]).toMatchObject({
      ...{ class: 'hunting', perHour: null },
      runTimePerHour: { limitSeconds: 2, leftSeconds: 0, resetsAt: expect.any(String) },
      runTimePerDay: { limitSeconds: 60 },
    });
  });
});

describe('replicas over one Redis', () => {
  test('keep a quota together, and a 429 that one of them got', async () => {
    const port = await freePort();
    const redis = await startRedis(port);
    let settings = '';
    const first = await startRunning({
      settings: (offered) => {
        settings = changedSettings(offered, [
          [['tenants', 0, 'quotas'], few],
          [['limits', 'maxWaitSeconds'], 1],
          [['store'], { url: `redis://127.0.0.1:${port}`, encryptionKey: randomBytes(32).toString('base64') }],
        ]);
        return settings;
      },
    });
    const second = await startGatewayOn(first.simulator, settings);
    try {
      const { machines } = first.simulator.world('contoso');
      const names = machines.flatMap(({ computerDnsName }) => computerDnsName ?? []);
      const answers = await Promise.all(
        names.slice(0, 14).map((name, index) => {
          const url = index % 2 === 0 ? first.gateway.url : second.url;
          return askGateway<{ machine: unknown }>(
            url,
            `{ machine(tenant: "contoso", machineId: "${name}") { machineId } }`,
          );
        }),
      );
      expect(answers.filter(({ data }) => data.machine !== null)).toHaveLength(5);
      const told = answers.flatMap(({ errors }) => errors).map(({ extensions }) => extensions.code);
      expect(told).toEqual(Array.from({ length: 9 }, () => 'UPSTREAM_THROTTLED'));
      const calls = first.simulator.calls.list().filter(({ operation }) => operation === 'getMachine');
      expect(calls.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);

      const software = (url: string) =>
        askGateway<{ software: { failures: readonly { code: string }[] } }>(
          url,
          '{ software(first: 1, tenants: ["contoso"]) { failures { code } } }',
        );
      const effect = { kind: 'status', status: 429, retryAfter: 300 } as const;
      first.simulator.faults.add({ operation: 'listSoftware', effect });
      first.simulator.calls.reset();
      for (const url of [first.gateway.url, second.url, second.url])
        expect((await software(url)).data.software.failures).toMatchObject([{ code: 'UPSTREAM_THROTTLED' }]);
      expect(first.simulator.calls.list().filter(({ operation }) => operation === 'listSoftware')).toHaveLength(1);
    } finally {
      await second.stop(1000);
      await first.stop();
      await stopRedis(redis);
    }
  });
});

test('of sessions of live response is waited for no longer than they would be watched', async () => {
  const { machines } = running.simulator.world('contoso');
  const fit = machines.filter(
    ({ onboardingStatus, healthStatus, osPlatform }) =>
      onboardingStatus === 'Onboarded' && healthStatus === 'Active' && osPlatform.startsWith('Windows'),
  );
  const before = performance.now();
  const { data } = await running.ask<{ runLiveResponse: { results: readonly { outcome: string }[] } }>(
    `mutation ($input: RunLiveResponseInput!) {
      runLiveResponse(input: $input) { results { outcome queued { reason } error { code retryAfterSeconds } } } }`,
    {
      input: {
        tenant: 'contoso',
        machineIds: fit.slice(0, 2).map(({ id }) => id),
        commands: [{ type: 'GET_FILE', path: 'C:\\Temp\\a.txt' }],
        comment: 'Quotas',
        waitSeconds: 3,
      },
    },
  );
  expect(performance.now() - before).toBeLessThan(15_000);
  expect(data.runLiveResponse.results.toSorted((a, b) => a.outcome.localeCompare(b.outcome))).toMatchObject([
    { outcome: 'DONE', error: null },
    {
      outcome: 'NOT_BEGUN',
      queued: { reason: 'CALL_RATE' },
      error: { code: 'CONFLICT', retryAfterSeconds: expect.any(Number) },
    },
  ]);
});

describe('many callers against a small quota', () => {
  test('are all answered, each in the end, and Microsoft refuses none of them', async () => {
    const { served, wrong, upstream, toldTheSameSecond } = await runQuotaLoad({
      callers: 60,
      perMinute: 12,
      replicas: 1,
      by: 'name',
      speed: 60,
    });
    expect(wrong).toEqual({});
    expect(served).toHaveLength(60);
    expect(upstream).toEqual({ 200: 60 });
    expect(toldTheSameSecond).toBeLessThanOrEqual(6);
    // Five windows of a minute are needed.
    expect(Math.max(...served.map(({ seconds }) => seconds))).toBeLessThan(480);
  });

  test('by ids are answered by few calls of the list, within the first minute', async () => {
    const load = { callers: 100, perMinute: 12, replicas: 1, by: 'id', answerMs: 100, speed: 1 } as const;
    const { served, wrong, upstream } = await runQuotaLoad(load);
    expect(wrong).toEqual({});
    expect(served.map(({ told }) => told)).toEqual(Array.from({ length: 100 }, () => 0));
    expect(Object.keys(upstream)).toEqual(['200']);
    expect(upstream[200]).toBeLessThanOrEqual(20);
  });
});
