import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Verification, verifyFolder, verifyRedis } from '../../src/audit/verify.ts';
import { createHeldTime } from './clock.ts';
import type { Lab } from './lab.ts';
import { startRedisProxy } from './redis-proxy.ts';
import type { KillPoint, NotedStep } from './steps.ts';
import type { Victim } from './victim-process.ts';

/** Where the gateways of one cell keep their state, and what stands between the one that is killed and it. */
export interface Place {
  /** A folder of the cell's own. */
  readonly folder: string;
  /** For the gateway that is killed. */
  readonly victimStoreUrl: string;
  /** For those that outlive it. */
  readonly storeUrl: string;
  /** The writes of the victim that it does not note itself. */
  readonly steps: readonly NotedStep[];
  /** Of these the one at which it was killed; null: at none. */
  killed(): string | null;
  /** Lets time pass for lifetimes that do not run by a gateway's clock. */
  advance(ms: number): Promise<void>;
  /** For these, too, time stands still until `goOn`. */
  hold(): Promise<void>;
  goOn(): Promise<void>;
  /** Keys of a space of the store. */
  keys(space: string): Promise<readonly string[]>;
  verifyAudit(): Promise<Verification>;
  remove(): Promise<void>;
}

export interface PlaceOptions {
  readonly point: KillPoint | null;
  readonly victim: Victim;
  readonly lab: Pick<Lab, 'folder' | 'redis'>;
  /** Of Redis. */
  readonly database: number;
}

const openSqlitePlace = async ({ lab }: PlaceOptions): Promise<Place> => {
  const folder = await mkdtemp(join(lab.folder, 'cell-'));
  const file = join(folder, 'gateway.sqlite');
  const storeUrl = `sqlite:${file}`;
  return {
    folder,
    victimStoreUrl: storeUrl,
    storeUrl,
    steps: [],
    killed: () => null,
    advance: async () => {},
    hold: async () => {},
    goOn: async () => {},
    keys: async (space) => {
      const database = new DatabaseSync(file);
      try {
        const rows = database.prepare('SELECT key FROM entries WHERE key LIKE ?').all(`defender-gateway:${space}:%`);
        return rows.map(({ key }) => String(key));
      } finally {
        database.close();
      }
    },
    verifyAudit: () => verifyFolder(join(folder, 'audit')),
    remove: () => rm(folder, { recursive: true }),
  };
};

/** More than time stands still: so much longer keys live meanwhile. */
const heldMs = 3_600_000;

/** Shortens what keys have left to live, as if so many milliseconds had passed. */
export const passTime = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left >= 0 then
      if left > tonumber(ARGV[1]) then redis.call('PEXPIRE', key, left - ARGV[1]) else redis.call('DEL', key) end
    end
  end`;

const openRedisPlace = async ({ point, victim, lab, database }: PlaceOptions): Promise<Place> => {
  const folder = await mkdtemp(join(lab.folder, 'cell-'));
  const { redis } = lab;
  const url = (port: number): string => `redis://127.0.0.1:${port}/${database}`;
  const proxy = await startRedisProxy({ port: redis.port, point, victim });
  let advancedMs = 0;
  const held = createHeldTime();
  const ahead = await startRedisProxy({
    port: redis.port,
    point: null,
    advancedMs: () => advancedMs - held.passedMs(),
  });
  const client = redis.client.duplicate({ database });
  await client.connect();
  await client.flushDb();
  const shorten = (ms: number) => client.eval(passTime, { arguments: [String(ms)] });
  return {
    folder,
    victimStoreUrl: url(proxy.port),
    storeUrl: url(ahead.port),
    steps: proxy.steps,
    killed: proxy.killed,
    advance: async (ms) => {
      advancedMs += ms;
      await shorten(ms);
    },
    hold: async () => {
      held.hold();
      await shorten(-heldMs);
    },
    goOn: async () => {
      const before = held.passedMs();
      held.goOn();
      await shorten(heldMs - before);
    },
    keys: (space) => client.keys(`defender-gateway:${space}:*`),
    verifyAudit: () => verifyRedis(url(redis.port)),
    remove: async () => {
      await client.close();
      await proxy.stop();
      await ahead.stop();
      await rm(folder, { recursive: true });
    },
  };
};

/** Where state may be, as a table. */
export const places = {
  sqlite: openSqlitePlace,
  redis: openRedisPlace,
} satisfies Record<string, (options: PlaceOptions) => Promise<Place>>;

/** A machine that is busy is no fault of Redis, nor of a gateway. */
export const redisLimitMs = 60_000;

/** A store with its audit log: SQLite with files, or Redis with a stream. */
export type StoreName = keyof typeof places;
export const storeNames = ['sqlite', 'redis'] as const satisfies readonly StoreName[];
