import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { askGateway } from '../support/gateway.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** What many callers asked at once, and of whom. */
export interface QuotaLoadOptions {
  /** Each asks for one machine of its own, until it has it. */
  readonly callers: number;
  /** Calls a minute that the tenant's quota allows, at most the 100 that Microsoft's page prints. */
  readonly perMinute: number;
  /** Gateways that share a Redis. With one there is none, and time may be fast. */
  readonly replicas: number;
  /** By which each names its machine: by ids they are asked for together, by their full names each alone. */
  readonly by: 'id' | 'name';
  /** Milliseconds of the world's time that Microsoft takes for an answer: what takes none is not under way at once. */
  readonly answerMs?: number;
  /** How many times faster than the world time passes for gateway and Microsoft. */
  readonly speed: number;
}

/** What a caller got. */
export interface Served {
  /** Seconds from its first request to the machine. */
  readonly seconds: number;
  /** How often it was told to come again. */
  readonly told: number;
}

/** What became of all of them. */
export interface QuotaLoad {
  readonly served: readonly Served[];
  /** Answers that are neither the machine nor when to come again, with how many they were. */
  readonly wrong: Readonly<Record<string, number>>;
  /** How often Microsoft was asked, by the status that it answered. */
  readonly upstream: Readonly<Record<string, number>>;
  /** Of those who were told when, how many were told the same second, at most. */
  readonly toldTheSameSecond: number;
}

/** A clock on which time passes faster. */
const fastClock = (speed: number): Clock => {
  const beganMs = Date.now();
  const sinceMs = performance.now();
  return {
    now: () => beganMs + (performance.now() - sinceMs) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
};

const query = 'query ($id: ID!) { machine(tenant: "contoso", machineId: $id) { machineId } }';

interface Told {
  readonly machine: { readonly machineId: string } | null;
}

const count = (counts: Record<string, number>, name: string | number): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Settings of a gateway before Microsoft's quotas, whose own limits are out of the way. */
const settingsOf = (simulator: Simulator, { perMinute }: QuotaLoadOptions, redisPort: number | null): string =>
  changedSettings(gatewaySettings(simulator), [
    [['server'], { port: 0, drainSeconds: 0, trustProxy: 1 }],
    [['tenants', 0, 'quotas'], { 'mde.getMachine': { perMinute, perHour: 100_000 } }],
    // The time of a request passes as fast as all time.
    [['limits', 'requestTimeoutMs'], 3_600_000],
    [['limits', 'eventLoopLagMs'], 3_600_000],
    ...(redisPort === null
      ? []
      : ([
          [['store'], { url: `redis://127.0.0.1:${redisPort}`, encryptionKey: randomBytes(32).toString('base64') }],
        ] as const)),
  ]);

/**
 * Many callers who want one answer each of a tenant with a small quota, all at once: each asks again when it is told to.
 * Microsoft is the simulator, which counts by itself and refuses what is over its quota.
 */
export const runQuotaLoad = async (options: QuotaLoadOptions): Promise<QuotaLoad> => {
  const { callers, replicas, speed } = options;
  if (replicas > 1 && speed !== 1) throw new Error('The time of Redis is the world’s: replicas that share one keep it');
  const clock = speed === 1 ? systemClock : fastClock(speed);
  const simulator = await startSimulator({
    tenants: [simTenant('contoso', { scale: Math.ceil(callers / 40) })],
    now: () => new Date(clock.now()),
  });
  let redis: { readonly port: number; readonly process: ChildProcess } | null = null;
  const gateways: Gateway[] = [];
  try {
    if (replicas > 1) {
      const port = await freePort();
      redis = { port, process: await startRedis(port) };
    }
    const text = settingsOf(simulator, options, redis?.port ?? null);
    const config = await parseConfig(text, { env: {}, baseDir: process.cwd(), source: 'the load' });
    for (let replica = 0; replica < replicas; replica += 1) {
      const log = createLog({ level: 'silent' });
      gateways.push(await startGateway({ config, log, clock, caPem: simulator.caPem }));
    }
    return await ask(simulator, gateways, clock, options);
  } finally {
    for (const gateway of gateways) await gateway.stop(1000, { atOnce: true });
    await simulator.stop();
    if (redis !== null) await stopRedis(redis.process);
  }
};

const ask = async (
  simulator: Simulator,
  gateways: readonly Gateway[],
  clock: Clock,
  { callers, by, answerMs = 0 }: QuotaLoadOptions,
): Promise<QuotaLoad> => {
  for (const operation of answerMs === 0 ? [] : ['getMachine', 'listMachines'])
    simulator.faults.add({ operation, effect: { kind: 'slow', delayMs: answerMs } });
  const { machines } = simulator.world('contoso');
  const names = Map.groupBy(machines, ({ computerDnsName }) => computerDnsName?.toLowerCase());
  const ofOneName = [...names.values()].flatMap(([one, other]) =>
    one === undefined || other !== undefined ? [] : [one],
  );
  const asked = ofOneName.filter(({ computerDnsName }) => computerDnsName?.includes('.')).slice(0, callers);
  if (asked.length < callers) throw new Error(`The estate has ${asked.length} machines`);
  const wrong: Record<string, number> = {};
  const seconds: Record<string, number> = {};
  const beganMs = clock.now();

  const serve = async ({ id, computerDnsName }: (typeof asked)[number], index: number): Promise<Served | null> => {
    const named = by === 'id' ? id : computerDnsName;
    const headers = { 'x-forwarded-for': `10.0.${Math.floor(index / 250)}.${index % 250}` };
    for (let told = 0; told < 50; told += 1) {
      // A load balancer gives the next request to any replica.
      const url = gateways[(index + told) % gateways.length]?.url ?? '';
      const { data, errors, text } = await askGateway<Told>(url, query, { id: named }, headers);
      if (data?.machine?.machineId === id) return { seconds: (clock.now() - beganMs) / 1000, told };
      const { code, retryAfterSeconds } = errors[0]?.extensions ?? { code: text };
      if (code !== 'UPSTREAM_THROTTLED' || typeof retryAfterSeconds !== 'number') {
        count(wrong, code);
        return null;
      }
      count(seconds, Math.floor((clock.now() - beganMs) / 1000 + retryAfterSeconds));
      await clock.sleep(retryAfterSeconds * 1000);
    }
    count(wrong, 'told too often');
    return null;
  };

  simulator.calls.reset();
  const served = await Promise.all(asked.map(serve));
  const upstream: Record<string, number> = {};
  for (const { operation, status } of simulator.calls.list())
    if (operation === 'getMachine' || operation === 'listMachines') count(upstream, status);
  return {
    served: served.filter((one) => one !== null),
    wrong,
    upstream,
    toldTheSameSecond: Math.max(0, ...Object.values(seconds)),
  };
};
