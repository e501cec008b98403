import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { InputError, UpstreamError } from '../../../src/errors.ts';
import type { ExportRow, RunningExport } from '../../../src/exports/exports.ts';
import { exportFormats } from '../../../src/server/exports/formats.ts';
import { startTinyServer } from '../../support/tiny-server.ts';

const limits = { depth: 5, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 10_000 };

/** An export whose rows a test makes, and how it ended. */
const exportOf = (batches: AsyncGenerator<readonly ExportRow[], void, void>) => {
  const ending = Promise.withResolvers<boolean>();
  const running: RunningExport = {
    columns: ['id'],
    batches,
    end: () => ({ rows: 1, more: false, failures: [], remarks: [], truncation: null }),
    failure: () => null,
    ended: async (whole) => ending.resolve(whole),
  };
  return { running, ended: ending.promise };
};

const read = async (url: string): Promise<{ answer: IncomingMessage; text: string }> => {
  const [answer]: IncomingMessage[] = await once(get(`${url}/export/machines`), 'response');
  if (answer === undefined) throw new Error('There is no answer');
  let text = '';
  try {
    for await (const chunk of answer) text += String(chunk);
  } catch {
    // Cut: what came before counts.
  }
  return { answer, text };
};

describe('F4: an export on its way', () => {
  test('that breaks off is cut, and what was given stays', async () => {
    async function* batches() {
      yield [{ id: 1 }];
      throw new Error('secret');
    }
    const { running, ended } = exportOf(batches());
    const server = await startTinyServer({ openExport: async () => running });
    const { answer, text } = await read(server.url);
    expect([answer.statusCode, answer.complete, text]).toEqual([200, false, '{"id":1}\n']);
    expect(await ended).toBe(false);
    expect(server.logged.map(({ msg }) => msg)).toContain('An export broke off');
  });

  test('that hangs is cut after its time', async () => {
    async function* batches() {
      yield [{ id: 1 }];
      await new Promise(() => {});
    }
    const { running, ended } = exportOf(batches());
    const server = await startTinyServer({
      limits: { ...limits, exportTimeoutMs: 30 },
      openExport: async () => running,
    });
    expect((await read(server.url)).answer.complete).toBe(false);
    expect(await ended).toBe(false);
  });

  test.each([
    ['as it is', {}],
    ['packed on the way', { 'accept-encoding': 'gzip' }],
  ] as const)('ends when its caller takes nothing: %s', async (_, headers) => {
    let isReturned = false;
    async function* batches() {
      try {
        for (let id = 0; ; id += 1) yield [{ id, text: randomBytes(100_000).toString('hex') }];
      } finally {
        isReturned = true;
      }
    }
    const { running, ended } = exportOf(batches());
    const server = await startTinyServer({ limits: { ...limits, fileIdleMs: 50 }, openExport: async () => running });
    const request = get(`${server.url}/export/machines`, { headers });
    await once(request, 'response');
    // Nothing of the answer is read.
    expect(await ended).toBe(false);
    await expect.poll(() => isReturned).toBe(true);
    request.on('error', () => {}).destroy();
  });

  test.each([
    ['before its first row', async () => Promise.reject(new InputError('no')), 'BAD_USER_INPUT'],
    ['whose rows are known not to be all', undefined, 'UPSTREAM_TIMEOUT'],
  ] as const)('that fails %s is counted', async (_, openExport, outcome) => {
    async function* batches() {
      yield [{ id: 1 }];
    }
    const { running } = exportOf(batches());
    const failing = { ...running, failure: () => new UpstreamError('UPSTREAM_TIMEOUT', 'late') };
    const server = await startTinyServer({
      exportNames: new Set(['machines']),
      openExport: openExport ?? (async () => failing),
    });
    await fetch(`${server.url}/export/machines?format=csv`);
    await fetch(`${server.url}/export/anything?format=xlsx`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toContain(`gateway_exports_total{export="machines",format="csv",outcome="${outcome}"} 1`);
    expect(text).toContain('gateway_exports_total{export="none",format="none",outcome="BAD_USER_INPUT"} 1');
  });

  test('is not to be had by who may run trusted documents alone', async () => {
    const server = await startTinyServer({
      server: { graphiql: false, introspection: false, persistedQueries: 'trusted', trustedDocuments: [] },
      permits: (_, permission) => permission !== 'document:any',
      openExport: async () => {
        throw new Error('It was opened');
      },
    });
    const { answer, text } = await read(server.url);
    expect([answer.statusCode, text]).toEqual([403, expect.stringContaining('document:any')]);
  });
});

describe('F4: CSV is harmless in a spreadsheet', () => {
  const { csv } = exportFormats;
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\tx', "'\tx"],
    ['\rx', '"\'\rx"'],
    ['＝1', "'＝1"],
    [-1, '-1'],
    [true, 'true'],
    // A line with nothing on it is no row for those who read it.
    [null, '""'],
    ['', '""'],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    [['=1', 2], '"[""=1"",2]"'],
    [{ a: '=1' }, '"{""a"":""=1""}"'],
  ])('%j is %j', (value, cell) => expect(csv.rows([{ id: value }], ['id'])).toBe(`${cell}\r\n`));

  test('columns are in the order that was asked for, whatever the row has', () => {
    expect(csv.rows([{ b: 2, a: 1 }, { a: 3 }, { b: '' }], ['a', 'b'])).toBe('1,2\r\n3,\r\n,\r\n');
  });
});
