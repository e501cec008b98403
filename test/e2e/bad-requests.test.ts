import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { expectNoLeak } from '../support/refusals.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({ simulator: { tenants: [simTenant('contoso', { scale: 0.1 })] } });
});

afterAll(() => running.stop());

describe('an HTTP request', () => {
  const send = async (init: {
    method: string;
    path?: string;
    headers?: Record<string, string>;
    body?: string | Buffer;
  }) => {
    const { method, path = '/graphql', headers = {}, body } = init;
    const answer = await request(`${running.gateway.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const json = { 'content-type': 'application/json' };
  const mutation = encodeURIComponent(
    'mutation { isolateMachines(input: { tenant: "contoso", machineIds: [], comment: "x" }) { dryRun } }',
  );

  test.each([
    ['cache-control', 'max-age=abc', /Cache-Control: max-age .* whole number of seconds, e\.g\. max-age=30/],
    ['cache-control', 'max-age', /max-age/],
    ['cache-control', 'max-age=-1', /max-age/],
    ['cache-control', 'max-age=1.5', /max-age/],
    ['cache-control', 'max-age=30s', /max-age/],
    ['cache-control', 'max-age=60, max-age=5', /max-age .* once/],
    ['x-gateway-explain', 'true', /x-gateway-explain takes \\"1\\"/],
    ['x-gateway-explain', '0', /x-gateway-explain takes \\"1\\"/],
    ['x-gateway-max-wait-seconds', 'soon', /x-gateway-max-wait-seconds must be a whole number/],
    ['x-gateway-paln', '1', /no header x-gateway-paln; did you mean \\"x-gateway-plan\\"\?/],
    ['x-gateway-explian', '1', /did you mean \\"x-gateway-explain\\"\?/],
    ['x-gateway-max-wait-second', '1', /did you mean \\"x-gateway-max-wait-seconds\\"\?/],
  ])('P3: the header %s: %s is BAD_USER_INPUT, of a mutation before anything is done', async (name, value, says) => {
    const { machines, actions } = running.simulator.world('contoso');
    const before = actions.length;
    const { status, text } = await send({
      method: 'POST',
      headers: { ...json, [name]: value },
      body: JSON.stringify({
        query:
          'mutation ($id: ID!) { scanMachines(input: { tenant: "contoso", machineIds: [$id], comment: "x" }) { dryRun } }',
        variables: { id: machines[0]?.id },
      }),
    });
    expect([status, text]).toEqual([400, expect.stringMatching(says)]);
    expect(text).toContain('"BAD_USER_INPUT"');
    expect(actions).toHaveLength(before);
  });

  test.each([
    ['cache-control', 'max-age=30'],
    ['cache-control', 'max-age="30", max-age=30'],
    ['cache-control', 'no-cache, max-age=0'],
    ['cache-control', 'max-stale=soon'],
    ['x-gateway-explain', '1'],
    ['x-gateway-of-a-proxy', '1'],
  ])('P3: the header %s: %s is taken', async (name, value) => {
    const { status } = await send({
      method: 'POST',
      headers: { ...json, [name]: value },
      body: '{"query":"{ viewer { name } }"}',
    });
    expect(status).toBe(200);
  });

  test.each([
    [
      'whose JSON is broken',
      { method: 'POST', headers: json, body: '{"query":' },
      400,
      /not valid JSON.*\{\\"query\\": /,
    ],
    [
      'that is GraphQL where JSON should be',
      { method: 'POST', headers: json, body: '{ viewer { name } }' },
      400,
      /not valid JSON.*\{\\"query\\": /,
    ],
    [
      'for a subscription',
      { method: 'POST', headers: json, body: '{"query":"subscription { incidents { title } }"}' },
      400,
      /no subscriptions.*GRAPHQL_VALIDATION_FAILED/,
    ],
    ['that is no object', { method: 'POST', headers: json, body: '"{ viewer { name } }"' }, 400, /./],
    ['without a query', { method: 'POST', headers: json, body: '{"variables":{}}' }, 400, /query/],
    [
      'with an empty list of queries',
      { method: 'POST', headers: json, body: '[]' },
      400,
      /list of operations is empty/,
    ],
    [
      'with too long a list of queries',
      { method: 'POST', headers: json, body: JSON.stringify(Array(11).fill({ query: '{ viewer { name } }' })) },
      400,
      /may hold 10 operations .*, not 11/,
    ],
    [
      'with a list in a list',
      { method: 'POST', headers: json, body: '[[{"query":"{ viewer { name } }"}]]' },
      400,
      /The body holds no operation/,
    ],
    [
      'in another media type',
      { method: 'POST', headers: { 'content-type': 'application/graphql' }, body: '{ viewer { name } }' },
      400,
      /content-type: application\/json/,
    ],
    [
      'in another charset',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=utf-7' }, body: '{"query":"{ a }"}' },
      415,
      /must be UTF-8/,
    ],
    [
      'in another encoding',
      { method: 'POST', headers: { ...json, 'content-encoding': 'compress' }, body: '{"query":"{ a }"}' },
      415,
      /content encoding/,
    ],
    [
      'whose compressed body is too large',
      {
        method: 'POST',
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(20_000_000, 32)),
      },
      413,
      /too large/,
    ],
    [
      'that asks for an answer in another media type',
      { method: 'POST', headers: { ...json, accept: 'text/csv' }, body: '{"query":"{ viewer { name } }"}' },
      406,
      /accept/,
    ],
    ['by another method', { method: 'PUT', headers: json, body: '{"query":"{ viewer { name } }"}' }, 405, /GET\/POST/],
    [
      'from another site by a multipart form',
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
        body: '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--',
      },
      400,
      /content-type: application\/json/,
    ],
    [
      'from another site by an encoded form',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query=%7Ba%7D' },
      400,
      /content-type: application\/json/,
    ],
    [
      'with a mutation by GET',
      { method: 'GET', path: `/graphql?query=${mutation}`, headers: { 'apollo-require-preflight': '1' } },
      405,
      /GET/,
    ],
    [
      'from another site by GET',
      { method: 'GET', path: '/graphql?query=%7Bviewer%7Bname%7D%7D' },
      400,
      /apollo-require-preflight: 1.*CSRF/,
    ],
    [
      'from another site by a form',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ viewer { name } }"}' },
      400,
      /CSRF|content-type|preflight/i,
    ],
    ['to a path that is none', { method: 'GET', path: '/nothing' }, 404, /./],
    [
      'that is too large',
      {
        method: 'POST',
        headers: json,
        body: JSON.stringify({ query: `{ viewer { name } } #${'x'.repeat(1_100_000)}` }),
      },
      413,
      /too large/,
    ],
  ])('%s is refused in words', async (_, init, status, says) => {
    const answer = await send(init);
    expectNoLeak(answer.text);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(says);
    expect(answer.text).toMatch(/"code":"[A-Z_]+"/);
  });

  /** What comes to a client that sends all of its request before it reads anything. */
  const sentWhole = (headers: readonly string[], body: string) =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(running.gateway.url);
      const socket = connect(Number(port), hostname).pause();
      let answer = '';
      socket.on('error', reject).on('data', (chunk) => {
        answer += chunk;
      });
      socket.once('end', () => resolve(answer));
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${headers.join('\r\n')}\r\n\r\n${body}`,
        () => socket.resume(),
      );
    });

  test.each([
    ['said to be so', ['content-length: 28000000'], 'x'.repeat(28_000_000)],
    ['in pieces', ['transfer-encoding: chunked'], `${(2 ** 24).toString(16)}\r\n${'x'.repeat(2 ** 24)}\r\n0\r\n\r\n`],
  ])('a body that is far too large, %s, is refused in words that its sender can read', async (_, headers, body) => {
    for (let time = 0; time < 3; time += 1)
      expect(await sentWhole(headers, body)).toMatch(/^HTTP\/1\.1 413[\s\S]*connection: close[\s\S]*"code":"[A-Z_]+"/i);
  });
});
