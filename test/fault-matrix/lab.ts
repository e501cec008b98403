import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { keyRow } from '../support/keys.ts';
import { type Program, runProgram } from '../support/process.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings, type SettingsChange } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import type { Microsoft } from './microsoft.ts';
import { approvalKeys, createRequests, type Requests } from './requests.ts';

/** Changes its incidents and alerts through Graph. */
const graphTenant = 'contoso';
/** Changes its incidents through M365D, its alerts through MDE. */
const defenderTenant = 'fabrikam';
/** Isolates when a second person agrees. */
const guardedTenant = 'tailspin';
/** Small, for what the simulator hunts through all events for. */
const smallTenant = 'northwind';

/** What all cells share: one simulator, one Redis, and targets enough for a request each. */
export interface Lab {
  readonly simulator: Simulator;
  /** One of its tenants. */
  readonly tenant: string;
  readonly requests: Requests;
  readonly redisPort: number;
  /** Runs `work` with a database of Redis that nobody else has. */
  withDatabase<T>(work: (database: number) => Promise<T>): Promise<T>;
  /** Settings of a gateway that calls `microsoft` and keeps its state where `changes` say. */
  settings(microsoft: Pick<Microsoft, 'endpoints'>, changes: readonly SettingsChange[]): string;
  /** Starts a gateway as a process of its own; resolves with its address when it listens. */
  startProcess(
    folder: string,
    settings: string,
    options: { readonly nodeArgs: readonly string[]; readonly env: Readonly<Record<string, string>> },
    started: (program: Program) => void,
  ): Promise<string>;
  stop(): Promise<void>;
}

const main = new URL('../../src/main.ts', import.meta.url).pathname;
/** As many as Redis has unless told otherwise. */
const databases = 16;

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
  const redis = await startRedis(redisPort);
  const folder = await mkdtemp(join(tmpdir(), 'gateway-faults-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, simulator.caPem);
  const offered = gatewaySettings(simulator);
  const free = Array.from({ length: databases }, (_, database) => database);
  return {
    simulator,
    tenant: graphTenant,
    requests: createRequests({
      graph: simulator.world(graphTenant),
      defender: simulator.world(defenderTenant),
      guarded: simulator.world(guardedTenant),
      small: simulator.world(smallTenant),
    }),
    redisPort,
    withDatabase: async (work) => {
      const database = free.shift();
      if (database === undefined) throw new Error(`More than ${databases} cells at once`);
      return work(database).finally(() => free.push(database));
    },
    settings: ({ endpoints }, changes) =>
      changedSettings(offered, [
        [['server', 'port'], 0],
        [['upstream'], { caFile }],
        ...[0, 1, 2, 3].flatMap((tenant) =>
          Object.entries(endpoints).map(
            ([api, origin]): SettingsChange => [['tenants', tenant, 'endpoints', api], origin],
          ),
        ),
        [['tenants', 1, 'prefer'], { incidents: 'm365d', alerts: 'mde' }],
        [['guardrails'], [{ name: 'two', requireApproval: 'isolate', tenants: guardedTenant }]],
        [
          ['access', 'apiKeys'],
          approvalKeys.map((name) => keyRow(name, { roles: ['admin'], owner: `${name}@contoso.com` })),
        ],
        ...changes,
      ]),
    startProcess: async (cellFolder, settings, { nodeArgs, env }, started) => {
      const file = join(cellFolder, 'settings.yaml');
      await writeFile(file, settings);
      const program = runProgram([...nodeArgs, main, '--config', file], {
        // Compiled once: most of what a cell costs is the start of its process.
        env: { NODE_COMPILE_CACHE: join(folder, 'compiled'), ...env },
      });
      started(program);
      return (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
    },
    stop: async () => {
      await simulator.stop();
      await stopRedis(redis);
      await rm(folder, { recursive: true });
    },
  };
};
