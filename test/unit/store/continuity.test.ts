import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { keysLiveMs } from '../../../src/store/loss.ts';
import { openStore, type StoreOptions } from '../../../src/store/store.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { createMemoryLog, createStoppedClock } from './support.ts';

const encryptionKey = Buffer.alloc(32, 3).toString('base64');

/** One process on the store, as it was opened and looked at the first time. */
const openProcess = async (options: StoreOptions) => {
  const log = createMemoryLog();
  const store = await openStore({ encryptionKey, log, ...options });
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= store.close();
    return closed;
  };
  onTestFinished(close);
  return { log, continuity: store.continuity, close };
};

const refusal = {
  code: 'CONFLICT',
  message: expect.stringContaining('Whether this idempotencyKey was used before is not known, so nothing was sent'),
  details: { field: 'idempotencyKey', sent: 'no' },
};

test.each(['memory:', 'sqlite'])('X6: a first start on %s refuses nothing', async (kind) => {
  const folder = await mkdtemp(join(tmpdir(), 'store-first-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const url = kind === 'sqlite' ? `sqlite:${join(folder, 'gateway.sqlite')}` : kind;
  const { continuity, log } = await openProcess({ url });
  await continuity.requireWhole();
  expect(await continuity.look()).toBeNull();
  expect(await continuity.accept()).toBe(false);
  expect(log.lines).toEqual([]);
});

describe('X6: a file of SQLite', () => {
  let folder: string;
  let file: string;
  let url: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'store-continuity-'));
    file = join(folder, 'gateway.sqlite');
    url = `sqlite:${file}`;
    onTestFinished(() => rm(folder, { recursive: true }));
  });
  const sql = (statement: string): readonly Record<string, unknown>[] => {
    const database = new DatabaseSync(file);
    try {
      return database.prepare(statement).all();
    } finally {
      database.close();
    }
  };

  test('X6: emptied while the gateway runs: absent keys are refused for a day, told once', async () => {
    const clock = createStoppedClock();
    const { continuity, log } = await openProcess({ url, clock });
    await continuity.requireWhole();
    sql('DELETE FROM entries');
    await expect(continuity.requireWhole()).rejects.toMatchObject(refusal);
    expect(log.lines).toEqual([expect.stringContaining('the store was emptied or set back to an older copy')]);

    clock.advance(keysLiveMs - 1000);
    await expect(continuity.requireWhole()).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } });
    const later = await openProcess({ url, clock });
    await expect(later.continuity.requireWhole()).rejects.toMatchObject(refusal);
    clock.advance(1000);
    await continuity.requireWhole();
    await later.continuity.requireWhole();
    expect(log.lines).toHaveLength(2);
  });

  test('X6: removed or replaced while it is open is told, and known after the next start', async () => {
    const before = await openProcess({ url });
    await before.continuity.requireWhole();
    await copyFile(file, `${file}.copy`);
    await rm(file);
    const gone = { message: expect.stringContaining('the file of the store was removed or replaced') };
    await expect(before.continuity.requireWhole()).rejects.toMatchObject({ ...refusal, ...gone });
    await copyFile(`${file}.copy`, file);
    await expect(before.continuity.requireWhole()).rejects.toMatchObject({ ...refusal, ...gone });
    expect(await before.continuity.accept()).toBe(false);
    await before.close();
    for (const name of [file, `${file}-wal`, `${file}-shm`]) await rm(name, { force: true });

    const after = await openProcess({ url });
    await expect(after.continuity.requireWhole()).rejects.toMatchObject(refusal);
    expect(await after.continuity.accept()).toBe(true);
    await after.continuity.requireWhole();
  });

  test('X6: set back to an older copy is noticed by who saw it counted further', async () => {
    const { continuity } = await openProcess({ url });
    await continuity.requireWhole();
    const [row] = sql('SELECT value FROM entries');
    const older = String(row?.value);
    continuity.start();
    await expect.poll(() => String(sql('SELECT value FROM entries')[0]?.value)).not.toBe(older);
    continuity.stop();
    await continuity.requireWhole();
    sql(`UPDATE entries SET value = '${older}'`);
    await expect(continuity.requireWhole()).rejects.toMatchObject(refusal);
  });

  test('X6: a marker of a later version is left alone, and absent keys are refused', async () => {
    const { continuity } = await openProcess({ url });
    await continuity.requireWhole();
    sql(`UPDATE entries SET value = replace(value, '\\"v\\":1', '\\"v\\":2')`);
    const [later] = sql('SELECT value FROM entries');
    await expect(continuity.requireWhole()).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(sql('SELECT value FROM entries')).toEqual([later]);
  });
});

