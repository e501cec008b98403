import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { deflateSync, gzipSync } from 'node:zlib';
import express from 'express';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createLog } from '../../../src/log.ts';
import { createBodyBudget } from '../../../src/server/body-budget.ts';
import { createErrorFormat } from '../../../src/server/error-format.ts';
import { answerError } from '../../../src/server/http-errors.ts';
import { jsonBody } from '../../../src/server/json-body.ts';
import { checkJsonSize } from '../../../src/server/json-values.ts';

const bodyBytes = 100_000;
const app = express();
/** Bodies that say `hold` are worked on until they are let go. */
const held: (() => void)[] = [];
app.use(
  jsonBody(
    {
      values: 100,
      budget: createBodyBudget({ bytes: bodyBytes }),
      bodyOf: ({ headers }) => ({ caller: String(headers['x-caller']), bytes: bodyBytes }),
    },
    async ({ body }, answer) => {
      if (typeof body === 'object' && 'hold' in body) await new Promise<void>((resolve) => held.push(resolve));
      answer.json({ body: body ?? null });
    },
  ),
);
app.use(answerError(createErrorFormat({ log: createLog({ level: 'silent' }), requestId: () => 'id' })));
const server = createServer(app);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

const send = async (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => {
  const asked = request({
    port: portOf(server.address()),
    host: '127.0.0.1',
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  asked.on('error', () => {});
  asked.end(body);
  const answer = await new Promise<IncomingMessage>((resolve) => asked.once('response', resolve));
  return { status: answer.statusCode, ...Object(await json(answer)) };
};

test.each([
  ['an object', '{"a":[1,"x,[{"]}', {}, { a: [1, 'x,[{'] }],
  ['a list', '[{"a":1}]', {}, [{ a: 1 }]],
  ['nothing', '', {}, {}],
  ['a byte order mark', '\ufeff{"a":"ü"}', {}, { a: 'ü' }],
  ['gzip', gzipSync('{"a":1}'), { 'content-encoding': 'gzip' }, { a: 1 }],
  ['deflate', deflateSync('{"a":1}'), { 'content-encoding': 'deflate' }, { a: 1 }],
  ['a charset that says UTF-8', '{"a":1}', { 'content-type': 'application/json; charset="UTF-8"' }, { a: 1 }],
  ['another media type', '{"a":1}', { 'content-type': 'text/plain' }, null],
])('%s is read', async (_, body, headers, read) => {
  expect(await send(body, headers)).toEqual({ status: 200, body: read });
});

test.each([
  ['a text', '"a"', {}, 400, /not valid JSON/],
  ['half an object', '{"a":', {}, 400, /not valid JSON/],
  ['too large a body', JSON.stringify('x'.repeat(bodyBytes)), {}, 413, /too large/],
  [
    'too large a body, packed',
    gzipSync(JSON.stringify('x'.repeat(bodyBytes))),
    { 'content-encoding': 'gzip' },
    413,
    /too large/,
  ],
  ['what is not packed', '{"a":1}', { 'content-encoding': 'gzip' }, 400, /cannot be unpacked/],
  [
    'half of what is packed',
    gzipSync('{"a":1}').subarray(0, 12),
    { 'content-encoding': 'gzip' },
    400,
    /cannot be unpacked/,
  ],
  ['another charset', '{"a":1}', { 'content-type': 'application/json; charset=utf-16' }, 415, /UTF-8/],
  ['another encoding', '{"a":1}', { 'content-encoding': 'compress' }, 415, /content encoding/],
  ['bytes of Latin-1', Buffer.from('{"a":"ü"}', 'latin1'), {}, 400, /PowerShell 5\.1/],
  ['too many values', JSON.stringify(Array(100).fill(1)), {}, 400, /more than 100 values/],
])('%s is refused', async (_, body, headers, status, says) => {
  const answer = await send(body, headers);
  expect(answer).toMatchObject({ status, errors: [{ message: expect.stringMatching(says) }] });
});

test.each([
  ['values as many as may be', `[${Array(99).fill(1).join(',')}]`, null],
  ['one more', `[${Array(100).fill(1).join(',')}]`, 'QUERY_TOO_EXPENSIVE'],
  ['commas and brackets in texts', JSON.stringify([',[{'.repeat(1000), '\\"', '"],[', '\\\\']), null],
  ['as deep as may be', `${'['.repeat(64)}${']'.repeat(64)}`, null],
  ['deeper', `${'['.repeat(65)}${']'.repeat(65)}`, 'BAD_USER_INPUT'],
  ['a text without an end', `["${'x'.repeat(1000)}`, null],
])('D1: %s', (_, text, code) => {
  const check = (): void => checkJsonSize(text, { values: 100 });
  if (code === null) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ code }));
});

test('D1: bodies under way have a budget, of which one caller has a quarter and small ones are free', () => {
  const refused: number[] = [];
  const budget = createBodyBudget({ bytes: 400_000, onRefused: () => refused.push(1) });
  const free = 8192;
  const one = [budget.open('one', 50_000), budget.open('one', 50_000)];
  for (const share of one) share.take(50_000 + free);
  expect(() => budget.open('one', 50_000).take(free + 1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  budget.open('one', 50_000).take(free);
  const others = ['two', 'three', 'four'].map((caller) => budget.open(caller, 50_000));
  for (const share of others) share.take(100_000 + free);
  expect(() => budget.open('five', 50_000).take(free + 1)).toThrow(expect.objectContaining({ code: 'OVERLOADED' }));
  budget.open('five', 50_000).take(free);
  one[0]?.release();
  one[0]?.release();
  budget.open('five', 50_000).take(free + 50_000);
  expect(() => budget.open('six', 50_000).take(free + 1)).toThrow();
  expect(refused).toHaveLength(3);
});

test('D1: a body counts until what it asks for is done, though its caller has left', async () => {
  const large = JSON.stringify({ a: 'x'.repeat(bodyBytes - 10_000) });
  const left = request({
    port: portOf(server.address()),
    host: '127.0.0.1',
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  left.on('error', () => {});
  left.end(large.replace('{', '{"hold":1,'));
  await vi.waitUntil(() => held.length === 1);
  left.destroy();
  await new Promise((resolve) => left.once('close', resolve));
  const refused = await send(large);
  expect(refused).toMatchObject({
    status: 503,
    errors: [{ message: expect.stringMatching(/leave no room for this one \(limits\.bodyBytesUnderWay\)/) }],
  });
  expect(await send('{"a":1}')).toMatchObject({ status: 200 });
  held.pop()?.();
  await vi.waitFor(async () => expect(await send(large)).toMatchObject({ status: 200 }));
});
