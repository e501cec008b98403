import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type FileLogOptions, openFileLog } from '../../../src/audit/file-log.ts';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
import { createManualClock } from '../actions/support.ts';
import { entryOf, recordsOf, testFolder } from './support.ts';

const open = (folder: string, changes: Partial<FileLogOptions> = {}) =>
  openFileLog({ folder, maxBytes: 1_000_000, keepDays: 400, clock: systemClock, ...changes });

const first = 'audit-00000001.jsonl';
const whole = { ok: true, fault: null };

/** A log of so many records, closed. */
const written = async (folder: string, count: number, changes = {}): Promise<void> => {
  const log = open(folder, changes);
  for (let index = 1; index <= count; index += 1) await log.append([entryOf(`m${index}`)]);
  await log.close();
};

const lines = (folder: string): string[] => readFileSync(join(folder, first), 'utf8').trimEnd().split('\n');
const rewrite = (folder: string, kept: readonly string[]): void =>
  writeFileSync(join(folder, first), `${kept.join('\n')}\n`);

test('records are numbered without gaps and read newest first, over restarts', async () => {
  const folder = testFolder();
  await written(folder, 2);
  const log = open(folder);
  await Promise.all([log.append([entryOf('m3'), entryOf('m4')]), log.append([entryOf('m5')])]);
  expect((await recordsOf(log)).map(({ seq, target }) => [seq, target])).toEqual([
    [5, 'm5'],
    [4, 'm4'],
    [3, 'm3'],
    [2, 'm2'],
    [1, 'm1'],
  ]);
  await log.close();
  expect(await verifyFolder(folder)).toMatchObject({ ...whole, records: 5, firstSeq: 1 });
});

test('two processes that share a folder make one chain', async () => {
  const folder = testFolder();
  const [a, b] = [open(folder), open(folder)];
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => (index % 2 === 0 ? a : b).append([entryOf(`m${index}`)])),
  );
  await a.append([entryOf('last of a')]);
  await b.append([entryOf('last of b')]);
  await Promise.all([a.close(), b.close()]);
  expect(await verifyFolder(folder)).toMatchObject({ ...whole, records: 22, firstSeq: 1 });
});

test('X5: a full file is followed by another in the same chain; a file goes when its newest record is old enough, never for size', async () => {
  const folder = testFolder();
  const day = 86_400_000;
  const clock = createManualClock(Date.UTC(2026, 0, 1));
  const files = () => readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const log = open(folder, { maxBytes: 1500, keepDays: 400, clock });
  for (let index = 1; index <= 30; index += 1) await log.append([entryOf(`m${index}`)]);
  const before = files().length;
  expect(before).toBeGreaterThan(5);
  await clock.advance(390 * day);
  for (let index = 31; index <= 40; index += 1) await log.append([entryOf(`m${index}`)]);
  expect(await verifyFolder(folder)).toMatchObject({ ...whole, records: 40, firstSeq: 1 });
  await clock.advance(15 * day);
  const { seq, firstSeq } = await log.inspect();
  expect(seq).toBe(40);
  expect(firstSeq).toBeGreaterThan(28);
  expect(firstSeq).toBeLessThanOrEqual(31);
  const { records, notes, ...rest } = await verifyFolder(folder);
  expect(rest).toMatchObject({ ...whole, firstSeq });
  expect(firstSeq + records).toBe(41);
  expect(notes).toContainEqual(expect.stringContaining(`Records up to ${firstSeq - 1} were removed by audit.keepDays`));
  await log.append([entryOf('m41')]);
  await log.close();
  // The beginning cut by somebody else is no retention.
  rmSync(join(folder, files()[0] ?? ''));
  expect(await verifyFolder(folder)).toMatchObject({
    ok: false,
    fault: expect.stringMatching(/^records \d+ to \d+ are gone at the beginning$/),
  });
});

test('a line that a killed process left half written is cut off, and the chain goes on', async () => {
  const folder = testFolder();
  await written(folder, 2);
  appendFileSync(join(folder, first), '{"seq":3,"at":"2026-');
  await written(folder, 1);
  expect(await verifyFolder(folder)).toMatchObject({ ...whole, records: 3, firstSeq: 1 });
});

