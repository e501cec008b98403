import { describe, expect, test } from 'vitest';
import { startTinyServer, type TinyDeps, tinySchema } from '../../support/tiny-server.ts';

const limits = {
  depth: 3,
  cost: 100,
  aliases: 2,
  tokens: 100,
  requestTimeoutMs: 5000,
  bodyBytes: 10_000,
  batchSize: 3,
};

const started = async (deps: Partial<TinyDeps> = {}) => {
  const server = await startTinyServer({ limits, ...deps });
  const send = async (operations: unknown) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operations),
    });
    return { status: response.status, body: await response.json() };
  };
  return { ...server, send };
};

const hello = (name: string) => ({ query: 'query ($name: String) { hello(name: $name) }', variables: { name } });
const machines = (first: number) => ({ query: `{ machines(first: ${first}) { nodes { id } } }` });
const refused = (code: string, message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code } }],
});

test('operations are answered in their order', async () => {
  const { send } = await started();
  expect(await send([hello('a'), { query: 'mutation { rename(name: "b") }' }, hello('c')])).toEqual({
    status: 200,
    body: [{ data: { hello: 'Hello a' } }, { data: { rename: 'b' } }, { data: { hello: 'Hello c' } }],
  });
});

test('a fault of one is its own', async () => {
  const { send } = await started();
  const { body } = await send([hello('a'), { query: '{' }, hello('c')]);
  expect(body).toMatchObject([{ data: {} }, refused('GRAPHQL_PARSE_FAILED', /Syntax/), { data: {} }]);
});

describe('a list is refused', () => {
  test.each([
    ['that is empty', [], /The list of operations is empty/],
    ['that is too long', Array.from({ length: 4 }, () => hello('a')), /may hold 3 operations .*, not 4/],
    ['with something else in it', [hello('a'), 'query'], /The body holds no operation/],
    ['in a list', [[hello('a')]], /The body holds no operation/],
  ])('%s', async (_name, operations, message) => {
    const { send } = await started();
    expect(await send(operations)).toEqual({ status: 400, body: refused('BAD_USER_INPUT', message) });
  });

  test('where lists are off', async () => {
    const { send } = await started({ limits: { ...limits, batchSize: 1 } });
    expect(await send([hello('a')])).toEqual({ status: 400, body: refused('BAD_USER_INPUT', /batching disabled/) });
  });
});

describe('limits', () => {
  test('cost holds for all operations together', async () => {
    const { send } = await started();
    expect(await send([machines(40), machines(40)])).toMatchObject({ status: 200, body: [{ data: {} }, { data: {} }] });
    const { body } = await send([machines(60), machines(60)]);
    expect(body).toMatchObject([
      { data: {} },
      refused('QUERY_TOO_EXPENSIVE', /with the others of its request \(61\) a cost of 122, the limit is 100/),
    ]);
    // What one request cost is not held against the next.
    expect((await send(machines(60))).status).toBe(200);
  });

  test('depth, aliases and tokens hold for each', async () => {
    const { send } = await started();
    const two = { query: '{ a: hello b: hello }' };
    const three = { query: '{ a: hello b: hello c: hello }' };
    expect((await send([two, two])).body).toMatchObject([{ data: {} }, { data: {} }]);
    expect((await send([two, three])).body).toMatchObject([{ data: {} }, refused('QUERY_TOO_EXPENSIVE', /aliases/)]);
  });
});

describe('the context', () => {
  /** What each operation found in its context, by the operation's name. */
  const observed = () => {
    const seen = new Map<string, unknown>();
    const schema = tinySchema({
      fails: (_source, _args, context) => {
        seen.set(`query ${seen.size}`, context);
        return null;
      },
      renames: (_source, _args, context) => {
        seen.set(`mutation ${seen.size}`, context);
      },
    });
    return { seen, schema };
  };
  const partOf = (context: unknown, name: string): unknown =>
    typeof context === 'object' && context !== null ? Object.entries(context).find(([key]) => key === name)?.[1] : null;

  test('signal and headers are one for all; a mutation has what is said to be its own', async () => {
    const { seen, schema } = observed();
    const { send } = await started({ schema, mutationContext: () => ({ headers: { traceparent: 'own' } }) });
    const query = { query: '{ fails }' };
    const mutation = { query: 'mutation { rename(name: "x") }' };
    await send([query, mutation, query]);
    const parts = (kind: string, name: string) =>
      [...seen].filter(([key]) => key.startsWith(kind)).map(([, context]) => partOf(context, name));
    expect(new Set([...parts('query', 'signal'), ...parts('mutation', 'signal')]).size).toBe(1);
    expect(new Set(parts('query', 'headers')).size).toBe(1);
    expect(parts('mutation', 'headers')).toEqual([{ traceparent: 'own' }]);
  });

  test("of a mutation alone is the request's", async () => {
    const { seen, schema } = observed();
    const { send } = await started({ schema, mutationContext: () => ({ headers: { traceparent: 'own' } }) });
    await send({ query: 'mutation { rename(name: "x") }' });
    expect(partOf(seen.get('mutation 0'), 'headers')).not.toEqual({ traceparent: 'own' });
  });
});
