import { describe, expect, test } from 'vitest';
import { AccessError, UpstreamError } from '../../../src/errors.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { startTinyServer, tinySchema } from '../../support/tiny-server.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const json = { 'content-type': 'application/json' };

describe('request id', () => {
  test('a GUID of the caller is kept, echoed and given to resolvers', async () => {
    const { query } = await startTinyServer();
    const id = '6F0E8C8A-1111-4222-8333-0123456789AB';
    const { headers, body } = await query('{ requestId }', {}, { 'x-request-id': id });
    expect(headers.get('x-request-id')).toBe(id.toLowerCase());
    expect(body.data).toEqual({ requestId: id.toLowerCase() });
  });

  test.for(['', 'x', 'a'.repeat(36), '6f0e8c8a-1111-4222-8333-0123456789ab, more'])(
    'anything else (%j) is replaced by a new GUID',
    async (given) => {
      const { query } = await startTinyServer();
      const { headers, body } = await query('{ requestId }', {}, { 'x-request-id': given });
      expect(headers.get('x-request-id')).toMatch(guid);
      expect(body.data).toEqual({ requestId: headers.get('x-request-id') });
    },
  );

  test('concurrent requests keep their own', async () => {
    const { query } = await startTinyServer();
    const answers = await Promise.all(Array.from({ length: 20 }, () => query('{ requestId }')));
    for (const { headers, body } of answers) expect(body.data).toEqual({ requestId: headers.get('x-request-id') });
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(20);
  });
});

