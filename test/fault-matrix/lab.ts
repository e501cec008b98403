import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@keyv/redis';
import pLimit, { type LimitFunction } from 'p-limit';
import { apiNames } from '../../src/clouds/endpoints.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { keyRow } from '../support/keys.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import type { Microsoft } from './microsoft.ts';
import { approvalKeys, createRequests, type Requests } from './requests.ts';
import { trust } from './trust.ts';
import { startVictimProcess, type VictimProcess } from './victim-process.ts';

/** Changes its incidents and alerts through Graph. */
const graphTenant = 'contoso';
/** Changes its incidents through M365D, its alerts through MDE. */
const defenderTenant = 'fabrikam';
/** Isolates when a second person agrees. */
const guardedTenant = 'tailspin';
/** Small, for what the simulator hunts through all events for. */
const smallTenant = 'northwind';

const clientAt = (port: number) => createClient({ url: `redis://127.0.0.1:${port}` });

/** What all cells share: one simulator, one Redis, and targets enough for a request each. */
export interface Lab {
  readonly simulator: Simulator;
  /** Has the folders of all cells. */
  readonly folder: string;
  /** One of its tenants. */
  readonly tenant: string;
  readonly requests: Requests;
  readonly redis: { readonly port: number; readonly client: ReturnType<typeof clientAt> };
  /** A database of Redis that nobody else has until it is given back. */
  takeDatabase(): number;
  giveDatabase(database: number): void;
  /** Settings of a gateway that calls `endpoints` and keeps its state at `storeUrl`. */
  settings(endpoints: Microsoft['endpoints'], storeUrl: string): string;
  /** Starts gateways of this process one after the other: several at once would hold up what the others ask for too long. */
  readonly oneByOne: LimitFunction;
  /** Starts a process for gateways that are killed. */
  startVictims(): VictimProcess;
  stop(): Promise<void>;
}

/** Not a secret: nothing in these stores is one. */
const encryptionKey = Buffer.alloc(32, 1).toString('base64');
/** Stand in the settings of all cells where each has its own. */
const marks = {
  store: 'memory://the-store-of-the-cell',
  endpoints: { graph: 'http://graph.invalid', m365d: 'http://m365d.invalid', mde: 'http://mde.invalid' },
} as const;

/** Files in memory: what a killed process wrote is there, synced or not. */
const inMemory = '/dev/shm';
/** Cells that may be under way at the same time. */
const databases = 1024;

export const startLab = async (): Promise<Lab> => {
  // Machines and incidents enough for every cell. Actions end at once: nothing but the gateway keeps a second from being begun.
  const simulator = await startSimulator({
    tenants: [
      simTenant(graphTenant, { scale: 40 }),
      simTenant(defenderTenant, { scale: 20 }),
      simTenant(guardedTenant, { scale: 15 }),
      simTenant(smallTenant),
    ],
    enforceQuotas: false,
    actionTimes: { pendingMs: 0, runningMs: 1 },
  });
  const redisPort = await freePort();
  const redis = await startRedis(redisPort, null, databases);
  const client = clientAt(redisPort);
  await client.connect();
  const folder = await mkdtemp(join(existsSync(inMemory) ? inMemory : tmpdir(), 'gateway-faults-'));
  // Nothing of a run that is broken off is left.
  const victims = new Set<VictimProcess>();
  process.once('exit', () => {
    redis.kill('SIGKILL');
    for (const each of victims) void each.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, simulator.caPem);
  trust(simulator.caPem);
  const common = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], { url: marks.store, encryptionKey }],
    // The event loop is that of many gateways, and of the simulator.
    [['limits', 'eventLoopLagMs'], 3_600_000],
    ...[0, 1, 2, 3].flatMap((tenant) =>
      apiNames.map((api): SettingsChange => [['tenants', tenant, 'endpoints', api], marks.endpoints[api]]),
    ),
    [['tenants', 1, 'prefer'], { incidents: 'm365d', alerts: 'mde' }],
    [['guardrails'], [{ name: 'two', requireApproval: 'isolate', tenants: guardedTenant }]],
    [
      ['access', 'apiKeys'],
      approvalKeys.map((name) => keyRow(name, { roles: ['admin'], owner: `${name}@contoso.com` })),
    ],
  ]);
  const free = Array.from({ length: databases }, (_, database) => database);
  return {
    simulator,
    folder,
    tenant: graphTenant,
    requests: createRequests({
      graph: simulator.world(graphTenant),
      defender: simulator.world(defenderTenant),
      guarded: simulator.world(guardedTenant),
      small: simulator.world(smallTenant),
    }),
    redis: { port: redisPort, client },
    takeDatabase: () => {
      const database = free.shift();
      if (database === undefined) throw new Error(`More than ${databases} cells at once`);
      return database;
    },
    giveDatabase: (database) => void free.push(database),
    settings: (endpoints, storeUrl) =>
      apiNames.reduce(
        (text, api) => text.replaceAll(marks.endpoints[api], endpoints[api]),
        common.replaceAll(marks.store, storeUrl),
      ),
    oneByOne: pLimit(1),
    startVictims: () => {
      const started = startVictimProcess({ compiled: join(folder, 'compiled'), caFile });
      victims.add(started);
      return started;
    },
    stop: async () => {
      await simulator.stop();
      client.destroy();
      await stopRedis(redis);
      await rm(folder, { recursive: true });
    },
  };
};
