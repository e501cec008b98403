import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAuditLog } from '../../../src/audit/open.ts';
import { systemClock } from '../../../src/clock.ts';
import { startRemedy } from '../../../src/store/faults.ts';
import { createLockTurns } from '../../../src/store/lock-turns.ts';
import { openStore } from '../../../src/store/store.ts';
import { entryOf } from '../audit/support.ts';
import { createMemoryLog } from './support.ts';

const newFile = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'gateway.sqlite');
};

/** As another process has it; given back by the function. */
const lockOf = (file: string, kind = 'IMMEDIATE'): (() => void) => {
  const other = new DatabaseSync(file);
  other.exec(`BEGIN ${kind}`);
  return () => {
    other.exec('ROLLBACK');
    other.close();
  };
};

/** The longest that the event loop was held up while the work went on, in milliseconds. */
const longestPause = async (work: Promise<unknown>): Promise<number> => {
  let longest = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const before = performance.now();
      await sleep(5);
      longest = Math.max(longest, performance.now() - before);
    }
  })();
  await work;
  isOver = true;
  await watching;
  return longest;
};

describe('D3: a write lock that another process holds', () => {
  test('D3: holds up writes until it is gone, and neither reads nor the event loop; writes keep their order', async () => {
    const file = newFile();
    const store = await openStore({ url: `sqlite:${file}` });
    onTestFinished(() => store.close());
    const space = store.space<number>('numbers');
    await space.set('k', 0);
    const unlock = lockOf(file);
    const done: number[] = [];
    const writes = [1, 2, 3].map((value) => space.set('k', value).then(() => void done.push(value)));
    const added = store.sorted('members', { ttlMs: 60_000 }).add('list', 'a');
    const paused = longestPause(sleep(1000));
    for (let read = 0; read < 20; read += 1) {
      const startedMs = performance.now();
      expect(await space.get('k')).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(1000);
      await sleep(20);
    }
    expect(await paused).toBeLessThan(900);
    expect(done).toEqual([]);
    unlock();
    await Promise.all([...writes, added]);
    expect(done).toEqual([1, 2, 3]);
    expect(await space.get('k')).toBe(3);
  });

  test('D3: is waited for up to a limit, and what lined up behind fails by its own limit', async () => {
    const busy = new Error('busy');
    let isLocked = true;
    const turns = createLockTurns({ limitMs: 200, isBusy: (error) => error === busy });
    const write = (value: number) =>
      turns.write(() => {
        if (isLocked) throw busy;
        return value;
      });
    const [one, two] = [write(1), write(2)];
    await expect(one).rejects.toBe(busy);
    await expect(two).rejects.toBe(busy);
    isLocked = false;
    expect(await write(3)).toBe(3);
    expect(await turns.read(() => 4)).toBe(4);
  });

  test('D3: on the audit log does not hold up the event loop, and the record is written when it is gone', async () => {
    const folder = join(newFile(), '..', 'audit');
    const config = {
      kind: 'file',
      folder,
      maxBytes: 1_000_000,
      keepDays: 400,
      acceptLoss: 0,
      bytesPerMinute: 0,
    } as const;
    const audit = await openAuditLog(config, { clock: systemClock, log: createMemoryLog() });
    onTestFinished(() => audit.close());
    const unlock = lockOf(join(folder, 'audit.lock'));
    const appended = audit.append([entryOf('m1')]);
    expect(await longestPause(sleep(2000))).toBeLessThan(1500);
    unlock();
    expect(await appended).toEqual([1]);
  });
});

describe('D3: at the start', () => {
  test('D3: a new file that another gateway is making is waited for', async () => {
    const file = newFile();
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE; CREATE TABLE begun (a)');
    const opening = openStore({ url: `sqlite:${file}` });
    await sleep(300);
    other.exec('ROLLBACK');
    other.close();
    const store = await opening;
    await store.space<number>('numbers').set('k', 1);
    await store.close();
  });

  test('D3: a file that is no database is told in one sentence', async () => {
    const file = newFile();
    writeFileSync(file, 'this is no database, whatever its name says '.repeat(50));
    await expect(openStore({ url: `sqlite:${file}` })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: `The file of the store, ${file}, is no database of SQLite, or a damaged one: put a copy back, or set store.url to another file`,
    });
  });

  test.each([
    ['the store', (folder: string) => openStore({ url: `sqlite:${folder}/gateway.sqlite` }), /key file of the store/],
    [
      'the audit log',
      (folder: string) =>
        openAuditLog(
          { kind: 'file', folder, maxBytes: 1_000_000, keepDays: 400, acceptLoss: 0, bytesPerMinute: 0 },
          { clock: systemClock, log: createMemoryLog() },
        ),
      /folder of the audit log/,
    ],
  ])('D3: a place of %s that cannot be written is told in one sentence', async (_what, open, says) => {
    // Nobody can make anything in a file, whoever they are.
    const file = newFile();
    writeFileSync(file, '');
    await expect(open(file)).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringMatching(says) });
  });
});

test('D3: a database that was damaged is opened anew when its bytes are back, without a restart', async () => {
  const file = newFile();
  const first = await openStore({ url: `sqlite:${file}` });
  await first.space<number>('numbers').set('k', 1);
  await first.close();
  const whole = readFileSync(file);
  const store = await openStore({ url: `sqlite:${file}` });
  onTestFinished(() => store.close());
  const overwrite = (bytes: Uint8Array): void => {
    const descriptor = openSync(file, 'r+');
    writeSync(descriptor, bytes, 0, bytes.length, 0);
    closeSync(descriptor);
  };
  overwrite(Buffer.alloc(whole.length, 0xa5));
  const space = store.space<number>('numbers');
  await expect(space.get('k')).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await store.check()).toEqual({ reading: 'it is damaged', writing: 'it is damaged' });
  overwrite(whole);
  expect(await space.get('k')).toBe(1);
});

describe('P2: a start that cannot use the file of the store', () => {
  test('leaves what is no file as it is, and says so', async () => {
    const file = newFile();
    await expect(openStore({ url: `sqlite:${dirname(file)}` })).rejects.toThrow('is a folder: set store.url to a file');
    // A socket stands for devices, which a gateway of root would have changed.
    const server = createServer().listen(file);
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { mode } = statSync(file);
    await expect(openStore({ url: `sqlite:${file}` })).rejects.toThrow('is a device or the like, and no file');
    expect([statSync(file).mode, existsSync(`${file}.key`)]).toEqual([mode, false]);
  });

  test('asks for room on a full disk, and for rights on another', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(startRemedy(full, 'it')).toBe('make room on its disk');
    expect(startRemedy(Object.assign(new Error('no'), { code: 'EACCES' }), 'it')).toBe(
      "let the gateway's user write it",
    );
  });
});
