import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Attack, type Attacks, as, gql, harmless, post } from '../attack.ts';
import { keys, type Target } from '../target.ts';

const body = JSON.stringify({ query: harmless });

/** Bytes that begin like a request for the question everybody may ask. */
const raw =
  (lines: readonly string[], payload = '', end = '\r\n') =>
  ({ url }: Target): Buffer =>
    Buffer.from(
      [
        'POST /graphql HTTP/1.1',
        `host: ${new URL(url).host}`,
        'content-type: application/json',
        `x-api-key: ${keys.responder}`,
        'connection: close',
        ...lines,
        '',
        payload,
      ].join(end),
      'latin1',
    );

/** Node refuses it before any of our code sees it, and closes the connection. */
const refusedByNode = (send: Attack['send'], status: Attack['status'] = 400): Attack => ({ send, status });

const smuggled = 'GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n';
const megabytes = (count: number): Buffer => Buffer.alloc(count * 1024 * 1024, ' ');
const bomb = Buffer.concat([Buffer.from(`{"query":"{ viewer { name } }"`), megabytes(200), Buffer.from('}')]);

/** What is wrong with the envelope of a request. */
export const http: Attacks = {
  'a body that is too large': {
    send: () => post(JSON.stringify({ query: `${harmless} #${'x'.repeat(1_100_000)}` })),
    status: 413,
    code: 'BAD_USER_INPUT',
    says: /too large/,
  },
  'a body that says it is too large, and is not sent': {
    send: raw(['content-length: 5000000000']),
    status: 413,
    code: 'BAD_USER_INPUT',
  },
  'a body that is not sent to its end': { send: raw(['content-length: 100'], '{"query"'), status: 408 },
  'headers that are not sent to their end': {
    send: () => Buffer.from('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-ty'),
    status: 408,
  },
  'a body in pieces that is too large': {
    send: raw(['transfer-encoding: chunked'], `${(2 ** 21).toString(16)}\r\n${'x'.repeat(2 ** 21)}\r\n0\r\n\r\n`),
    status: 413,
    code: 'BAD_USER_INPUT',
  },
  '200 MB in 200 KB of gzip': {
    send: () => post(gzipSync(bomb), { 'content-encoding': 'gzip' }),
    status: 413,
    code: 'BAD_USER_INPUT',
  },
  '200 MB in a few bytes of brotli': {
    send: () => post(brotliCompressSync(bomb), { 'content-encoding': 'br' }),
    status: 413,
    code: 'BAD_USER_INPUT',
  },
  'gzip within gzip': {
    send: () => post(gzipSync(gzipSync(body)), { 'content-encoding': 'gzip, gzip' }),
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  'a packed body that is none': {
    send: () => post('not gzip', { 'content-encoding': 'gzip' }),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /cannot be unpacked/,
  },
  'a packed body that ends early': {
    send: () => post(gzipSync(body).subarray(0, 20), { 'content-encoding': 'gzip' }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a brotli body that is none': {
    send: () => post('not brotli', { 'content-encoding': 'br' }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'an encoding that nobody knows': {
    send: () => post(body, { 'content-encoding': 'x-nothing' }),
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  'less body than was said': {
    send: raw([`content-length: ${body.length - 5}`], body),
    status: 400,
    // Or it is Node that answers, which takes what is left for another request.
    code: ['BAD_USER_INPUT', undefined],
  },
  'two lengths': refusedByNode(raw([`content-length: ${body.length}`, 'content-length: 5'], body)),
  'a negative length': refusedByNode(raw(['content-length: -1'], body)),
  'a length that is no number': refusedByNode(raw(['content-length: 0x20'], body)),
  'a length and pieces': refusedByNode(
    raw(['content-length: 5', 'transfer-encoding: chunked'], `0\r\n\r\n${smuggled}`),
  ),
  'pieces under another name': refusedByNode(raw(['transfer-encoding: xchunked'], `0\r\n\r\n${smuggled}`)),
  'pieces twice': refusedByNode(raw(['transfer-encoding: chunked, identity'], `0\r\n\r\n${smuggled}`)),
  'a blank before the colon of a length': refusedByNode(raw([`content-length : ${body.length}`], body)),
  'a folded header': refusedByNode(raw(['x-a: b', ' transfer-encoding: chunked', 'content-length: 0'], '')),
  'line ends without a return': refusedByNode(raw([`content-length: ${body.length}`], body, '\n')),
  'a size of a piece that is no number': refusedByNode(raw(['transfer-encoding: chunked'], 'zz\r\nabc\r\n0\r\n\r\n')),
  'a size of a piece beyond 64 bits': refusedByNode(
    raw(['transfer-encoding: chunked'], `${'f'.repeat(17)}\r\nabc\r\n0\r\n\r\n`),
  ),
  'NUL in a header': refusedByNode(raw(['x-a: a\u0000b', 'content-length: 0'])),
  'no host': refusedByNode(() =>
    Buffer.from('POST /graphql HTTP/1.1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
  ),
  'a method that is none': refusedByNode(() => Buffer.from('HACK /graphql HTTP/1.1\r\nhost: a\r\n\r\n')),
  'a version that is none': refusedByNode(() => Buffer.from('POST /graphql HTTP/9.9\r\nhost: a\r\n\r\n')),
  'HTTP/2 without being asked': refusedByNode(() => Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')),
  'the beginning of TLS': refusedByNode(() => Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])),
  'a tunnel to another host': {
    send: () => Buffer.from('CONNECT 169.254.169.254:80 HTTP/1.1\r\nhost: a\r\n\r\n'),
    status: 0,
  },
  'an address of another host in the request line': {
    send: ({ mirror }) => ({
      ...gql(harmless),
      path: `http://127.0.0.1:${mirror.trapPort}/graphql`,
      headers: { ...gql(harmless).headers },
    }),
    status: 200,
    says: /./,
  },
  'TRACE, which would echo the key': {
    send: () => ({ method: 'TRACE', path: '/graphql', headers: as(keys.responder) }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'an upgrade to what is not there': {
    send: () => ({
      method: 'GET',
      path: '/graphql',
      headers: {
        ...as(keys.responder),
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-key': 'x',
        'sec-websocket-version': '13',
      },
    }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a header that is larger than all may be': refusedByNode(() => post(body, { 'x-a': 'x'.repeat(20_000) }), 431),
  'a thousand headers': refusedByNode(
    () => post(body, Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x-${index}`, 'x'.repeat(20)]))),
    431,
  ),
  'an address of 20,000 letters': refusedByNode(
    () => ({ method: 'GET', path: `/graphql?query=${'a'.repeat(20_000)}` }),
    431,
  ),
  'ten thousand parameters in the address': {
    send: () => ({
      method: 'GET',
      path: `/graphql?${'a&'.repeat(5000)}`,
      headers: { ...as(keys.responder), 'apollo-require-preflight': '1' },
    }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'parameters of an address that make objects': {
    send: () => ({
      method: 'GET',
      path: '/graphql?query[__proto__][a]=1&variables[constructor]=1',
      headers: { ...as(keys.responder), 'apollo-require-preflight': '1' },
    }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'the query twice in the address': {
    send: () => ({
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent(harmless)}&query=x`,
      headers: { ...as(keys.responder), 'apollo-require-preflight': '1' },
    }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
};
