import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { startNetwork } from '../support/partition.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';

/** Where a gateway keeps its store and audit log, with what can happen to it. */
export interface FaultyPlace {
  /** Settings of store and audit. */
  readonly store: Readonly<Record<string, string>>;
  readonly audit: Readonly<Record<string, string>>;
  /** Makes the fault, waits `lastsMs`, and ends it. */
  fault(lastsMs: number): Promise<void>;
  stop(): Promise<void>;
}

/** A row of the table. */
export interface StoreFault {
  readonly name: string;
  /** Null: it cannot be made on this machine, as without the right to mount. */
  open(): Promise<FaultyPlace | null>;
  /** Milliseconds, in the long form. */
  readonly lastsMs: number;
  /** Actions with a key are refused afterwards, until an operator accepts what was lost. */
  readonly losesKeys?: boolean;
}

const encryptionKey = Buffer.alloc(32, 7).toString('base64');

/** Of a Redis: what is at hand to harm it. */
export interface RedisHands {
  readonly port: number;
  /** The server that runs at present. */
  process(): Awaited<ReturnType<typeof startRedis>>;
  restart(): Promise<void>;
  command(...words: string[]): Promise<void>;
  readonly network: Awaited<ReturnType<typeof startNetwork>>;
}

/** `kept`: it writes to its disk what it is told, and the audit log is in it as well; else that is in a folder. */
export const openRedisPlace = async (
  kept = true,
): Promise<Omit<FaultyPlace, 'fault'> & { readonly hands: RedisHands }> => {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'store-fault-'));
  const start = () => startRedis(port, kept ? folder : null);
  let redis = await start();
  const network = await startNetwork(port);
  const hands: RedisHands = {
    port,
    network,
    process: () => redis,
    restart: async () => {
      redis = await start();
    },
    command: async (...words) => {
      const client = createClient({ url: `redis://127.0.0.1:${port}` });
      await client.connect();
      await client.sendCommand(words);
      await client.close();
    },
  };
  const url = `redis://127.0.0.1:${network.port}`;
  return {
    hands,
    store: { url, encryptionKey },
    audit: { url: kept ? url : `file:${join(folder, 'audit')}` },
    stop: async () => {
      await network.stop();
      redis.kill('SIGCONT');
      await stopRedis(redis);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const redisPlace =
  (fault: (hands: RedisHands, lastsMs: number) => Promise<void>, { kept = true } = {}) =>
  async (): Promise<FaultyPlace> => {
    const { hands, ...place } = await openRedisPlace(kept);
    return { ...place, fault: (lastsMs) => fault(hands, lastsMs) };
  };

/** Of a SQLite: its file, and the folder that it and the audit log are in. */
interface SqliteHands {
  readonly file: string;
  readonly folder: string;
}

const sqlitePlace =
  (fault: (hands: SqliteHands, lastsMs: number) => Promise<void>, mount: 'own disk' | 'any disk' = 'any disk') =>
  async (): Promise<FaultyPlace | null> => {
    const folder = await mkdtemp(join(tmpdir(), 'store-fault-'));
    const place = join(folder, 'data');
    mkdirSync(place);
    if (mount === 'own disk') {
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', place], { stdio: 'ignore' });
      } catch {
        await rm(folder, { recursive: true });
        return null;
      }
    }
    const file = join(place, 'gateway.sqlite');
    return {
      store: { url: `sqlite:${file}` },
      audit: { url: `file:${join(place, 'audit')}` },
      fault: (lastsMs) => fault({ file, folder: place }, lastsMs),
      stop: async () => {
        if (mount === 'own disk') execFileSync('umount', ['-l', place]);
        await rm(folder, { recursive: true, force: true });
      },
    };
  };

/** Takes every byte that is left. */
const fill = (folder: string): string => {
  const file = join(folder, 'filling');
  const descriptor = openSync(file, 'w');
  try {
    for (const size of [65_536, 4096, 1]) {
      const piece = Buffer.alloc(size);
      try {
        for (;;) writeSync(descriptor, piece);
      } catch {}
    }
  } finally {
    closeSync(descriptor);
  }
  return file;
};

/** Overwrites the database and its journal in their places; gives what puts them back. */
const damage = (file: string): (() => void) => {
  const files = [file, `${file}-wal`].map((name) => ({ name, bytes: readFileSync(name) }));
  const overwrite = (name: string, bytes: Uint8Array): void => {
    const descriptor = openSync(name, 'r+');
    writeSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
  };
  for (const { name, bytes } of files) overwrite(name, Buffer.alloc(bytes.length, 0xa5));
  return () => {
    for (const { name, bytes } of files) overwrite(name, bytes);
  };
};

const restarted = async (hands: RedisHands, lastsMs: number): Promise<void> => {
  await stopRedis(hands.process());
  await sleep(lastsMs);
  await hands.restart();
};

/** What can happen to a store, each as it happens in a night. */
export const storeFaults = [
  {
    name: 'Redis killed, restarted with its data',
    lastsMs: 10_000,
    open: redisPlace(restarted),
  },
  {
    name: 'Redis killed, restarted empty (actions with a key are refused until an operator accepts it)',
    lastsMs: 10_000,
    losesKeys: true,
    open: redisPlace(restarted, { kept: false }),
  },
  {
    name: 'Redis paused',
    lastsMs: 60_000,
    open: redisPlace(async (hands, lastsMs) => {
      hands.process().kill('SIGSTOP');
      await sleep(lastsMs);
      hands.process().kill('SIGCONT');
    }),
  },
  {
    name: 'Redis partitioned without a reset',
    lastsMs: 20_000,
    open: redisPlace(async ({ network }, lastsMs) => {
      network.cut();
      await sleep(lastsMs);
      network.heal();
    }),
  },
  {
    name: 'Redis connections dead, new ones pass (fail-over)',
    lastsMs: 0,
    open: redisPlace(async ({ network }) => {
      network.cut();
      network.heal();
    }),
  },
  {
    name: 'Redis at maxmemory',
    lastsMs: 10_000,
    open: redisPlace(async ({ command }, lastsMs) => {
      await command('CONFIG', 'SET', 'maxmemory', '1');
      await sleep(lastsMs);
      await command('CONFIG', 'SET', 'maxmemory', '0');
    }),
  },
  {
    name: 'Redis takes no writes (its replicas are gone)',
    lastsMs: 10_000,
    open: redisPlace(async ({ command }, lastsMs) => {
      await command('CONFIG', 'SET', 'min-replicas-to-write', '1');
      await sleep(lastsMs);
      await command('CONFIG', 'SET', 'min-replicas-to-write', '0');
    }),
  },
  {
    name: 'SQLite locked by another process',
    lastsMs: 10_000,
    open: sqlitePlace(async ({ file }, lastsMs) => {
      const other = new DatabaseSync(file);
      other.exec('PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE');
      await sleep(lastsMs);
      other.exec('ROLLBACK');
      other.close();
    }),
  },
  {
    name: 'SQLite and audit log on a full disk',
    lastsMs: 10_000,
    open: sqlitePlace(async ({ folder }, lastsMs) => {
      const filling = fill(folder);
      await sleep(lastsMs);
      rmSync(filling);
    }, 'own disk'),
  },
  {
    name: 'SQLite damaged, and its bytes put back',
    lastsMs: 10_000,
    open: sqlitePlace(async ({ file }, lastsMs) => {
      const putBack = damage(file);
      await sleep(lastsMs);
      putBack();
    }),
  },
] as const satisfies readonly StoreFault[];