describe('X6: Redis', () => {
  const url = (port: number): string => `redis://127.0.0.1:${port}`;
  let port = 0;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  beforeAll(async () => {
    port = await freePort();
    redis = await startRedis(port);
  });
  afterAll(() => stopRedis(redis));

  const command = async (...words: readonly string[]): Promise<void> => {
    const client = createClient({ url: url(port) });
    await client.connect();
    await client.sendCommand([...words]);
    await client.close();
  };

  test('X6: came back empty: every replica refuses absent keys, those that start later too, until an operator accepts', async () => {
    const [one, two] = [await openProcess({ url: url(port) }), await openProcess({ url: url(port) })];
    await one.continuity.requireWhole();
    await two.continuity.requireWhole();
    await stopRedis(redis);
    await expect(one.continuity.requireWhole()).rejects.toMatchObject({ code: 'INTERNAL', details: { sent: 'no' } });
    redis = await startRedis(port);
    const recovered = async (): Promise<string> =>
      one.continuity.look().then(
        (loss) => loss?.kind ?? 'whole',
        () => 'down',
      );
    await expect.poll(recovered, { timeout: 10_000 }).toBe('ENTRIES');
    const three = await openProcess({ url: url(port) });
    const processes = [one, two, three];
    for (const { continuity } of processes) {
      await expect.poll(() => continuity.look().catch(() => null), { timeout: 10_000 }).not.toBeNull();
      await expect(continuity.requireWhole()).rejects.toMatchObject(refusal);
    }
    expect(await three.continuity.accept()).toBe(true);
    for (const { continuity } of processes) await continuity.requireWhole();
  });

  test('X6: a replica that starts on an emptied Redis first does not hide the loss from those who know', async () => {
    const old = await openProcess({ url: url(port) });
    await old.continuity.look();
    await command('FLUSHALL');
    const fresh = await openProcess({ url: url(port) });
    expect(await fresh.continuity.look()).toBeNull();
    await expect(old.continuity.requireWhole()).rejects.toMatchObject(refusal);
    await expect(fresh.continuity.requireWhole()).rejects.toMatchObject(refusal);
  });

  test('X6: many replicas that look at the same time take nothing for lost', async () => {
    await command('FLUSHALL');
    const processes = await Promise.all(Array.from({ length: 5 }, () => openProcess({ url: url(port) })));
    for (const { continuity } of processes) continuity.start();
    for (let round = 0; round < 20; round += 1) {
      const found = await Promise.all(processes.flatMap(({ continuity }) => [continuity.look(), continuity.look()]));
      expect(found.filter((loss) => loss !== null)).toEqual([]);
    }
  });

  test('X6: many keys that are used first at the same time are all counted', async () => {
    await command('FLUSHALL');
    const processes = await Promise.all(Array.from({ length: 3 }, () => openProcess({ url: url(port) })));
    for (const { continuity } of processes) continuity.start();
    for (let round = 0; round < 10; round += 1) {
      const counted = processes.flatMap(({ continuity }) =>
        Array.from({ length: 40 }, (_, nth) => (nth % 4 === 0 ? continuity.look() : continuity.countOn())),
      );
      const failed = (await Promise.allSettled(counted)).filter(({ status }) => status === 'rejected');
      expect(failed).toEqual([]);
    }
  });
});
