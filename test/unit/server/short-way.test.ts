import { ApolloServer } from '@apollo/server';
import { parse } from 'graphql';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { GatewayError } from '../../../src/errors.ts';
import { createKnownDocuments } from '../../../src/server/short-way/known.ts';
import { createContentTypes } from '../../../src/server/short-way/media.ts';
import { startTinyServer, type TinyContext, type TinyDeps, tinySchema } from '../../support/tiny-server.ts';

/** How often Apollo was asked since then. */
const askedApollo = (): (() => number) => {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  onTestFinished(() => apollo.mockRestore());
  return () => apollo.mock.calls.length;
};

const refusal = new GatewayError('RATE_LIMITED', 'Too many points', { retryAfterSeconds: 7 });

/** A server whose rates, room and resolver write down what they are asked. */
const startCounted = async (deps: Partial<TinyDeps> = {}) => {
  const counts = { requests: 0, points: 0, begun: 0, ended: 0, run: 0, contexts: 0, closed: 0 };
  const count = (what: keyof typeof counts): void => {
    counts[what] += 1;
  };
  const server = await startTinyServer({
    schema: tinySchema({ fails: () => count('run') }),
    createContext: (input) => {
      count('contexts');
      return input;
    },
    onClosed: () => count('closed'),
    rates: { count: async () => count('requests'), spend: async () => {}, signInFailed: async () => {} },
    spend: async () => count('points'),
    load: {
      checkRoom: () => {},
      begin: () => {
        count('begun');
        return () => count('ended');
      },
      turn: async () => {},
    },
    shortWay: 'learned',
    ...deps,
  });
  return { ...server, counts };
};

test('a document goes past Apollo once Apollo has answered it, with the same answer', async () => {
  const { query } = await startTinyServer({ shortWay: 'learned' });
  const asked = askedApollo();
  const first = await query('{ hello }');
  expect(asked()).toBe(1);
  const second = await query('{ hello }');
  expect(asked()).toBe(1);
  expect(second.body).toEqual(first.body);
});

test.each([
  ['switched off', { shortWay: 'off' }, '{ hello }'],
  ['a mutation', {}, 'mutation { rename(name: "a") }'],
  ['the schema', {}, '{ __schema { queryType { name } } }'],
  ['a document that was answered with an error', {}, '{ fails(a: 1) }'],
] as const)('%s: Apollo is asked each time', async (_what, deps, document) => {
  const { query } = await startTinyServer({ shortWay: 'learned', ...deps });
  const asked = askedApollo();
  await query(document);
  await query(document);
  expect(asked()).toBe(2);
});

describe('a request is counted once', () => {
  test('on the short way', async () => {
    const { query, counts } = await startCounted();
    const asked = askedApollo();
    await query('{ fails }');
    await query('{ fails }');
    expect(asked()).toBe(1);
    expect(counts).toMatchObject({ requests: 2, points: 2, begun: 2, ended: 2, run: 2, contexts: 2 });
    await expect.poll(() => counts.closed).toBe(2);
  });

  test('when it is found on the short way that it has to go the whole one', async () => {
    const { query, counts } = await startCounted();
    const document = 'query ($times: Int! = 1) { fails hello(times: $times) }';
    await query(document);
    const asked = askedApollo();
    expect((await query(document, { times: 'many' })).status).toBe(400);
    expect(asked()).toBe(1);
    expect(counts).toMatchObject({ requests: 2, points: 1, begun: 1, ended: 1, run: 1, contexts: 2 });
  });

  test.each(['spend', 'begin', 'turn'] as const)('and asked once whether there is room: refused by %s', async (by) => {
    const tried = { spend: 0, begin: 0, turn: 0 };
    let refuses = false;
    const ended = vi.fn();
    const refuseIn = (step: keyof typeof tried): void => {
      tried[step] += 1;
      if (refuses && step === by) throw refusal;
    };
    const { query, counts } = await startCounted({
      spend: async () => refuseIn('spend'),
      load: {
        checkRoom: () => {},
        begin: () => {
          refuseIn('begin');
          return ended;
        },
        turn: async () => refuseIn('turn'),
      },
    });
    await query('{ fails }');
    refuses = true;
    Object.assign(tried, { spend: 0, begin: 0, turn: 0 });
    ended.mockClear();
    const { status, body, headers } = await query('{ fails }');
    expect([status, headers.get('retry-after'), body.errors?.[0]?.extensions.code]).toEqual([429, '7', 'RATE_LIMITED']);
    expect(tried[by]).toBe(1);
    expect(ended).toHaveBeenCalledTimes(by === 'begin' ? 0 : 1);
    // It was not run.
    expect(counts.run).toBe(1);
  });

  test('when its context is refused', async () => {
    let refuses = false;
    const count = vi.fn(async () => {
      if (refuses) throw refusal;
    });
    const { query } = await startCounted({ rates: { count, spend: async () => {}, signInFailed: async () => {} } });
    await query('{ fails }');
    refuses = true;
    count.mockClear();
    expect((await query('{ fails }')).status).toBe(429);
    expect(count).toHaveBeenCalledTimes(1);
  });
});

test('a document that one caller may have run is not run for another who may not', async () => {
  const mayAll = ({ headers }: TinyContext): boolean => headers['user-agent'] === 'admin';
  const { query } = await startTinyServer({
    shortWay: 'learned',
    server: { graphiql: false, introspection: true, persistedQueries: 'trusted', trustedDocuments: [] },
    permits: mayAll,
  });
  const asked = askedApollo();
  const admin = { 'user-agent': 'admin' };
  expect((await query('{ caller }', {}, admin)).status).toBe(200);
  expect((await query('{ caller }', {}, admin)).status).toBe(200);
  expect(asked()).toBe(1);
  const other = await query('{ caller }', {}, { 'user-agent': 'other' });
  expect([other.status, other.body.data]).toEqual([400, undefined]);
});

test('callers of one document are told apart', async () => {
  const { query } = await startTinyServer({
    shortWay: 'learned',
    authenticate: async (headers) => ({ name: String(headers['x-api-key']) }),
  });
  const named = await Promise.all(
    ['a', 'b', 'a', 'c'].map(async (key) => (await query('{ caller }', {}, { 'x-api-key': key })).body.data?.caller),
  );
  expect(named).toEqual(['a', 'b', 'a', 'c']);
});

test('documents that are known are bounded, in number and in size', () => {
  const known = createKnownDocuments();
  const document = parse('{ hello }');
  for (let number = 0; number < 501; number += 1) {
    known.learn(`# ${number}`, document);
    known.documentOf('# 0');
  }
  expect([known.documentOf('# 0'), known.documentOf('# 1'), known.documentOf('# 2')]).toEqual([
    document,
    undefined,
    document,
  ]);
  known.learn('#'.repeat(200_001), document);
  expect(known.documentOf('#'.repeat(200_001))).toBeUndefined();
  known.learn('#'.repeat(199_999), document);
  expect(known.documentOf('# 2')).toBeUndefined();
});

test('media types that are known are bounded, and learned of good answers alone', () => {
  const types = createContentTypes();
  types.learn('a', 406, 'application/json');
  expect(types.of('a')).toBeUndefined();
  for (let number = 0; number < 101; number += 1) types.learn(`a/${number}`, 200, 'application/json');
  expect([types.of('a/0'), types.of('a/1')]).toEqual([undefined, 'application/json']);
});