test('a process that was killed before it wrote the head leaves a log that is whole', async () => {
  const folder = testFolder();
  await written(folder, 2);
  const head = readFileSync(join(folder, 'audit-head'));
  await written(folder, 1);
  writeFileSync(join(folder, 'audit-head'), head);
  expect(await verifyFolder(folder)).toMatchObject({ ...whole, records: 3, firstSeq: 1 });
});

describe('what was tampered with shows, with the first place', () => {
  test.each<[string, (folder: string) => void, string]>([
    [
      'an edited record',
      (folder) =>
        rewrite(
          folder,
          lines(folder).map((line) => line.replace('"m2"', '"mX"')),
        ),
      `${first} line 3: the record before it was changed`,
    ],
    [
      'an edited last record',
      (folder) =>
        rewrite(
          folder,
          lines(folder).map((line) => line.replace('"m5"', '"mX"')),
        ),
      `${first} line 5: the record was changed`,
    ],
    [
      'a record taken out',
      (folder) => rewrite(folder, lines(folder).toSpliced(1, 1)),
      `${first} line 2: record 2 should stand here, not 3`,
    ],
    [
      'records cut off at the end',
      (folder) => rewrite(folder, lines(folder).slice(0, 3)),
      'records 4 to 5 are missing at the end',
    ],
    [
      'a line that is no record',
      (folder) => rewrite(folder, ['nothing', ...lines(folder)]),
      `${first} line 1: is no record of the audit log`,
    ],
    [
      'a record twice',
      (folder) => rewrite(folder, [...lines(folder).slice(0, 2), ...lines(folder).slice(1)]),
      `${first} line 3: record 3 should stand here, not 2`,
    ],
    [
      'two records in each other’s place',
      (folder) =>
        rewrite(
          folder,
          [1, 0, 2, 3, 4].map((index) => lines(folder)[index] ?? ''),
        ),
      'record 1 is gone at the beginning',
    ],
    [
      'the beginning cut',
      (folder) => rewrite(folder, lines(folder).slice(2)),
      'records 1 to 2 are gone at the beginning',
    ],
    ['all files gone', (folder) => rmSync(join(folder, first)), 'every record is gone'],
    [
      'the head gone',
      (folder) => rmSync(join(folder, 'audit-head')),
      'the head of the chain is gone: records may be missing at the end',
    ],
  ])('%s', async (_name, tamper, fault) => {
    const folder = testFolder();
    await written(folder, 5);
    tamper(folder);
    expect(await verifyFolder(folder)).toMatchObject({ ok: false, fault });
  });
});

test('a record that cannot be written is refused', async () => {
  const folder = testFolder();
  const log = open(folder);
  mkdirSync(join(folder, first));
  await expect(log.append([entryOf('m1')])).rejects.toThrow();
  await log.close();
});

test('the files are their owner’s alone', async () => {
  const folder = testFolder();
  chmodSync(folder, 0o755);
  await written(folder, 1);
  const { statSync } = await import('node:fs');
  expect(statSync(join(folder, first)).mode & 0o077).toBe(0);
});

test('X1: whether an action’s end is written is told from the log, also after a restart', async () => {
  const folder = testFolder();
  const log = open(folder);
  await log.append([entryOf('m1'), entryOf('m2')]);
  await log.append([entryOf('m1', { outcome: 'DONE', actionId: 'a1' })]);
  await log.close();
  const again = open(folder);
  expect(await again.last('audit-m1')).toMatchObject({ outcome: 'DONE', actionId: 'a1' });
  expect(await again.last('audit-m2')).toMatchObject({ outcome: 'INTENDED' });
  expect(await again.last('audit-of-nobody', Date.now())).toBeNull();
  await again.close();
});

test('X5: lines longer than a piece and lines of many bytes a letter are read from the end as they were written', async () => {
  const folder = testFolder();
  const log = open(folder);
  const targets = Array.from({ length: 50 }, (_, index) => `${index}${'ü€😀'.repeat(index * 150)}`);
  for (const target of targets) await log.append([entryOf(target)]);
  expect((await recordsOf(log)).map(({ target }) => target)).toEqual(targets.toReversed());
  await log.close();
});