describe('authentication', () => {
  test('an unknown caller gets 401, a challenge and a GraphQL error', async () => {
    const server = await startTinyServer({
      authenticate: async () => {
        throw new AccessError('UNAUTHENTICATED', 'No credentials were given');
      },
    });
    const { status, headers, body } = await server.query('{ hello }');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="defender-gateway"');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body).toEqual({
      errors: [{ message: 'No credentials were given', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('a claims challenge reaches the client in the form that Entra uses', async () => {
    const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
    const server = await startTinyServer({
      authenticate: async () => {
        throw new AccessError('UNAUTHENTICATED', 'Stronger sign-in is needed', { claims });
      },
    });
    const { headers } = await server.query('{ hello }');
    const encoded = Buffer.from(claims).toString('base64');
    expect(headers.get('www-authenticate')).toContain(`error="insufficient_claims", claims="${encoded}"`);
  });

  test('a known caller without any right gets 403 before anything runs', async () => {
    const server = await startTinyServer({
      authenticate: async () => {
        throw new AccessError('FORBIDDEN', 'No role');
      },
    });
    const { status, body } = await server.query('{ hello }');
    expect(status).toBe(403);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  });

  test('a fault of the authentication itself is masked and logged', async () => {
    const server = await startTinyServer({
      authenticate: async () => {
        throw new Error('keys at https://login.example/keys');
      },
    });
    const { status, headers, body } = await server.query('{ hello }');
    expect(status).toBe(500);
    expect(body.errors).toEqual([
      { message: 'Internal error', extensions: { code: 'INTERNAL', requestId: headers.get('x-request-id') } },
    ]);
    expect(JSON.stringify(server.logged)).toContain('login.example');
  });

  test('resolvers see the caller and the steering headers, never the credentials', async () => {
    let seen: Readonly<Record<string, string>> = {};
    const server = await startTinyServer({
      createContext: (input) => {
        seen = input.headers;
        return input;
      },
    });
    const credentials = { authorization: 'Bearer abc', cookie: 'a=b', 'x-api-key': 'k' };
    const { body } = await server.query('{ caller explain }', {}, { ...credentials, 'x-gateway-explain': '1' });
    expect(body.data).toEqual({ caller: 'alice', explain: '1' });
    expect(Object.keys(seen).sort()).toEqual(['user-agent', 'x-gateway-explain']);
  });
});

describe('request body', () => {
  const bodies = [
    { what: 'broken JSON', body: '{"query":', headers: json, status: 400, message: 'not valid JSON' },
    { what: 'a bare string', body: '"query"', headers: json, status: 400, message: 'not valid JSON' },
    { what: 'no body', body: '', headers: json, status: 400, message: 'The body holds no operation' },
    {
      what: 'a body over the limit',
      body: JSON.stringify({ query: `{ hello } #${'x'.repeat(20_000)}` }),
      headers: json,
      status: 413,
      message: 'too large',
    },
    {
      what: 'another charset',
      body: '{"query":"{ hello }"}',
      headers: { 'content-type': 'application/json; charset=latin1' },
      status: 415,
      message: 'UTF-8',
    },
    {
      what: 'a batch of operations',
      body: '[{"query":"{ hello }"},{"query":"{ hello }"}]',
      headers: json,
      status: 400,
      message: 'batching',
    },
    {
      what: 'a form, which any page may send',
      body: 'query={hello}',
      headers: { 'content-type': 'text/plain' },
      status: 400,
      message: 'content-type: application/json',
    },
  ];
  test.for(bodies)('$what is answered with $status and a GraphQL error', async ({ body, headers, status, message }) => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});

describe('the deadline and the caller who leaves', () => {
  /** A resolver that ends only by the signal, and tells with what reason. */
  const stoppable = () => {
    const { promise: reason, resolve } = Promise.withResolvers<unknown>();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const schema = tinySchema({
      waits: (_source, _args, { signal }) =>
        new Promise((_resolve, reject) => {
          start();
          signal.addEventListener('abort', () => {
            resolve(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    return { reason, started, schema };
  };

  test('work is told to stop at the deadline, and the answer says so', async () => {
    const { schema, reason } = stoppable();
    const server = await startTinyServer({
      schema,
      limits: { depth: 5, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 50, bodyBytes: 10_000 },
    });
    const { body } = await server.query('{ waits hello }');
    expect(await reason).toBeInstanceOf(UpstreamError);
    expect(body.data).toEqual({ waits: null, hello: 'Hello world' });
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'UPSTREAM_TIMEOUT' } });
  });

  test('work is told to stop when the caller leaves, and that is no error in the log', async () => {
    const { schema, reason, started } = stoppable();
    const server = await startTinyServer({ schema });
    const leaving = new AbortController();
    const request = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: json,
      body: '{"query":"{ waits }"}',
      signal: leaving.signal,
    });
    await started;
    leaving.abort();
    await expect(request).rejects.toThrow();
    expect(await reason).toMatchObject({ name: 'CallerLeftError' });
    await expect.poll(() => server.logged.some(({ msg }) => msg === 'Caller left')).toBe(true);
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('the signal stays silent once the answer is sent', async () => {
    const signals: AbortSignal[] = [];
    const server = await startTinyServer({
      createContext: (input) => {
        signals.push(input.signal);
        return input;
      },
    });
    await server.query('{ hello }');
    await server.stop(100);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});

describe('limits over HTTP', () => {
  const queries = [
    { what: 'depth', query: '{ machines { nodes { ...on Machine { id } } } }', depth: 2 },
    { what: 'cost', query: 'query ($n: Int) { machines(first: $n) { nodes { id } } }', variables: { n: 5000 } },
    { what: 'aliases', query: `{ ${Array.from({ length: 6 }, (_, index) => `a${index}: hello`).join(' ')} }` },
    { what: 'tokens', query: `{ ${'hello '.repeat(1100)} }` },
  ];
  test.for(queries)('$what: QUERY_TOO_EXPENSIVE with 400', async ({ query, variables, depth = 5 }) => {
    const server = await startTinyServer({
      limits: { depth, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 100_000 },
    });
    const { status, body } = await server.query(query, variables);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'QUERY_TOO_EXPENSIVE' });
  });

  test('the same document is priced anew with other variables', async () => {
    const { query } = await startTinyServer();
    const document = 'query ($n: Int) { machines(first: $n) { nodes { id } } }';
    expect((await query(document, { n: 2 })).status).toBe(200);
    expect((await query(document, { n: 5000 })).status).toBe(400);
    expect((await query(document, { n: 2 })).status).toBe(200);
  });
});

describe('introspection', () => {
  test('is refused when it is off, and names are not suggested', async () => {
    const { query } = await startTinyServer({ server: { graphiql: false, introspection: false } });
    const { status, body } = await query('{ __schema { types { name } } }');
    expect(status).toBe(400);
    expect(body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await query('{ helo }')).body.errors?.[0]?.message).not.toContain('hello');
  });
});

describe('other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: { origin: 'https://portal.contoso.example', 'access-control-request-method': 'POST' },
  };

  test('are not allowed by default', async () => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}/graphql`, preflight);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test.for(['null', 'https://portal.contoso.example:8443', 'http://portal.contoso.example', 'https://CONTOSO.example'])(
    'are not allowed beside those that are: %s',
    async (origin) => {
      const server = { graphiql: false, introspection: true, cors: ['https://portal.contoso.example'] };
      const { url, query } = await startTinyServer({ server });
      const asked = await fetch(`${url}/graphql`, { ...preflight, headers: { ...preflight.headers, origin } });
      const { headers } = await query('{ hello }', {}, { origin });
      for (const answered of [asked.headers, headers]) {
        expect(answered.get('access-control-allow-origin')).toBeNull();
        expect(answered.get('access-control-allow-credentials')).toBeNull();
      }
    },
  );

  test('are allowed by exact name', async () => {
    const server = { graphiql: false, introspection: true, cors: ['https://portal.contoso.example'] };
    const { url, query } = await startTinyServer({ server });
    const response = await fetch(`${url}/graphql`, preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://portal.contoso.example');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    const { headers } = await query('{ hello }', {}, { origin: 'https://portal.contoso.example.evil.example' });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  });
});

describe('operations surface', () => {
  test('/healthz and /readyz say how it stands', async () => {
    const { url } = await startTinyServer();
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'alive' });
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, checks: { store: 'ok' } });
  });

  test('D3: /readyz tells reads and actions apart', async () => {
    const readiness = async () => ({
      ready: false,
      reads: true,
      actions: false,
      checks: { store: 'its disk is full' },
    });
    const { url } = await startTinyServer({ readiness });
    const answers = await Promise.all(['', '/reads', '/actions'].map((path) => fetch(`${url}/readyz${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([503, 200, 503]);
    expect(await answers[0]?.json()).toEqual(await readiness());
  });

  test.for([
    { what: 'is not ready', readiness: async () => ({ ready: false, checks: { store: 'no answer' } }), check: 'store' },
    { what: 'fails', readiness: async () => Promise.reject(new Error('boom')), check: 'readiness' },
  ])('/readyz is 503 when the check $what', async ({ readiness, check }) => {
    const { url } = await startTinyServer({ readiness });
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ ready: false, checks: { [check]: expect.any(String) } });
  });

  test('/metrics counts requests by route and operations by outcome, with no label from a caller', async () => {
    const metrics = createMetrics();
    const { url, query } = await startTinyServer({ metrics });
    await query('{ hello }');
    await query('{ nope }');
    await (await fetch(`${url}/secret/path`)).text();
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('gateway_graphql_operation_duration_seconds_count{type="query",outcome="OK"} 1');
    expect(text).toContain(
      'gateway_graphql_operation_duration_seconds_count{type="unknown",outcome="GRAPHQL_VALIDATION_FAILED"} 1',
    );
    expect(text).toContain(
      'gateway_http_request_duration_seconds_count{route="/graphql",method="POST",status="200"} 1',
    );
    expect(text).toContain('gateway_http_request_duration_seconds_count{route="other",method="GET",status="404"} 1');
    expect(text).not.toContain('secret');
  });

  test('an unknown path is a GraphQL error with 404', async () => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}/nowhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      errors: [{ message: 'Nothing is here; the graph is at /graphql', extensions: { code: 'NOT_FOUND' } }],
    });
  });

  test.each([
    ['/health', '/healthz'],
    ['/live', '/healthz'],
    ['/ready', '/readyz'],
    ['/readyz/read', '/readyz/reads'],
    ['/metric', '/metrics'],
    ['/graphq', '/graphql'],
    ['/graph', '/graphql'],
    ['/schema', '/schema.graphql'],
    ['/schema.grapqhl', '/schema.graphql'],
    ['/playground', '/'],
    ['/graphiql', '/'],
    ['/export', '/export/{name}'],
  ])('P3: %s names what is near', async (path, meant) => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}${path}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ message: `Nothing is here; did you mean "${meant}"? The graph is at /graphql` }],
    });
  });

  test('P3: without GraphiQL no path leads to its page', async () => {
    const { url } = await startTinyServer({ server: { graphiql: false, introspection: true } });
    for (const path of ['/', '/playground'])
      expect(await (await fetch(`${url}${path}`)).text()).toContain('Nothing is here; the graph is at /graphql');
  });

  test('P3: a place that is there, asked by another method, says which one it takes', async () => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}/healthz`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ message: '/healthz is asked for with GET, not with POST' }],
    });
  });

  test('further routes are mounted, and their faults answered in the same form', async () => {
    const { url } = await startTinyServer({
      routes: {
        '/export': (request, response) => {
          if (request.path === '/fails') throw new AccessError('UNAUTHENTICATED', 'Who are you?');
          response.send('rows');
        },
      },
    });
    expect(await (await fetch(`${url}/export/hunt`)).text()).toBe('rows');
    const refused = await fetch(`${url}/export/fails`);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toEqual({
      errors: [{ message: 'Who are you?', extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  test('answers carry security headers and do not name the server', async () => {
    const { query } = await startTinyServer();
    const { headers } = await query('{ hello }');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test("the context's additions stand in the answer's extensions", async () => {
    const { query } = await startTinyServer({
      responseExtensions: ({ headers }) =>
        headers['x-gateway-explain'] === '1' ? { gateway: { upstreamCalls: 0 } } : undefined,
    });
    expect((await query('{ hello }')).body.extensions).toBeUndefined();
    const explained = await query('{ hello }', {}, { 'x-gateway-explain': '1' });
    expect(explained.body.extensions).toEqual({ gateway: { upstreamCalls: 0 } });
  });
});
