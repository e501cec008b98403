import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
import { entryOf, testFolder } from './support.ts';

const child = new URL('./children/append-until-refused.ts', import.meta.url).pathname;
const first = 'audit-00000001.jsonl';
const open = (folder: string) => openFileLog({ folder, maxBytes: 10_000_000, keepDays: 400, clock: systemClock });

test.each([16, 17, 33])(
  'X5: under a limit of %i KiB for files what is confirmed is written, and the rest refused',
  async (limit) => {
    const folder = testFolder();
    const command = `ulimit -f ${limit}; exec "$0" "$1" "$2"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', command, process.execPath, child, folder]);
    const { confirmed, refusals }: { readonly confirmed: number; readonly refusals: readonly string[] } =
      JSON.parse(stdout);
    expect(refusals).toEqual(['EFBIG', 'EFBIG']);
    const text = readFileSync(join(folder, first), 'utf8');
    expect(text.endsWith('\n')).toBe(true);
    expect(text.trimEnd().split('\n')).toHaveLength(confirmed);
    expect(await verifyFolder(folder)).toMatchObject({ ok: true, records: confirmed });

    const log = open(folder);
    expect(await log.append([entryOf('after the limit was lifted')])).toEqual([confirmed + 1]);
    await log.close();
    expect(await verifyFolder(folder)).toMatchObject({ ok: true, records: confirmed + 1 });
  },
);

test('X5: a disk that is full refuses the record, and the head that cannot be written too', async () => {
  const folder = testFolder();
  const log = open(folder);
  await log.append([entryOf('m1')]);
  const lines = readFileSync(join(folder, first), 'utf8');
  symlinkSync('/dev/full', join(folder, 'audit-head.new'));
  await expect(log.append([entryOf('m2')])).rejects.toThrow('ENOSPC');
  expect(readFileSync(join(folder, first), 'utf8')).toBe(lines);
  rmSync(join(folder, 'audit-head.new'), { force: true });
  expect(await log.append([entryOf('m2')])).toEqual([2]);
  await log.close();
  expect(await verifyFolder(folder)).toMatchObject({ ok: true, records: 2 });
});

test('X5: a torn line of another process is cut off before the next record, while running', async () => {
  const folder = testFolder();
  const log = open(folder);
  await log.append([entryOf('m1')]);
  appendFileSync(join(folder, first), '{"v":2,"seq":2,"at":"2026-');
  expect(await log.append([entryOf('m2')])).toEqual([2]);
  await log.close();
  expect(await verifyFolder(folder)).toMatchObject({ ok: true, records: 2 });
});
