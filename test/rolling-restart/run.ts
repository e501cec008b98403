import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { type Program, runProgram } from '../support/process.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { startBalancer } from './balancer.ts';

/** What callers saw of a rolling restart. */
export interface RollingRestart {
  readonly requests: number;
  /** Why requests failed, with how many did. */
  readonly failures: Readonly<Record<string, number>>;
  /** Exit codes of the replicas that were restarted. */
  readonly exitCodes: readonly (number | null)[];
}

const main = new URL('../../src/main.ts', import.meta.url).pathname;
const query = '{ machines(first: 1) { nodes { machineId } failures { code } } tenants { name } }';

/** Milliseconds between two requests of a caller. */
const pauseMs = 40;

/** Two replicas on one Redis, one restarted after the other while callers ask; nobody tries a request again. */
export const runRollingRestart = async ({
  callers,
  drainSeconds,
}: {
  readonly callers: number;
  readonly drainSeconds: number;
}): Promise<RollingRestart> => {
  const simulator = await startSimulator({ tenants: [simTenant('contoso')], enforceQuotas: false });
  const folder = await mkdtemp(join(tmpdir(), 'rolling-restart-'));
  const redisPort = await freePort();
  const redis = await startRedis(redisPort);
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const start = async (port: number): Promise<Program> => {
    const file = join(folder, `${port}.yaml`);
    const settings = changedSettings(gatewaySettings(simulator), [
      [['server'], { port, drainSeconds }],
      [['upstream'], { caFile: 'ca.pem', keepQuotas: false }],
      [['store'], { url: `redis://127.0.0.1:${redisPort}`, encryptionKey: Buffer.alloc(32, 9).toString('base64') }],
    ]);
    await writeFile(file, settings);
    const program = runProgram([main, '--config', file]);
    await program.printed(/"url":"http:/);
    return program;
  };
  const ports = [await freePort(), await freePort()];
  const replicas = await Promise.all(ports.map(start));
  const balancer = await startBalancer(
    ports.map((port) => `http://127.0.0.1:${port}`),
    callers,
  );
  const failures: Record<string, number> = {};
  const exitCodes: (number | null)[] = [];
  let requests = 0;
  let isOver = false;
  const calling = Array.from({ length: callers }, async () => {
    while (!isOver) {
      const failure = await balancer.ask(query);
      requests += 1;
      if (failure !== null) failures[failure] = (failures[failure] ?? 0) + 1;
      await sleep(pauseMs * (0.5 + Math.random()));
    }
  });
  try {
    await sleep(1000);
    for (const [index, port] of ports.entries()) {
      exitCodes.push((await replicas[index]?.stop()) ?? null);
      replicas[index] = await start(port);
      // The balancer has to have seen that it is ready, before the other one goes.
      await sleep(1500);
    }
    isOver = true;
    await Promise.all(calling);
    return { requests, failures, exitCodes };
  } finally {
    isOver = true;
    await balancer.stop();
    await Promise.all(replicas.map((replica) => replica.stop('SIGKILL')));
    await stopRedis(redis);
    await simulator.stop();
    await rm(folder, { recursive: true });
  }
};
