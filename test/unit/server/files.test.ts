import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { NotFoundError } from '../../../src/errors.ts';
import { contentDisposition, safeFileName } from '../../../src/server/files/content-disposition.ts';
import type { ServedFile } from '../../../src/server/files/routes.ts';
import { startTinyServer } from '../../support/tiny-server.ts';

describe('X1: the name of a download', () => {
  test.each([
    ['report.txt', 'attachment; filename="report.txt"'],
    ['a"b.txt', 'attachment; filename="a_b.txt"'],
    ['a\r\nSet-Cookie: x.txt', 'attachment; filename="a__Set-Cookie_ x.txt"'],
    ['100%.txt', `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
    ["it's (1)!.txt", `attachment; filename="it's (1)!.txt"`],
    ['Größe.log', `attachment; filename="Gr__e.log"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.log`],
    ['報告.txt', `attachment; filename="__.txt"; filename*=UTF-8''%E5%A0%B1%E5%91%8A.txt`],
    ["ü'*.txt", `attachment; filename="_'_.txt"; filename*=UTF-8''%C3%BC%27_.txt`],
  ])('%j', (name, header) => expect(contentDisposition(name)).toBe(header));

  test.each([
    ['..\\..\\x.txt', '_.._x.txt'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['C:\\x', 'C__x'],
    ['exe.\u202Etxt', 'exe._txt'],
    ['x\u200B.txt', 'x_.txt'],
    ['con', '_con'],
    ['LPT1.txt', '_LPT1.txt'],
    ['console.txt', 'console.txt'],
    ['x.txt:stream', 'x.txt_stream'],
    [' .hidden. ', 'hidden'],
    ['', 'file'],
    ['...', 'file'],
    ['\uD800.txt', '\uFFFD.txt'],
    [`${'a'.repeat(300)}.log.gz`, `${'a'.repeat(143)}.log.gz`],
  ])('%j is kept as %j', (name, safe) => expect(safeFileName(name)).toBe(safe));
});

/** A file whose chunks a test makes, and how it ended. */
const fileOf = (chunks: AsyncGenerator<Buffer, void>) => {
  const ending = Promise.withResolvers<Parameters<ServedFile['ended']>[0]>();
  const file: ServedFile = { name: 'x.bin', chunks, ended: async (sent) => ending.resolve(sent) };
  return { file, ended: ending.promise };
};

const limits = { depth: 5, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 10_000 };

const open = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(`${url}/files/contoso/1/0`, resolve).on('error', reject));

const read = async (answer: IncomingMessage): Promise<number> => {
  let size = 0;
  for await (const chunk of answer) size += Buffer.from(chunk).length;
  return size;
};

describe('X1: a file on its way', () => {
  test('ends when its caller takes nothing', async () => {
    async function* chunks() {
      for (;;) yield Buffer.alloc(65_536, 1);
    }
    const { file, ended } = fileOf(chunks());
    const server = await startTinyServer({ limits: { ...limits, fileIdleMs: 50 }, openFile: async () => file });
    const answer = await open(server.url);
    answer.on('error', () => {});
    // Nothing of it is read.
    expect(await ended).toBeNull();
    answer.destroy();
  });

  test('is made at the pace of the caller, and ends when they leave', async () => {
    const chunk = Buffer.alloc(65_536, 1);
    const chunks = 4096;
    let made = 0;
    let isClosed = false;
    const { file, ended } = fileOf(
      (async function* () {
        try {
          for (; made < chunks; made += 1) yield chunk;
        } finally {
          isClosed = true;
        }
      })(),
    );
    const { url } = await startTinyServer({ openFile: async () => file });
    const answer = await open(url);
    // The caller takes one piece of 256 MiB, and then no more: what is made fills the sockets between them.
    answer.once('readable', () => answer.read());
    let before = -1;
    await expect
      .poll(() => {
        const stands = made === before;
        before = made;
        return stands && made > 0;
      })
      .toBe(true);
    expect(made).toBeLessThan(chunks / 2);
    answer.destroy();
    expect(await ended).toBeNull();
    expect(isClosed).toBe(true);
  });

  test('may take longer than a request, as long as something comes', async () => {
    const released = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const { file, ended } = fileOf(
      (async function* () {
        for (const { promise } of released) {
          await promise;
          yield Buffer.from('x');
        }
      })(),
    );
    const server = await startTinyServer({
      limits: { ...limits, requestTimeoutMs: 300, fileIdleMs: 5000 },
      openFile: async () => file,
    });
    const answer = await open(server.url);
    for (const [index, { resolve }] of released.entries()) setTimeout(resolve, 150 * (index + 1));
    expect(await read(answer)).toBe(4);
    expect(await ended).toMatchObject({ size: 4 });
  });

  test('is cut when nothing comes any more', async () => {
    const { file, ended } = fileOf(
      (async function* () {
        yield Buffer.from('x');
        await new Promise(() => {});
      })(),
    );
    const server = await startTinyServer({ limits: { ...limits, fileIdleMs: 20 }, openFile: async () => file });
    await expect(read(await open(server.url))).rejects.toThrow('aborted');
    expect(await ended).toBeNull();
    expect(server.logged).toContainEqual(expect.objectContaining({ msg: 'A file broke off', bytes: 1 }));
  });

  test.each([
    ['that is not there is an answer with its status', new NotFoundError('There is no such file'), 404, 'NOT_FOUND'],
    ['that fails for reasons of ours is masked', new TypeError('x is undefined'), 500, 'INTERNAL'],
  ])('%s', async (_name, error, status, code) => {
    const server = await startTinyServer({
      openFile: async () => {
        throw error;
      },
    });
    const answer = await fetch(`${server.url}/files/contoso/1/0`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-disposition')).toBeNull();
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  test('is not fetched for a page of another site without a credential', async () => {
    const server = await startTinyServer({
      openFile: async () => ({ ...fileOf((async function* () {})()).file }),
    });
    const ask = async (headers: Record<string, string>) => {
      const answer = await fetch(`${server.url}/files/contoso/1/0`, { headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    expect(await ask({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await ask({ 'sec-fetch-site': 'cross-site', 'x-api-key': 'k' })).toBe(200);
    expect(await ask({ 'sec-fetch-site': 'none' })).toBe(200);
  });

  test('comes to a client of HTTP/1.0 too, without trailers', async () => {
    const chunks = (async function* () {
      yield Buffer.from('half ');
      yield Buffer.from('and half');
    })();
    const server = await startTinyServer({ openFile: async () => fileOf(chunks).file });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('GET /files/contoso/1/0 HTTP/1.0\r\nhost: localhost\r\n\r\n');
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toMatch(/\r\n\r\nhalf and half$/);
    expect(text).not.toMatch(/trailer|chunked/i);
  });

  test('that does not begin in time is UPSTREAM_TIMEOUT', async () => {
    const server = await startTinyServer({
      limits: { ...limits, requestTimeoutMs: 20 },
      openFile: ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const answer = await fetch(`${server.url}/files/contoso/1/0`);
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }] });
  });
});
