import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { chain } from '../../../src/audit/chain.ts';
import { openFileLog } from '../../../src/audit/file-log.ts';
import { emptyHead, headText } from '../../../src/audit/head.ts';
import { rememberedHead } from '../../../src/audit/head-memory.ts';
import { type AuditKey, auditKeyPurpose, createAuditKey } from '../../../src/audit/key.ts';
import { recordOf } from '../../../src/audit/line.ts';
import { openAuditLog, placeOf } from '../../../src/audit/open.ts';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { entryOf, testFolder } from './support.ts';

const log = createLog({ level: 'silent' });
const first = 'audit-00000001.jsonl';
const keyText = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

/** A folder whose store, with the key and the head that it remembers, outlives the log. */
const setUp = async (encryptionKey = keyText(1), acceptLoss = 0) => {
  const folder = testFolder();
  const store = await openStore({ url: 'memory:', encryptionKey });
  onTestFinished(() => store.close());
  const config = { kind: 'file', folder, maxBytes: 1_000_000, keepDays: 400, acceptLoss, bytesPerMinute: 0 } as const;
  const open = (accepted = acceptLoss) =>
    openAuditLog({ ...config, acceptLoss: accepted }, { clock: systemClock, log, store });
  const key = createAuditKey(store.deriveKey(auditKeyPurpose));
  const verify = async () => verifyFolder(folder, { key, known: await rememberedHead(store, await placeOf(config)) });
  return { folder, open, key, verify };
};

const linesOf = (folder: string): string[] => readFileSync(join(folder, first), 'utf8').trimEnd().split('\n');
const write = (folder: string, lines: readonly string[]): void =>
  writeFileSync(join(folder, first), lines.map((line) => `${line}\n`).join(''));
const empty = (folder: string): void => {
  for (const name of readdirSync(folder)) if (!name.startsWith('audit.lock')) rmSync(join(folder, name));
};

/** The log written anew with another caller in it, chained and sealed by whoever has this key. */
const forge = (folder: string, key: AuditKey | null): void => {
  const entries = linesOf(folder).flatMap((line) => {
    const record = recordOf(line);
    return record === null ? [] : [{ ...record, callerId: 'apiKey:somebody-else' }];
  });
  const grown = chain(
    entries.map(({ seq: _seq, at: _at, prev: _prev, ...entry }) => entry),
    emptyHead,
    { key, at: '2026-01-01T00:00:00.000Z' },
  );
  write(folder, grown.lines);
  writeFileSync(join(folder, 'audit-head'), headText(grown.head, key));
};

type Tamper = (folder: string, before: string) => void;

