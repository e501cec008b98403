import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import {
  AccessError,
  asGatewayError,
  type ErrorDetails,
  GatewayError,
  InputError,
  UpstreamError,
} from '../../../src/errors.ts';
import { startTinyServer, tinySchema } from '../../support/tiny-server.ts';

/** The answer and log of `{ fails }` when the resolver throws `thrown`. */
const answerTo = async (thrown: unknown) => {
  const server = await startTinyServer({
    schema: tinySchema({
      fails: () => {
        throw thrown;
      },
    }),
  });
  const answer = await server.query('{ fails }');
  return { ...answer, error: answer.body.errors?.[0], logged: server.logged };
};

describe('our own errors', () => {
  test('carry their code, their message, and the details that are known', async () => {
    const details: ErrorDetails = {
      tenant: 'contoso',
      api: 'mde',
      upstreamRequestId: '3b0a7c52-0000-4000-8000-000000000001',
      upstreamCode: 'TooManyRequests',
      upstreamStatus: 429,
      retryAfterSeconds: 17,
    };
    const { status, body, error } = await answerTo(new UpstreamError('UPSTREAM_THROTTLED', 'Too many calls', details));
    expect(status).toBe(200);
    expect(body.data).toEqual({ fails: null });
    expect(error).toMatchObject({ message: 'Too many calls', path: ['fails'] });
    expect(error?.extensions).toEqual({ code: 'UPSTREAM_THROTTLED', ...details });
  });

  test('of access leave the status at 200 once the operation runs', async () => {
    const { status, error } = await answerTo(new AccessError('FORBIDDEN', 'Not for readers'));
    expect(status).toBe(200);
    expect(error?.extensions).toEqual({ code: 'FORBIDDEN' });
  });

  test('never carry their cause', async () => {
    const { body } = await answerTo(new InputError('Bad id', {}, new Error('https://login.example/?code=abc')));
    expect(JSON.stringify(body)).not.toContain('login.example');
  });

  test('have tokens in their message masked all the same', async () => {
    const { error } = await answerTo(new GatewayError('CONFLICT', 'Got Bearer abcdefghijklmnop.q'));
    expect(error?.message).toBe('Got Bearer [redacted]');
  });

  test('of code INTERNAL are logged and carry the request id', async () => {
    const { error, headers, logged } = await answerTo(asGatewayError(new Error('deep fault')));
    expect(error?.extensions).toEqual({ code: 'INTERNAL', requestId: headers.get('x-request-id') });
    expect(JSON.stringify(logged)).toContain('deep fault');
  });
});

describe('faults of the request', () => {
  const requests = [
    { what: 'text that does not parse', query: '{', code: 'GRAPHQL_PARSE_FAILED', status: 400 },
    { what: 'an unknown field', query: '{ nope }', code: 'GRAPHQL_VALIDATION_FAILED', status: 400 },
    {
      what: 'a variable of the wrong type',
      query: 'query ($n: Int) { machines(first: $n) { nodes { id } } }',
      variables: { n: 'many' },
      code: 'BAD_USER_INPUT',
      status: 400,
    },
    {
      what: 'a null variable where none may be',
      query: 'query ($n: Int = 1) { hello(times: $n) }',
      variables: { n: null },
      code: 'BAD_USER_INPUT',
      status: 200,
    },
    {
      what: 'an operation that is not there',
      query: 'query A { hello } query B { hello }',
      code: 'BAD_USER_INPUT',
      status: 400,
    },
  ];
  test.for(requests)('$what is $code with a message to act on', async ({ query, variables, code, status }) => {
    const server = await startTinyServer();
    const answer = await server.query(query, variables);
    expect(answer.status).toBe(status);
    expect(answer.body.errors?.[0]?.extensions.code).toBe(code);
    expect(answer.body.errors?.[0]?.message).not.toBe('Internal error');
    expect(server.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a persisted query whose hash is wrong is the fault of the caller', async () => {
    const { url } = await startTinyServer();
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: '{ hello }',
        extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } },
      }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('an unknown persisted query keeps the code by which clients send it again', async () => {
    const { url } = await startTinyServer();
    const sha256Hash = 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38';
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } }),
    });
    expect(await response.json()).toMatchObject({
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
  });
});

test('a GraphQL error thrown by foreign code in a resolver is masked, whatever code it claims', async () => {
  const { error } = await answerTo(new GraphQLError('secret place', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } }));
  expect(error).toMatchObject({ message: 'Internal error', extensions: { code: 'INTERNAL' } });
});

describe('anything else that is thrown', () => {
  const secret = fc.stringMatching(/^zq[a-z0-9]{12}$/);
  const thrown = fc.oneof(
    secret.map((text) => ({ text, value: text })),
    secret.map((text) => ({ text, value: new Error(`at https://api.example/?sig=${text}`) })),
    secret.map((text) => ({ text, value: new TypeError(text, { cause: new Error(text) }) })),
    secret.map((text) => ({ text, value: { message: text, stack: text, extensions: { code: text } } })),
    secret.map((text) => ({ text, value: Object.assign(new Error(text), { extensions: { code: text, body: text } }) })),
    secret.map((text) => ({ text, value: new AggregateError([new Error(text)], text) })),
    secret.map((text) => ({
      text,
      value: new GraphQLError(text, { extensions: { code: 'BAD_USER_INPUT', at: text } }),
    })),
    secret.map((text) => ({ text, value: new GraphQLError(text, { originalError: new Error(text) }) })),
    secret.map((text) => ({ text, value: Symbol(text) })),
    fc.constantFrom(null, undefined, 0, false, '', [], {}).map((value) => ({ text: 'zqnothing', value })),
  );

  test('reaches the caller as `Internal error` with the request id, and nothing of it leaks', async () => {
    const next: { value: unknown } = { value: undefined };
    const server = await startTinyServer({
      schema: tinySchema({
        fails: () => {
          throw next.value;
        },
      }),
    });
    await fc.assert(
      fc.asyncProperty(thrown, async ({ text, value }) => {
        next.value = value;
        const { status, headers, body } = await server.query('{ fails }');
        expect(status).toBe(200);
        expect(JSON.stringify(body)).not.toContain(text);
        expect(JSON.stringify(body)).not.toMatch(/https?:|stack|\.ts/);
        expect(body.errors).toEqual([
          {
            message: 'Internal error',
            locations: [{ line: 1, column: 3 }],
            path: ['fails'],
            extensions: { code: 'INTERNAL', requestId: headers.get('x-request-id') },
          },
        ]);
      }),
      { numRuns: 150 },
    );
  });

  test('is logged whole: type, message, stack and cause, under the id that the caller was told', async () => {
    const cause = new Error('socket hang up');
    const { logged, headers } = await answerTo(new TypeError('no such row', { cause }));
    const line = logged.find(({ msg }) => msg === 'Unexpected error');
    expect(line).toMatchObject({
      level: 'error',
      requestId: headers.get('x-request-id'),
      path: ['fails'],
      err: { type: 'TypeError', message: 'no such row', cause: { message: 'socket hang up' } },
    });
    expect(JSON.stringify(line)).toContain('error-format.test.ts');
  });
});
