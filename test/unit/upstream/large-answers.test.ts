import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { OversizedAnswerError } from '../../../src/upstream/http/body.ts';
import type { HttpInit } from '../../../src/upstream/http/http.ts';
import { createLargeAnswers, NoRoomError } from '../../../src/upstream/http/large-answers.ts';

const mebibyte = 1024 * 1024;

describe('D3: room for large answers', () => {
  const settled = async (promise: Promise<void> | undefined): Promise<boolean> =>
    Promise.race([
      (promise ?? Promise.resolve()).then(() => true),
      new Promise<boolean>((r) => setImmediate(r, false)),
    ]);

  test('beyond it all but the first wait, until others are read', async () => {
    const large = createLargeAnswers(100);
    const [first, second, third] = [large.begin(), large.begin(), large.begin()];
    expect(first.grow(60, undefined)).toBeUndefined();
    expect(second.grow(40, undefined)).toBeUndefined();
    const waits = second.grow(10, undefined);
    const waitsToo = third.grow(30, undefined);
    // The first comes to its end whatever it needs.
    expect(first.grow(500, undefined)).toBeUndefined();
    expect(await settled(waits)).toBe(false);
    first.end(true);
    expect([await settled(waits), await settled(waitsToo)]).toEqual([true, true]);
  });

  test('is kept until the request is answered; one request never waits for itself', async () => {
    const large = createLargeAnswers(100);
    const [request, other] = [{}, {}];
    for (let answer = 0; answer < 3; answer += 1) {
      const read = large.begin(request);
      expect(read.grow(80, undefined)).toBeUndefined();
      read.end(true);
    }
    const waits = large.begin(other).grow(10, undefined);
    expect(await settled(waits)).toBe(false);
    large.release(request);
    expect(await settled(waits)).toBe(true);
    // What was given up is not kept.
    const given = large.begin(request);
    expect(given.grow(90, undefined)).toBeUndefined();
    given.end(false);
    expect(large.begin({}).grow(90, undefined)).toBeUndefined();
  });

  test('who waits longer than the time of its call is told', async () => {
    const large = createLargeAnswers(10);
    large.begin().grow(10, undefined);
    await expect(large.begin().grow(1, AbortSignal.timeout(10))).rejects.toBeInstanceOf(NoRoomError);
  });
});

describe('D3: an answer', () => {
  let sent = 0;
  /** Sends megabytes as they are taken, with their length said before or not, packed or not. */
  const send = async (response: ServerResponse, megabytes: number, how: string | null): Promise<void> => {
    if (how === 'gzip') {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(megabytes * mebibyte, ' ')));
      return;
    }
    response.writeHead(200, how === 'length' ? { 'content-length': String(megabytes * mebibyte) } : {});
    for (let part = 0; part < megabytes * 16 && !response.destroyed; part += 1) {
      sent += 1;
      if (!response.write(Buffer.alloc(mebibyte / 16, ' ')) && !response.destroyed)
        await new Promise((resolve) => response.setMaxListeners(0).once('drain', resolve).once('close', resolve));
    }
    response.end();
  };
  const server = createServer((request, response) => {
    const [, megabytes, how = null] = (request.url ?? '').split('/');
    void send(response, Number(megabytes), how);
  });
  let origin = '';
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });
  const ask = (path: string, init: Omit<HttpInit, 'method'>, bytesUnderWay?: number) => {
    const client = createHttpClient(bytesUnderWay === undefined ? {} : { bytesUnderWay });
    onTestFinished(() => client.close());
    return client.request(`${origin}${path}`, { method: 'GET', ...init });
  };

  test.each([['/200'], ['/200/length'], ['/200/gzip']])('of 200 MB is given up at its bound: %s', async (path) => {
    sent = 0;
    await expect(ask(path, { maxBytes: 2 * mebibyte })).rejects.toBeInstanceOf(OversizedAnswerError);
    expect(sent).toBeLessThan(100 * 16);
  });

  test('within its bound is read, whatever the room', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask('/3', { maxBytes: 4 * mebibyte }, mebibyte)));
    expect(answers.map(({ body }) => body.length)).toEqual([3, 3, 3].map((megabytes) => megabytes * mebibyte));
  });

  test('ends when the budget of its request does, unpacked bytes counted', async () => {
    let taken = 0;
    const onBytes = (bytes: number): void => {
      taken += bytes;
      if (taken > mebibyte) throw new Error('budget');
    };
    await expect(ask('/3', { onBytes })).rejects.toThrow('budget');
    taken = 0;
    await expect(ask('/3/gzip', { onBytes })).rejects.toThrow('budget');
  });
});
