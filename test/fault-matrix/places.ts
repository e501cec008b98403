import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@keyv/redis';
import { type Verification, verifyFolder, verifyRedis } from '../../src/audit/verify.ts';
import type { Program } from '../support/process.ts';
import type { SettingsChange } from '../support/settings.ts';
import { startRedisProxy } from './redis-proxy.ts';
import type { KillPoint, NotedStep } from './steps.ts';

/** Where the gateways of one cell keep their state, and what stands between the one that is killed and it. */
export interface Place {
  /** A folder of the cell's own. */
  readonly folder: string;
  /** For the process that is killed. */
  readonly victim: {
    readonly settings: readonly SettingsChange[];
    readonly nodeArgs: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  /** For those that outlive it. */
  readonly settings: readonly SettingsChange[];
  /** The writes of the victim, given what it printed. */
  steps(victim: Program): readonly NotedStep[];
  /** The write at which it was killed; null: at none. */
  killed(victim: Program): string | null;
  /** Lets time pass for lifetimes that do not run by a gateway's clock. */
  advance(ms: number): Promise<void>;
  /** Keys of a space of the store. */
  keys(space: string): Promise<readonly string[]>;
  verifyAudit(): Promise<Verification>;
  remove(): Promise<void>;
}

export interface PlaceOptions {
  readonly point: KillPoint | null;
  /** Resolves when the process is dead. */
  readonly kill: () => Promise<void>;
  readonly redis: { readonly port: number; readonly database: number };
}

const selfKill = new URL('./self-kill.ts', import.meta.url).href;
/** Not a secret: nothing in these stores is one. */
const encryptionKey = Buffer.alloc(32, 1).toString('base64');
const storeAt = (url: string): readonly SettingsChange[] => [[['store'], { url, encryptionKey }]];
const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'gateway-fault-'));

const printed = (victim: Program, tag: string): readonly string[] =>
  victim
    .output()
    .split('\n')
    .flatMap((line) => (line.startsWith(`@${tag} `) ? [line.slice(tag.length + 2)] : []));

const openSqlitePlace = async ({ point }: PlaceOptions): Promise<Place> => {
  const folder = await newFolder();
  const file = join(folder, 'gateway.sqlite');
  const settings = storeAt(`sqlite:${file}`);
  const env =
    point?.kind === 'write' ? { KILL_NAME: point.name, KILL_NTH: String(point.nth), KILL_MOMENT: point.moment } : {};
  return {
    folder,
    victim: { settings, nodeArgs: ['--import', selfKill], env: { ...env } },
    settings,
    steps: (victim) => printed(victim, 'step').map((json): NotedStep => JSON.parse(json)),
    killed: (victim) => printed(victim, 'killed').map((json): string => JSON.parse(json))[0] ?? null,
    advance: async () => {},
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

/** Shortens what keys have left to live, as if so many milliseconds had passed. */
const passTime = `
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left >= 0 then
      if left > tonumber(ARGV[1]) then redis.call('PEXPIRE', key, left - ARGV[1]) else redis.call('DEL', key) end
    end
  end`;

const openRedisPlace = async ({ point, kill, redis }: PlaceOptions): Promise<Place> => {
  const folder = await newFolder();
  const url = (port: number): string => `redis://127.0.0.1:${port}/${redis.database}`;
  const proxy = await startRedisProxy({ port: redis.port, point, kill });
  let advancedMs = 0;
  const ahead = await startRedisProxy({
    port: redis.port,
    point: null,
    kill: async () => {},
    advancedMs: () => advancedMs,
  });
  const client = createClient({ url: url(redis.port) });
  await client.connect();
  await client.flushDb();
  return {
    folder,
    victim: { settings: storeAt(url(proxy.port)), nodeArgs: [], env: {} },
    settings: storeAt(url(ahead.port)),
    steps: () => proxy.steps,
    killed: () => proxy.killed(),
    advance: async (ms) => {
      advancedMs += ms;
      await client.eval(passTime, { arguments: [String(ms)] });
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

/** A store with its audit log: SQLite with files, or Redis with a stream. */
export type StoreName = keyof typeof places;
export const storeNames = ['sqlite', 'redis'] as const satisfies readonly StoreName[];
