import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { createAuditKey } from '../../../src/audit/key.ts';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
import { entryOf, recordsOf, testFolder } from './support.ts';

const first = 'audit-00000001.jsonl';

test('a log of version 2 is read in the words of today, gone on with, and its lines stay as they were written', async () => {
  const folder = testFolder();
  cpSync('test/fixtures/audit-version-2', folder, { recursive: true });
  const before = readFileSync(join(folder, first), 'utf8');
  const key = createAuditKey(new Uint8Array(32));
  const log = openFileLog({ folder, maxBytes: 1_000_000, keepDays: 40_000, clock: systemClock, key });
  const [ended, , begun] = await recordsOf(log);
  expect(ended).toMatchObject({ outcome: 'DONE', target: 'm1', actionId: 'a1' });
  expect(ended?.auditId).toBe(begun?.auditId);
  expect(Object.keys(ended ?? {})).toEqual(expect.arrayContaining(Object.keys(entryOf('m1'))));
  // What an end is looked for by, after a kill.
  expect(await log.last(begun?.auditId ?? '')).toMatchObject({ outcome: 'DONE', seq: 3 });
  expect(await log.append([entryOf('m3')])).toEqual([4]);
  await log.close();
  const after = readFileSync(join(folder, first), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(JSON.parse(after.slice(before.length))).toMatchObject({ v: 3, seq: 4, auditId: entryOf('m3').auditId });
  expect(await verifyFolder(folder, { key, known: null })).toMatchObject({ ok: true, records: 4 });
});
