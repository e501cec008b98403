import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { type AuditKey, createAuditKey } from '../../../src/audit/key.ts';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { createManualClock } from '../actions/support.ts';
import { entryOf, testFolder } from './support.ts';

const day = 86_400_000;
const key = createAuditKey(Buffer.alloc(32, 1));

/** Files of some records each, and a gateway that is started on them after `change`. */
const restartedAfter = async (sealer: AuditKey | null, days: number, change: (folder: string) => void) => {
  const folder = testFolder();
  const clock = createManualClock(Date.UTC(2026, 5, 1));
  const open = () => openFileLog({ folder, maxBytes: 1500, keepDays: 400, clock, key: sealer });
  const log = open();
  for (let index = 1; index <= 20; index += 1) await log.append([entryOf(`m${index}`)]);
  await log.close();
  await clock.advance(days * day);
  change(folder);
  const again = open();
  const { firstSeq } = await again.inspect();
  await again.append([entryOf('m21')]);
  await again.close();
  return { firstSeq, verified: await verifyFolder(folder, { key: sealer }) };
};

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();

/** Gives records of a file another text. */
const changed = (folder: string, index: number, text: (line: string, at: number, lines: number) => string): void => {
  const file = join(folder, filesOf(folder)[index] ?? '');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, lines.map((line, at) => `${text(line, at, lines.length)}\n`).join(''));
};

const older = (line: string): string => line.replace(/"at":"2026-/, '"at":"2024-');

describe('X5: retention removes nothing that was changed', () => {
  test.each<[string, AuditKey | null]>([
    ['with a key', key],
    ['without a key', null],
  ])('a record that was made to look old stays, and is told (%s)', async (_name, sealer) => {
    const { firstSeq, verified } = await restartedAfter(sealer, 1, (folder) =>
      changed(folder, 0, (line, at, lines) => (at === lines - 1 ? older(line) : line)),
    );
    expect(firstSeq).toBe(1);
    expect(verified).toMatchObject({ ok: false, fault: expect.stringContaining('was changed') });
  });

  test('a whole file that was made to look old, but for its first record', async () => {
    const { firstSeq, verified } = await restartedAfter(key, 1, (folder) =>
      changed(folder, 0, (line, at) => (at === 0 ? line : older(line))),
    );
    expect(firstSeq).toBe(1);
    expect(verified.ok).toBe(false);
  });

  test('what is old and was changed stays as well; what is old and whole goes', async () => {
    const some = await restartedAfter(key, 401, (folder) =>
      changed(folder, 1, (line, at, lines) => (at === lines - 1 ? line.replace('script', 'nobody') : line)),
    );
    expect(some.firstSeq).toBeGreaterThan(1);
    expect(some.firstSeq).toBeLessThan(8);
    expect(some.verified.ok).toBe(false);
    const all = await restartedAfter(key, 401, () => {});
    expect(all.firstSeq).toBeGreaterThan(15);
    expect(all.verified).toMatchObject({ ok: true });
  });
});
