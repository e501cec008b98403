import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { machineCalls } from '../../../src/routing/actions.ts';
import { createGraphReads } from '../../../src/routing/graph-batch.ts';
import { createLearned } from '../../../src/routing/learned.ts';
import { createRouting } from '../../../src/routing/route.ts';
import { neverStops } from '../../../src/stopping.ts';
import { getAlert } from '../../../src/upstream/graph/alerts.ts';
import { listMachineActions } from '../../../src/upstream/mde/machine-actions.ts';
import { getMachine, listMachines } from '../../../src/upstream/mde/machines.ts';
import { ownQuotas } from '../../support/quotas.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

const started = async (handle: Parameters<typeof startUpstream>[0]): Promise<Upstream> => {
  const upstream = await startUpstream(handle);
  onTestFinished(() => upstream.stop());
  return upstream;
};

const page = '<!DOCTYPE html><html><body><h1>404 Not Found</h1></body></html>';

describe('R7: a 404', () => {
  test.each([
    ['a page', page],
    ['nothing', ''],
    ['another JSON', '{"message":"no route"}'],
  ])('with %s on a list is an error that names the address, not an empty list', async (_, body) => {
    const { tenant, send, scope, requests } = await started((_url, response) => response.writeHead(404).end(body));
    const host = new URL(tenant.apis.mde?.baseUrl ?? '').host;
    for (const operation of [listMachines(), getMachine('a'.repeat(40)), listMachineActions({})]) {
      await expect(send<unknown>(tenant, operation, scope())).rejects.toMatchObject({
        code: 'UPSTREAM_UNAVAILABLE',
        message: expect.stringContaining(`${host}/api/machine`),
        details: { tenant: 'contoso', api: 'mde', upstreamStatus: 404 },
      });
    }
    expect(requests).toHaveLength(3);
  });

  test("with Microsoft's own body is an empty list, and a machine that does not exist", async () => {
    const { tenant, send, scope } = await started((_url, response) =>
      answer(response, 404, { error: { code: 'NotFound', message: 'None', target: 'x' } }),
    );
    expect(await send(tenant, listMachines(), scope())).toEqual({ items: [], nextLink: null });
    expect(await send(tenant, getMachine('a'.repeat(40)), scope())).toBeNull();
  });
});

test('a redirect of an action with an empty body is not taken for done', async () => {
  const { tenant, send, scope, requests } = await started((_url, response) =>
    response.writeHead(307, { location: 'https://login.example/' }).end(),
  );
  const action = machineCalls.isolate.operation('m', { comment: 'x', isolationType: 'FULL' });
  await expect(send(tenant, action, scope())).rejects.toMatchObject({ details: { upstreamStatus: 307 } });
  expect(requests).toHaveLength(1);
});

describe('R7: JSON that ends in the middle', () => {
  test('before it began too: of a read it is asked for once more', async () => {
    const { tenant, send, scope, requests } = await started((_url, response) =>
      response.writeHead(200).end(requests.length > 1 ? '{"value":[]}' : ''),
    );
    expect(await send(tenant, listMachines(), scope())).toMatchObject({ items: [], nextLink: null });
    expect(requests).toHaveLength(2);
  });

  test('of a read is asked for once more, and no more', async () => {
    const { tenant, send, scope, requests } = await started((url, response) => {
      const isWhole = requests.length > 1 && url.searchParams.get('$top') === '1';
      response.writeHead(200, { 'content-type': 'application/json' }).end(isWhole ? '{"value":[]}' : '{"value":[{"id');
    });
    expect(await send(tenant, listMachines({ top: 1 }), scope())).toMatchObject({ items: [], nextLink: null });
    expect(requests).toHaveLength(2);
    await expect(send(tenant, listMachines({ top: 2 }), scope())).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      message: expect.stringContaining('malformed answer'),
    });
    expect(requests).toHaveLength(4);
  });

  test('with an error beside its rows is no page: what there is may be a part', async () => {
    const { tenant, send, scope } = await started((_url, response) =>
      answer(response, 200, { value: [], error: { code: 'InternalServerError', message: 'Half of it.' } }),
    );
    await expect(send(tenant, listMachines(), scope())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });

  test('of an action is asked for never again', async () => {
    const { tenant, send, scope, requests } = await started((_url, response) => response.writeHead(201).end('{"id":'));
    const action = machineCalls.isolate.operation('m', { comment: 'x', isolationType: 'FULL' });
    await expect(send(tenant, action, scope())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(requests).toHaveLength(1);
  });
});

describe('R2: a next page', () => {
  const follow = async (nextLink: string) => {
    const tokens: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      tokens.push(request.headers.authorization);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    onTestFinished(() => void elsewhere.close());
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const upstream = await started((_url, response) => answer(response, 200, { value: [] }));
    const link = nextLink.replace('ELSEWHERE', `127.0.0.1:${port}`);
    const outcome = upstream.send.follow(upstream.tenant, listMachines(), link, upstream.scope()).then(
      () => 'followed',
      (error: { code: string }) => error.code,
    );
    return { outcome: await outcome, requests: upstream.requests, tokens };
  };

  test.each([
    'https://api.securitycenter.microsoft.com/api/machines?$filter=a eq 1&$skip=5',
    'https://api-eu.securitycenter.windows.com/api/machines?$filter=a%20eq%201&$skip=5',
    '/api/machines?$filter=a%20eq%201&$skip=5',
  ])('%s is asked at the own origin of the tenant', async (link) => {
    const { outcome, requests } = await follow(link);
    expect(outcome).toBe('followed');
    expect(requests).toEqual(['/api/machines?$filter=a eq 1&$skip=5']);
  });

  test.each([
    'http://ELSEWHERE/api/machines?$skip=5',
    'ftp://api.securitycenter.microsoft.com/api/machines',
    'http://[',
  ])('%s is refused, and no token goes there', async (link) => {
    expect(await follow(link)).toEqual({ outcome: 'UPSTREAM_REJECTED', requests: [], tokens: [] });
  });
});

