import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const folder = mkdtempSync(join(tmpdir(), 'gateway-documents-'));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const viewer = 'query Viewer { viewer { name } }';
const actions = 'query Actions($a: MachineActionFilter) { machineActions(filter: $a) { nodes { id } } }';

const manifest = (bodies: Readonly<Record<string, string>>): string => {
  const file = join(folder, `${Object.keys(bodies).join('-')}.json`);
  const operations = Object.entries(bodies).map(([id, body]) => ({ id, name: id, type: 'query', body }));
  writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
  return file;
};
const trusted = (offered: string, file: string): string =>
  changedSettings(offered, [
    [['server'], { port: 0, persistedQueries: 'trusted', trustedDocuments: file }],
    [['access'], { apiKeys: [keyRow('app', { roles: ['responder'] }), keyRow('author', { roles: ['admin'] })] }],
  ]);

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.1 })] },
    settings: (offered) => trusted(offered, manifest({ 'viewer-1': viewer, 'actions-1': actions })),
  });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const post = async (body: unknown, key: string) => {
  const response = await fetch(`${running.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keyHeader(key) },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, answer };
};

describe('a gateway with a list of documents', () => {
  test('answers them, by id, hash and text', async () => {
    for (const asked of [
      { documentId: 'viewer-1' },
      { documentId: `sha256:${sha256(viewer)}` },
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(viewer) } } },
      { query: viewer },
    ]) {
      expect(await post(asked, 'app')).toEqual({ status: 200, answer: { data: { viewer: { name: 'app' } } } });
    }
  });

  test('answers who has the same already by 304, and each caller by their own', async () => {
    const get = (key: string, headers: Readonly<Record<string, string>> = {}, asked = 'documentId=viewer-1') =>
      fetch(`${running.gateway.url}/graphql?${asked}`, {
        headers: { 'apollo-require-preflight': '1', ...keyHeader(key), ...headers },
      });
    const first = await get('app');
    const etag = first.headers.get('etag') ?? '';
    expect(await first.json()).toEqual({ data: { viewer: { name: 'app' } } });
    expect(first.headers.get('cache-control')).toBe('no-store');
    const same = await get('app', { 'if-none-match': etag });
    expect({ status: same.status, body: await same.text() }).toEqual({ status: 304, body: '' });
    expect(same.headers.get('cache-control')).toBe('no-store');
    const other = await get('author', { 'if-none-match': etag });
    expect({ status: other.status, body: await other.json() }).toEqual({
      status: 200,
      body: { data: { viewer: { name: 'author' } } },
    });
    const free = await get('author', {}, `query=${encodeURIComponent('{ viewer { name } }')}`);
    expect({ status: free.status, etag: free.headers.get('etag') }).toEqual({ status: 200, etag: null });
    const unsafe = await fetch(`${running.gateway.url}/graphql?documentId=viewer-1`, {
      headers: { ...keyHeader('app'), 'if-none-match': etag },
    });
    expect(unsafe.status).toBe(400);
  });

  test('refuses every other one, but from who may ask freely', async () => {
    const free = { query: '{ viewer { name } }' };
    expect(await post(free, 'app')).toMatchObject({
      status: 400,
      answer: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    });
    expect(await post(free, 'author')).toMatchObject({ status: 200, answer: { data: { viewer: { name: 'author' } } } });
  });

  test.each([
    ['values past the limit', 450_000, 'QUERY_TOO_EXPENSIVE'],
    ['wrong values below it, at the first', 15_000, 'BAD_USER_INPUT'],
  ])('D1: refuses %s, as those of any other document', async (_, count, code) => {
    const asked = { documentId: 'actions-1', variables: { a: { type: Array.from({ length: count }, () => 1) } } };
    const refused = { errors: [{ extensions: { code } }] };
    expect(await post(asked, 'app')).toMatchObject({ status: 400, answer: refused });
    const { answer } = await post([asked], 'app');
    expect(answer).toMatchObject(code === 'BAD_USER_INPUT' ? [refused] : refused);
  });

  test('shows GraphiQL, since an administrator may use it', async () => {
    expect((await fetch(`${running.gateway.url}/`)).status).toBe(200);
  });
});

test('documents that could never be answered keep the gateway from starting, all named at once', async () => {
  const file = manifest({
    fine: viewer,
    broken: 'query { viewer {',
    unknown: '{ viewr { name } }',
    deep: `{ ${'viewer { '.repeat(20)} name ${'} '.repeat(20)} }`,
  });
  const start = startGatewayOn(running.simulator, trusted(gatewaySettings(running.simulator), file));
  await expect(start).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  await expect(start).rejects.toThrow(/trustedDocuments\[broken\]: Syntax Error/);
  await expect(start).rejects.toThrow(/trustedDocuments\[unknown\]: Cannot query field "viewr"/);
  await expect(start).rejects.toThrow(/trustedDocuments\[deep\]: .*depth of 21, the limit is 15/);
});
