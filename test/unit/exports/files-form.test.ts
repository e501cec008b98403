import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors.ts';
import { filesForm } from '../../../src/exports/files-form.ts';
import { linesOf } from '../../../src/exports/lines.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import type { Operation } from '../../../src/upstream/http/operation.ts';
import type { Send } from '../../../src/upstream/http/send.ts';
import { createManualClock, createTestScope, tenantNamed } from '../actions/support.ts';

const tenant = tenantNamed('alpha');
const fact = mde.exportCertificatesFiles;
const [monday, tuesday] = ['2026-11-23T06:00:00Z', '2026-11-24T06:00:00'];
const origin = 'https://storage.blob.core.windows.net';

/** Answers to the question for links, one after the other; the last again and again. */
const sendOf = (answers: readonly unknown[]) => {
  let asked = 0;
  const answer = async <T>(_tenant: unknown, { parse }: Operation<T>): Promise<T> => {
    const body = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    return parse(body);
  };
  const send: Send = Object.assign(answer, { follow: () => Promise.reject(new Error('Nothing is followed')) });
  return { send, asked: () => asked };
};

const lines = (...ids: readonly number[]): string => ids.map((id) => `{"deviceId":"${id}"}\n`).join('');
const links = (generatedTime: string, ...names: readonly string[]) => ({
  exportFiles: names.map((name) => `${origin}/${name}`),
  generatedTime,
});

type Give = Buffer | 'expired' | { readonly breaksBehind: Buffer };

/** Gives what stands for a path and query, each time the next thing; then breaks or ends. */
const filesOf = (given: Readonly<Record<string, readonly Give[]>>) => {
  const counts = new Map<string, number>();
  return async (_: unknown, link: string) => {
    const name = link.slice(origin.length + 1);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const give = given[name]?.[count];
    if (give === undefined || give === 'expired')
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'No', { upstreamStatus: 403 });
    async function* chunks(): AsyncGenerator<Buffer, void> {
      if (Buffer.isBuffer(give)) yield give;
      else if (typeof give === 'object') {
        yield give.breaksBehind;
        throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'It broke off');
      }
    }
    return chunks();
  };
};

const read = async (answers: readonly unknown[], given: Parameters<typeof filesOf>[0]) => {
  const { send, asked } = sendOf(answers);
  const ids: unknown[] = [];
  let fault: unknown = null;
  try {
    const rows = filesForm(
      { send, openFile: filesOf(given) },
      fact,
      { tenant, onSnapshot: () => {} },
      createTestScope(createManualClock()).scope,
    );
    for await (const some of rows) ids.push(...some.map(({ deviceId }) => deviceId));
  } catch (thrown) {
    fault = thrown;
  }
  return { ids, fault, asked: asked() };
};

const packed = (...ids: readonly number[]): Buffer => gzipSync(lines(...ids));

