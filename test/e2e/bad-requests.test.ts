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
  const send = async (init: { method: string; path?: string; headers?: Record<string, string>; body?: string }) => {
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
    ['whose JSON is broken', { method: 'POST', headers: json, body: '{"query":' }, 400, /not valid JSON/],
    ['that is no object', { method: 'POST', headers: json, body: '"{ viewer { name } }"' }, 400, /./],
    ['without a query', { method: 'POST', headers: json, body: '{"variables":{}}' }, 400, /query/],
    [
      'with a list of queries',
      { method: 'POST', headers: json, body: '[{"query":"{ viewer { name } }"}]' },
      400,
      /[Bb]atch/,
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
      /CSRF|preflight/i,
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
});
