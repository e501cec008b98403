import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { commandsIn, wordsOf } from '../fault-matrix/resp.ts';
import { askGateway } from '../support/gateway.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** What one request cost in waiting for Redis. */
export interface Distance {
  readonly what: string;
  readonly tookMs: number;
  /** Answers of Redis that it waited for, one after the other. */
  readonly waits: number;
  /** When each command was sent, in milliseconds from the beginning, and what it was about. */
  readonly commands: readonly string[];
}

/** A Redis that is `delayMs` away: each answer comes so late. */
const startFarRedis = async (delayMs: number) => {
  const port = await freePort();
  const redis = await startRedis(port);
  const commands: { readonly atMs: number; readonly words: readonly string[] }[] = [];
  const server = createServer((client) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [client, far]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        far.destroy();
      });
    }
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (bytes: Buffer) => {
      const read = commandsIn(Buffer.concat([rest, bytes]));
      rest = read.rest;
      for (const command of read.commands) commands.push({ atMs: performance.now(), words: wordsOf(command) });
      far.write(bytes);
    });
    far.on('data', (bytes: Buffer) => void setTimeout(() => client.write(bytes), delayMs));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    commands,
    stop: async () => {
      await stopRedis(redis);
      server.close();
    },
  };
};

const mutation = 'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { error { code } } } }';

/** Commands of parts that go on by themselves, by the space of their key. */
const ofNobody = /presence|reconcile-lease|audit-head|^PING $/;

/** How many of these moments are so far apart that one was waited for before the next. */
const chainOf = (moments: readonly number[], delayMs: number): number => {
  let count = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const atMs of moments) {
    if (atMs - lastMs < delayMs) continue;
    lastMs = atMs;
    count += 1;
  }
  return count;
};

/** An action without a key and one with, each on a gateway that has acted before. */
export const measureDistance = async (delayMs: number): Promise<readonly Distance[]> => {
  const redis = await startFarRedis(delayMs);
  const simulator = await startSimulator({ tenants: [simTenant('contoso')], enforceQuotas: false });
  const url = `redis://127.0.0.1:${redis.port}`;
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], { url, encryptionKey: Buffer.alloc(32, 7).toString('base64') }],
    [['audit'], { url }],
  ]);
  const config = await parseConfig(settings, { env: {}, baseDir: process.cwd() });
  const gateway = await startGateway({ config, log: createLog({ level: 'silent' }), caPem: simulator.caPem });
  const machineId = simulator.world('contoso').machines.find((one) => one.onboardingStatus === 'Onboarded')?.id;
  const measured = async (what: string, more: Readonly<Record<string, string>>): Promise<Distance> => {
    redis.commands.length = 0;
    const beganMs = performance.now();
    const input = { tenant: 'contoso', machineIds: [machineId], operation: 'ADD', ...more };
    const { errors } = await askGateway(gateway.url, mutation, { input });
    const tookMs = Math.round(performance.now() - beganMs);
    if (errors.length > 0) throw new Error(errors[0]?.message);
    const sent = redis.commands
      .filter(({ atMs }) => atMs - beganMs <= tookMs)
      .map(({ atMs, words: [verb = '', first = '', , key = ''] }) => ({
        atMs: Math.round(atMs - beganMs),
        about: `${verb} ${(verb === 'EVAL' ? key : first).replace('defender-gateway:', '').slice(0, 60)}`,
      }))
      .filter(({ about }) => !ofNobody.test(about));
    return {
      what,
      tookMs,
      waits: chainOf(
        sent.map(({ atMs }) => atMs),
        delayMs,
      ),
      commands: sent.map(({ atMs, about }) => `${atMs} ms ${about}`),
    };
  };
  try {
    await measured('', { tag: 'first', idempotencyKey: 'first' });
    return [
      await measured('an action without a key', { tag: 'second' }),
      await measured('an action with a key', { tag: 'third', idempotencyKey: 'third' }),
      await measured('its repeat', { tag: 'third', idempotencyKey: 'third' }),
    ];
  } finally {
    await gateway.stop(2000);
    await simulator.stop();
    await redis.stop();
  }
};