describe('F4: the files of an assessment', () => {
  test('one that is named twice is read once', async () => {
    const answers = [links(monday, 'a', 'b', 'a')];
    const { ids, fault } = await read(answers, { a: [packed(1), packed(1)], b: [packed(2)] });
    expect({ ids, fault }).toEqual({ ids: ['1', '2'], fault: null });
  });

  test('packed, plain, packed in several pieces, or empty', async () => {
    const answers = [links(monday, 'a', 'b', 'c', 'd')];
    const several = Buffer.concat([packed(4), packed(5)]);
    const given = { a: [packed(1, 2)], b: [Buffer.from(lines(3))], c: [several], d: [Buffer.alloc(0)] };
    expect(await read(answers, given)).toEqual({ ids: ['1', '2', '3', '4', '5'], fault: null, asked: 1 });
  });

  test('links that have expired are all made anew with one call, by their paths or by the snapshot', async () => {
    const moved = [links(monday, 'a?s=1', 'b?s=1', 'c?s=1'), links(monday, 'c?s=2', 'b?s=2', 'a?s=2')];
    const given = { 'a?s=1': [packed(1)], 'b?s=2': [packed(2)], 'c?s=2': [packed(3)] };
    expect(await read(moved, given)).toEqual({ ids: ['1', '2', '3'], fault: null, asked: 2 });
    const renamed = [links(monday, 'a', 'b'), links(monday, 'x', 'y')];
    expect(await read(renamed, { x: [packed(1)], y: [packed(2)] })).toEqual({
      ids: ['1', '2'],
      fault: null,
      asked: 2,
    });
  });

  test('those of another snapshot are not mixed with the rows that were given', async () => {
    const answers = [links(monday, 'a', 'b'), links(tuesday, 'x', 'y')];
    const { ids, fault } = await read(answers, { a: [packed(1)], x: [packed(1)], y: [packed(2)] });
    expect([ids, fault]).toEqual([['1'], expect.objectContaining({ code: 'UPSTREAM_UNAVAILABLE' })]);
  });

  test('a file that breaks off goes on behind the lines that were given, once', async () => {
    const first = Buffer.from(`${lines(1, 2)}{"deviceId":"3`);
    const breaks = { breaksBehind: first };
    const answers = [links(monday, 'a', 'b')];
    const whole = { a: [breaks, Buffer.from(lines(1, 2, 3, 4))], b: [packed(5)] };
    expect(await read(answers, whole)).toEqual({ ids: ['1', '2', '3', '4', '5'], fault: null, asked: 1 });
    const { ids, fault } = await read(answers, { a: [breaks, breaks], b: [packed(5)] });
    expect([ids, fault]).toEqual([['1', '2'], expect.objectContaining({ message: 'It broke off' })]);
  });

  test('a file that is what it should not be is fetched once', async () => {
    const endless = Buffer.alloc(1_100_000, 'x');
    const bomb = gzipSync(`${' '.repeat(999)}\n`.repeat(40_000));
    for (const [name, file, says] of [
      ['a', endless, 'a line of more than'],
      ['b', bomb, 'swells'],
    ] as const) {
      // Fetched again it would be a good one.
      const { ids, fault } = await read([links(monday, name)], { [name]: [file, Buffer.from(lines(1))] });
      expect([ids, fault]).toEqual([[], expect.objectContaining({ message: expect.stringContaining(says) })]);
    }
  });

  test('a byte order mark before the first row is none', async () => {
    const marked = Buffer.from(`\ufeff${lines(1, 2)}`);
    expect(await read([links(monday, 'a', 'b')], { a: [marked], b: [gzipSync(marked)] })).toMatchObject({
      ids: ['1', '2', '1', '2'],
      fault: null,
    });
  });

  test('lines that cannot be read are told once all others are given', async () => {
    const odd = Buffer.from(`${lines(1)}\n\r\n<html>\n{"deviceName":"x"}\n${lines(2)}`);
    const { ids, fault } = await read([links(monday, 'a', 'b')], { a: [odd], b: [packed(3)] });
    expect([ids, fault]).toEqual([
      ['1', '2', '3'],
      expect.objectContaining({ message: expect.stringContaining('2 rows') }),
    ]);
  });

  test.each([
    ['no links', {}],
    ['a word', { exportFiles: 'x' }],
    ['what is no address', { exportFiles: ['x'] }],
    ['a number among them', { exportFiles: [`${origin}/a`, null] }],
  ])('an answer with %s is malformed', async (_, body) => {
    expect((await read([body], {})).fault).toMatchObject({ name: 'MalformedAnswerError' });
  });
});

describe('F4: lines', () => {
  const splitAt = async (text: string, size: number): Promise<readonly string[]> => {
    const bytes = Buffer.from(text);
    async function* chunks(): AsyncGenerator<Buffer, void> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const found: string[] = [];
    for await (const some of linesOf(chunks())) found.push(...some);
    return found;
  };

  test.each([1, 2, 3, 7, 100])('pieces of %i bytes cut no character and no line', async (size) => {
    expect(await splitAt('{"a":"Größe"}\n\n報告\nlast', size)).toEqual(['{"a":"Größe"}', '', '報告', 'last']);
  });

  test('one without an end is given up', async () => {
    await expect(splitAt('x'.repeat(1_100_000), 65_536)).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED' });
  });
});
