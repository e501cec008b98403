import type { ChildProcess } from 'node:child_process';
import { createClient } from '@keyv/redis';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { chain } from '../../../src/audit/chain.ts';
import { emptyHead, headText } from '../../../src/audit/head.ts';
import { rememberedHead } from '../../../src/audit/head-memory.ts';
import { auditKeyPurpose, createAuditKey } from '../../../src/audit/key.ts';
import { openAuditLog, placeOf } from '../../../src/audit/open.ts';
import { headKey, streamKey } from '../../../src/audit/redis-scripts.ts';
import { verifyRedis } from '../../../src/audit/verify.ts';
import { literalSecret } from '../../../src/config/secret.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { createManualClock } from '../actions/support.ts';
import { entryOf, recordsOf } from './support.ts';

const log = createLog({ level: 'silent' });
let redis: ChildProcess;
let url: string;
let admin: Awaited<ReturnType<typeof connected>>;
const connected = async () => {
  const client = createClient({ url });
  await client.connect();
  return client;
};

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port);
  url = `redis://127.0.0.1:${port}`;
  admin = await connected();
});
afterAll(async () => {
  await admin.close();
  await stopRedis(redis);
});
beforeEach(async () => {
  await admin.flushAll();
});

/** A log in Redis, and a store elsewhere with the key and the head that it remembers. */
const setUp = async (clock = createManualClock(Date.now())) => {
  const store = await openStore({ url: 'memory:', encryptionKey: Buffer.alloc(32, 1).toString('base64') });
  onTestFinished(() => store.close());
  const config = { kind: 'redis', url: literalSecret(url), keepDays: 400, bytesPerMinute: 0 } as const;
  const open = async (acceptLoss = 0) => {
    const opened = await openAuditLog({ ...config, acceptLoss }, { clock, log, store });
    onTestFinished(() => opened.close());
    return opened;
  };
  const verify = async () =>
    verifyRedis(url, {
      key: createAuditKey(store.deriveKey(auditKeyPurpose)),
      known: await rememberedHead(store, await placeOf({ ...config, acceptLoss: 0 })),
    });
  return { open, verify, clock };
};

const linesNow = async () => (await admin.xRange(streamKey, '-', '+')).map(({ message }) => message.line ?? '');
const putBack = async (lines: readonly string[], head: string | null): Promise<void> => {
  await admin.del([streamKey, headKey]);
  for (const line of lines) await admin.xAdd(streamKey, '*', { line });
  if (head !== null) await admin.set(headKey, head);
};

const tampered: readonly (readonly [
  name: string,
  tamper: (before: { lines: string[]; head: string }) => Promise<unknown>,
  fault: RegExp,
])[] = [
  ['emptied', () => admin.flushAll(), /every record is gone/],
  ['the stream removed', () => admin.del(streamKey), /every record is gone/],
  ['the head removed', () => admin.del(headKey), /head( of the chain)? is gone/],
  ['trimmed', () => admin.xTrim(streamKey, 'MAXLEN', 2), /records 1 to 3 are gone at the beginning/],
  [
    'a record deleted in the middle',
    async () => {
      const [, , third] = await admin.xRange(streamKey, '-', '+');
      await admin.xDel(streamKey, third?.id ?? '');
    },
    /it has 4 records, and should have 5|record 3 should stand here/,
  ],
  [
    'the last record deleted',
    async () => {
      const [last] = await admin.xRevRange(streamKey, '+', '-', { COUNT: 1 });
      await admin.xDel(streamKey, last?.id ?? '');
    },
    /record at its end is 4|record 5 is missing at the end/,
  ],
  ['an older copy put back', ({ lines, head }) => putBack(lines, head), /records 3 to 5 are (gone|missing) at the end/],
  [
    'written anew without the key',
    async () => {
      const grown = chain(
        [1, 2, 3, 4, 5].map((index) => entryOf(`x${index}`)),
        emptyHead,
        { key: null, at: '2026-01-01T00:00:00.000Z' },
      );
      await putBack(grown.lines, headText(grown.head, null));
    },
    /head has no seal|record was changed/,
  ],
];

describe('X5: a stream that is not what it was', () => {
  test.each(tampered)(
    '%s: no action is written while running, nor after a restart, and audit verify says so',
    async (_, tamper, fault) => {
      const { open, verify } = await setUp();
      const audit = await open();
      for (const target of ['m1', 'm2']) await audit.append([entryOf(target)]);
      const before = { lines: await linesNow(), head: (await admin.get(headKey)) ?? '' };
      for (const target of ['m3', 'm4', 'm5']) await audit.append([entryOf(target)]);
      await expect(audit.inspect()).resolves.toMatchObject({ seq: 5, firstSeq: 1 });
      expect(await verify()).toMatchObject({ ok: true, records: 5 });
      await tamper(before);
      const after = await linesNow();
      await expect(audit.append([entryOf('m6')])).rejects.toThrow(fault);
      await expect(audit.inspect()).rejects.toThrow(fault);
      await expect((await open()).append([entryOf('m6')])).rejects.toThrow(fault);
      expect(await linesNow()).toEqual(after);
      const found = await verify();
      expect(found.ok).toBe(false);
      expect(found.fault).toMatch(fault);
    },
  );

  test('the operator may go on without what is gone', async () => {
    const { open, verify } = await setUp();
    const audit = await open();
    for (const target of ['m1', 'm2', 'm3']) await audit.append([entryOf(target)]);
    await admin.flushAll();
    const accepted = await open(3);
    expect(await accepted.append([entryOf('m4')])).toEqual([5]);
    expect(await accepted.append([entryOf('m5')])).toEqual([6]);
    expect(await verify()).toMatchObject({
      ok: true,
      records: 3,
      notes: [expect.stringContaining('Records 1 to 3 are gone')],
    });
  });
});

test('X5: records go from the stream when they are old enough; a page in the middle is found by its number', async () => {
  const { open, verify, clock } = await setUp();
  const audit = await open();
  for (let index = 1; index <= 300; index += 1) await audit.append([entryOf(`m${index}`)]);
  const seqs: number[] = [];
  for await (const { seq } of audit.newest({ beforeSeq: 120 })) {
    seqs.push(seq);
    if (seqs.length === 3) break;
  }
  expect(seqs).toEqual([119, 118, 117]);
  expect(await audit.at(57)).toMatchObject({ target: 'm57' });
  await clock.advance(390 * 86_400_000);
  expect(await audit.inspect()).toMatchObject({ seq: 300, firstSeq: 1 });
  await clock.advance(11 * 86_400_000);
  expect(await audit.inspect()).toMatchObject({ seq: 300, firstSeq: 300 });
  expect(await audit.append([entryOf('m301')])).toEqual([301]);
  expect(await recordsOf(audit)).toHaveLength(2);
  expect(await verify()).toMatchObject({ ok: true, records: 2, firstSeq: 300 });
});

test('X5: entries that were given old ids stay: how old a record is, it says itself', async () => {
  const { open, verify } = await setUp();
  const audit = await open();
  for (const target of ['m1', 'm2', 'm3', 'm4', 'm5']) await audit.append([entryOf(target)]);
  const lines = await linesNow();
  await admin.del(streamKey);
  for (const [index, line] of lines.entries())
    await admin.xAdd(streamKey, index < 4 ? `${index + 1}-0` : '*', { line });
  expect(await audit.inspect()).toMatchObject({ seq: 5, firstSeq: 1 });
  expect(await (await open()).inspect()).toMatchObject({ seq: 5, firstSeq: 1 });
  expect(await verify()).toMatchObject({ ok: true, records: 5, firstSeq: 1 });
});