const tampered: readonly (readonly [name: string, tamper: Tamper, fault: RegExp])[] = [
  [
    'the end cut',
    (folder) => write(folder, linesOf(folder).slice(0, 3)),
    /records 4 to 5 are (gone|missing) at the end/,
  ],
  [
    'the beginning cut',
    (folder) => write(folder, linesOf(folder).slice(2)),
    /records 1 to 2 are gone at the beginning/,
  ],
  [
    'an older copy put back',
    (folder, before) => {
      empty(folder);
      cpSync(before, folder, { recursive: true });
    },
    /records 3 to 5 are (gone|missing) at the end/,
  ],
  ['all removed', empty, /every record is gone/],
  ['the lines removed', (folder) => rmSync(join(folder, first)), /every record is gone/],
  ['the head removed', (folder) => rmSync(join(folder, 'audit-head')), /head( of the chain)? is gone/],
  [
    'the key that the head names rewritten',
    (folder) => {
      const head = join(folder, 'audit-head');
      writeFileSync(head, readFileSync(head, 'utf8').replace(/"key":"[^"]*"/, '"key":"another"'));
    },
    /seal of another key|has not the key of its last record/,
  ],
  [
    'an empty file with a later number than the next',
    (folder) => {
      writeFileSync(join(folder, 'audit-00000003.jsonl'), '');
    },
    /audit-00000002\.jsonl is gone/,
  ],
  [
    'the caller rewritten and the chain computed anew without a key',
    (folder) => forge(folder, null),
    /record was changed|record 5 is another|head has no seal/,
  ],
  [
    'the caller rewritten and the chain computed anew with another key',
    (folder) => forge(folder, createAuditKey(Buffer.alloc(32, 9))),
    /record was changed|sealed by another key|seal of another key/,
  ],
  [
    'the last records computed anew without a key, and the head left as it was',
    (folder) => {
      const lines = linesOf(folder);
      write(folder, [...lines.slice(0, 4), (lines[4] ?? '').replace('apiKey:script', 'apiKey:other!')]);
    },
    /seal does not fit|record 5 is another/,
  ],
];

describe('X5: a log that is not what it was', () => {
  test.each(tampered)(
    '%s: no action is written while running, nor after a restart, and audit verify says so',
    async (_, tamper, fault) => {
      const { folder, open, verify } = await setUp();
      const older = testFolder();
      const log = await open();
      for (const target of ['m1', 'm2']) await log.append([entryOf(target)]);
      for (const name of [first, 'audit-head']) cpSync(join(folder, name), join(older, name));
      for (const target of ['m3', 'm4', 'm5']) await log.append([entryOf(target)]);
      await expect(log.inspect()).resolves.toMatchObject({ seq: 5, firstSeq: 1 });
      expect(await verify()).toMatchObject({ ok: true, records: 5 });

      tamper(folder, older);
      const after = readdirSync(folder).includes(first) ? linesOf(folder) : [];
      await expect(log.append([entryOf('m6')])).rejects.toThrow(fault);
      await expect(log.inspect()).rejects.toThrow(fault);
      await log.close();
      const again = await open();
      await expect(again.append([entryOf('m6')])).rejects.toThrow(fault);
      await again.close();
      expect(readdirSync(folder).includes(first) ? linesOf(folder) : []).toEqual(after);
      const found = await verify();
      expect(found.ok).toBe(false);
      expect(found.fault).toMatch(fault);
    },
  );

  test('the operator may go on without what is gone, up to a number; the loss stays told', async () => {
    const { folder, open, verify } = await setUp();
    const log = await open();
    for (const target of ['m1', 'm2', 'm3', 'm4']) await log.append([entryOf(target)]);
    await log.close();
    write(folder, linesOf(folder).slice(0, 2));
    const refused = await open(3);
    await expect(refused.append([entryOf('m5')])).rejects.toThrow('audit.acceptLoss: 4');
    await refused.close();
    const accepted = await open(4);
    expect(await accepted.append([entryOf('m5')])).toEqual([6]);
    await accepted.close();
    expect(await verify()).toMatchObject({
      ok: true,
      lastSeq: 6,
      notes: [expect.stringContaining('Records 3 to 4 are gone; record 5 says')],
    });
    write(folder, linesOf(folder).slice(0, 3));
    const cutAgain = await open(4);
    await expect(cutAgain.append([entryOf('m6')])).rejects.toThrow('record 6 is gone at the end');
    await cutAgain.close();
  });
});

test('X5: a line that was made unreadable is not passed over when the log is read', async () => {
  const { folder, open } = await setUp();
  const log = await open();
  for (const target of ['m1', 'm2', 'm3']) await log.append([entryOf(target)]);
  const [one = '', two = '', three = ''] = linesOf(folder);
  write(folder, [one, two.slice(1), three]);
  const read: string[] = [];
  const reading = async () => {
    for await (const { target } of log.newest()) read.push(target);
  };
  await expect(reading()).rejects.toThrow('audit verify tells where');
  expect(read).toEqual(['m3']);
  await log.close();
});

describe('X5: keys and versions', () => {
  test('a new key is a record of its own; what it cannot prove is said', async () => {
    const { folder, open } = await setUp();
    const log = await open();
    await log.append([entryOf('m1'), entryOf('m2')]);
    await log.close();
    const store = await openStore({ url: 'memory:', encryptionKey: keyText(2) });
    onTestFinished(() => store.close());
    const config = {
      kind: 'file',
      folder,
      maxBytes: 1_000_000,
      keepDays: 400,
      acceptLoss: 0,
      bytesPerMinute: 0,
    } as const;
    const later = await openAuditLog(config, { clock: systemClock, log: createLog({ level: 'silent' }), store });
    expect(await later.append([entryOf('m3')])).toEqual([4]);
    await later.close();
    const key = createAuditKey(store.deriveKey(auditKeyPurpose));
    const { ok, notes } = await verifyFolder(folder, { key });
    expect(ok).toBe(true);
    expect(notes).toEqual([
      'Records 1 to 2 have no seal of this key: they are as they were when record 3 was written',
      'Record 3 says that the key was changed',
      expect.stringContaining('The store remembers no end of this log'),
    ]);
    // Whoever has the first key alone cannot write on.
    const earlier = await open();
    await expect(earlier.append([entryOf('m4')])).rejects.toThrow('its head has the seal of another key');
    await earlier.close();
  });

  test('what another key wrote in between is told, where no store remembers the end of the log', async () => {
    const folder = testFolder();
    const keyed = (byte: number) =>
      openFileLog({
        folder,
        maxBytes: 1_000_000,
        keepDays: 400,
        clock: systemClock,
        key: createAuditKey(Buffer.alloc(32, byte)),
      });
    for (const [byte, target] of [
      [1, 'm1'],
      [2, 'made up'],
      [1, 'm2'],
    ] as const) {
      const log = keyed(byte);
      await log.append([entryOf(target)]);
      await log.close();
    }
    const { ok, notes } = await verifyFolder(folder, { key: createAuditKey(Buffer.alloc(32, 1)) });
    expect(ok).toBe(true);
    expect(notes).toContainEqual(expect.stringContaining('Records 2 to 3 have the seal of another key'));
  });

  test('a log of the version before is gone on with, sealed from there on', async () => {
    const { folder, open, verify } = await setUp();
    const old = ['m1', 'm2', 'm3'];
    const { createHash } = await import('node:crypto');
    let prev = '0'.repeat(64);
    const lines = old.map((target, index) => {
      const line = JSON.stringify({ seq: index + 1, at: '2026-01-01T00:00:00.000Z', ...entryOf(target), prev });
      prev = createHash('sha256').update(line).digest('hex');
      return line;
    });
    write(folder, lines);
    writeFileSync(join(folder, 'audit-head'), `3 ${prev}`);
    expect(await verify()).toMatchObject({
      ok: true,
      records: 3,
      notes: [expect.stringContaining('No record has a seal yet'), expect.any(String)],
    });
    const log = await open();
    expect(await log.append([entryOf('m4')])).toEqual([5]);
    await log.close();
    expect(linesOf(folder).slice(0, 3)).toEqual(lines);
    expect(await verify()).toMatchObject({
      ok: true,
      records: 5,
      notes: [
        'Records 1 to 3 have no seal of this key: they are as they were when record 4 was written',
        'Record 4 says that the key was changed',
      ],
    });
  });

  test.each([
    ['head', (folder: string) => writeFileSync(join(folder, 'audit-head'), '{"v":4,"end":"of another form"}')],
    [
      'record',
      (folder: string) => write(folder, [...linesOf(folder), '{"v":4,"seq":2,"at":"2026-01-01T00:00:00.000Z"}']),
    ],
  ])('a %s of a later version is told and left as it is', async (_, change) => {
    const { folder, open, verify } = await setUp();
    const log = await open();
    await log.append([entryOf('m1')]);
    change(folder);
    const files = [first, 'audit-head'].map((name) => readFileSync(join(folder, name), 'utf8'));
    await expect(log.append([entryOf('m2')])).rejects.toThrow('later version of the gateway (version 4');
    await log.close();
    expect([first, 'audit-head'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(files);
    expect((await verify()).fault).toContain('later version of the gateway (version 4');
  });

  test('a sealed log is not gone on with by a gateway without the key', async () => {
    const { folder, open } = await setUp();
    const log = await open();
    await log.append([entryOf('m1')]);
    await log.close();
    const keyless = openFileLog({ folder, maxBytes: 1_000_000, keepDays: 400, clock: systemClock });
    await expect(keyless.append([entryOf('m2')])).rejects.toThrow('this gateway has no store.encryptionKey');
    await keyless.close();
    expect(linesOf(folder)).toHaveLength(1);
  });

  test('two processes with the key make one chain, and a head that was not written is caught up with', async () => {
    const { folder, open, verify } = await setUp();
    const [a, b] = [await open(), await open()];
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => (index % 2 === 0 ? a : b).append([entryOf(`m${index}`)])),
    );
    const head = readFileSync(join(folder, 'audit-head'));
    await a.append([entryOf('last of a')]);
    writeFileSync(join(folder, 'audit-head'), head);
    await b.append([entryOf('last of b')]);
    await Promise.all([a.close(), b.close()]);
    expect(await verify()).toMatchObject({ ok: true, records: 22, notes: [] });
  });

  test('without a key it is said that a chain can be made up', async () => {
    const { folder, open } = await setUp();
    const log = await open();
    await log.append([entryOf('m1')]);
    await log.close();
    expect((await verifyFolder(folder)).notes).toContainEqual(expect.stringContaining('The seals were not looked at'));
  });
});
