import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as tick } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { chain } from '../../../src/audit/chain.ts';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { fileName } from '../../../src/audit/files.ts';
import { emptyHead, headText } from '../../../src/audit/head.ts';
import type { AuditLog, AuditRange, AuditRecord } from '../../../src/audit/record.ts';
import { systemClock } from '../../../src/clock.ts';
import { entryOf } from './support.ts';

const files = 4;
const perFile = 20_000;
const hourMs = 3_600_000;
const start = Date.UTC(2026, 0, 1);

/** Four full files of 14 MB each, an hour from record to record; the tenant is named in the second file alone. */
const largeLog = (folder: string): AuditLog => {
  let head = emptyHead;
  const pad = 'x'.repeat(300);
  for (let number = 1; number <= files; number += 1) {
    const parts: string[] = [];
    for (let index = 0; index < perFile; index += 500) {
      const entries = Array.from({ length: 500 }, (_, offset) =>
        entryOf(`m${head.seq + offset + 1}`, { input: pad, tenant: number === 2 ? 'fabrikam' : 'contoso' }),
      );
      const grown = chain(entries, head, { key: null, at: new Date(start + head.seq * hourMs).toISOString() });
      parts.push(...grown.lines);
      head = grown.head;
    }
    writeFileSync(join(folder, fileName(number)), `${parts.join('\n')}\n`);
  }
  writeFileSync(join(folder, 'audit-head'), headText(head, null));
  return openFileLog({ folder, maxBytes: 100_000_000, keepDays: 36_500, clock: systemClock });
};

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const take = async (log: AuditLog, range: AuditRange, count: number): Promise<readonly AuditRecord[]> => {
  const taken: AuditRecord[] = [];
  for await (const record of log.newest(range)) {
    taken.push(record);
    if (taken.length === count) break;
  }
  return taken;
};

/** The work with the CPU time that it took in all, and the most that others had to wait for. */
const measured = async <T>(work: () => Promise<T>): Promise<{ result: T; cpu: number; longest: number }> => {
  let longest = 0;
  let done = false;
  const watch = (async () => {
    while (!done) {
      const before = cpuMs();
      await tick();
      longest = Math.max(longest, cpuMs() - before);
    }
  })();
  const before = cpuMs();
  const result = await work();
  const cpu = cpuMs() - before;
  done = true;
  await watch;
  return { result, cpu, longest };
};

let log: AuditLog;
let whole: Awaited<ReturnType<typeof measured<readonly AuditRecord[]>>>;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
  log = largeLog(folder);
  whole = await measured(() => take(log, {}, Number.POSITIVE_INFINITY));
  return async () => {
    await log.close();
    rmSync(folder, { recursive: true });
  };
});

test('X5: a log of 57 MB is read in pieces, each of which others wait for a small part of the whole', () => {
  expect(whole.result).toHaveLength(files * perFile);
  expect(whole.longest).toBeLessThan(whole.cpu / 8);
});

test.each<[string, AuditRange, number]>([
  ['a late cursor', { beforeSeq: 5000 }, 4999],
  ['a cursor in the middle', { beforeSeq: 50_001 }, 50_000],
  ['a cursor at a file’s beginning', { beforeSeq: 40_001 }, 40_000],
  ['the first record', { beforeSeq: 2 }, 1],
])('X5: %s finds its place without reading what is newer', async (_, range, seq) => {
  const { result, cpu } = await measured(() => take(log, range, 50));
  expect(result[0]?.seq).toBe(seq);
  expect(result.map((record) => record.seq)).toEqual(result.map((__, index) => seq - index));
  expect(cpu).toBeLessThan(whole.cpu / 10);
});

test('X5: a time finds its place likewise', async () => {
  const untilMs = start + 10_000 * hourMs;
  const { result, cpu } = await measured(() => take(log, { untilMs }, 2000));
  const inRange = result.filter(({ at }) => Date.parse(at) <= untilMs);
  expect(result.length - inRange.length).toBeLessThan(1000);
  expect(cpu).toBeLessThan(whole.cpu / 5);
});

test('X5: files that hold nothing of a tenant or caller are not read again', async () => {
  const { result } = await measured(() => take(log, { tenants: new Set(['fabrikam']) }, Number.POSITIVE_INFINITY));
  // The newest file may have grown, and is read.
  expect(new Set(result.map(({ seq }) => Math.ceil(seq / perFile)))).toEqual(new Set([4, 2]));
  expect(await take(log, { caller: 'apiKey:nobody' }, Number.POSITIVE_INFINITY)).toHaveLength(perFile);
});

test('X5: one record is found by its number', async () => {
  const { result, cpu } = await measured(() => log.at(12_345));
  expect(result).toMatchObject({ seq: 12_345, target: 'm12345' });
  expect(cpu).toBeLessThan(whole.cpu / 10);
});