interface BatchBody {
  readonly requests: readonly { readonly id: string; readonly url: string }[];
}

/** Graph as an upstream that answers parts as the test says; `undefined` leaves a part out. */
const startBatches = async (partOf: (id: string, round: number) => Record<string, unknown> | undefined) => {
  const rounds: string[][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { requests }: BatchBody = JSON.parse(Buffer.concat(chunks).toString());
    rounds.push(requests.map(({ url }) => url.split('/').at(-1) ?? ''));
    const responses = requests.flatMap(({ id, url }) => {
      const part = partOf(url.split('/').at(-1) ?? '', rounds.length);
      return part === undefined ? [] : [{ id, ...part }];
    });
    answer(response, 200, { responses });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const upstream = await started((_url, response) => response.end());
  const tenant = { ...upstream.tenant, apis: { ...upstream.tenant.apis, graph: { baseUrl, scope: 'x/.default' } } };
  const clock = { now: Date.now, sleep: async () => {} };
  const quotas = ownQuotas();
  const read = createGraphReads({
    send: upstream.send,
    clock,
    quotas,
    stopping: neverStops,
    learned: createLearned({ clock }),
  });
  return { rounds, read: (ids: readonly string[]) => read(tenant, ids, getAlert, upstream.scope()) };
};

const found = (id: string) => ({ status: 200, body: { id, title: 'x' } });

describe('R6: a part that is missing in the answer of a batch', () => {
  test('is asked for once more', async () => {
    const { read, rounds } = await startBatches((id, round) => (id === 'c' && round === 1 ? undefined : found(id)));
    expect([...(await read(['a', 'b', 'c'])).keys()]).toEqual(['a', 'b', 'c']);
    expect(rounds).toEqual([['a', 'b', 'c'], ['c']]);
  });

  test('and missing again is an error at its id, not "does not exist"', async () => {
    const { read, rounds } = await startBatches((id) => (id === 'c' ? undefined : found(id)));
    const result = await read(['a', 'b', 'c']);
    expect(result.get('c')).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(result.get('a')).toMatchObject({ id: 'a' });
    expect(rounds).toHaveLength(2);
  });

  test("a 404 part is none only with Graph's own body", async () => {
    const parts: Readonly<Record<string, Record<string, unknown>>> = {
      a: { status: 404, body: { error: { code: 'itemNotFound', message: 'x' } } },
      b: { status: 404, body: page },
      c: { status: 404 },
    };
    const { read } = await startBatches((id) => parts[id]);
    const result = await read(['a', 'b', 'c']);
    expect(result.has('a')).toBe(false);
    expect(result.get('b')).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { upstreamStatus: 404 } });
    expect(result.get('c')).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { upstreamStatus: 404 } });
  });
});

test('R7: a quota of the parts that is used up costs one batch, and none until its time', async () => {
  const body = { error: { code: 'TooManyRequests', message: 'maximum allowed 1500 per 01:00:00' } };
  const { read, rounds } = await startBatches((id) => (id === 'a' ? found(id) : { status: 429, body }));
  const told = { code: 'UPSTREAM_THROTTLED', details: { retryAfterSeconds: 3600 } };
  const result = await read(['a', 'b']);
  expect(result.get('a')).toMatchObject({ id: 'a' });
  expect(result.get('b')).toMatchObject(told);
  const { code } = told;
  expect([...(await read(['c', 'd'])).values()]).toMatchObject([{ code }, { code }]);
  expect(rounds).toHaveLength(1);
});

test('R7: a sign-in of a user is told the delegated permissions that are missing', async () => {
  const upstream = await started((_url, response) => response.end());
  const token = { value: 'a', expiresAtMs: Number.POSITIVE_INFINITY, permissions: ['Alert.Read'] };
  const routing = createRouting({ tokens: { get: async () => token } });
  const tenant = {
    ...upstream.tenant,
    auth: { kind: 'user', clientId: 'x', userName: 'analyst@contoso.com', flow: 'device' },
  } as const;
  const [source] = await routing.survey(tenant, 'machines.read', upstream.scope());
  expect(source).toMatchObject({ state: 'MISSING_PERMISSION', permissions: ['Machine.Read', 'Machine.ReadWrite'] });
  const [alerts] = await routing.survey(tenant, 'machines.alerts', upstream.scope());
  expect(alerts).toMatchObject({ state: 'AVAILABLE', granted: ['Alert.Read'] });
  await expect(
    routing.run(tenant, 'machines.read', upstream.scope(), { mde: async () => 'sent' }),
  ).rejects.toMatchObject({
    code: 'MISSING_PERMISSION',
    details: { missingPermissions: ['Machine.Read'] },
  });
  expect(upstream.requests).toEqual([]);
});
