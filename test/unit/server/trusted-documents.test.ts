import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createOperationLimits } from '../../../src/access/limits.ts';
import type { ServerPermission } from '../../../src/server/app-deps.ts';
import { faultsOfDocuments, type TrustedDocument } from '../../../src/server/trusted-documents.ts';
import { startTinyServer, tinySchema } from '../../support/tiny-server.ts';

const json = { 'content-type': 'application/json' };
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const documentOf = (id: string, body: string): TrustedDocument => ({ id, sha256: sha256(body), body });

const greeting = 'query Greeting($name: String) { hello(name: $name) }';
const renaming = 'mutation Renaming { rename(name: "x") }';
const documents = [documentOf('greeting-1', greeting), documentOf(sha256(renaming), renaming)];

const started = (mode: 'apq' | 'off' | 'trusted' = 'trusted', permitted: readonly ServerPermission[] = []) =>
  startTinyServer({
    server: { graphiql: false, introspection: true, persistedQueries: mode, trustedDocuments: documents },
    limits: { depth: 5, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 10_000, batchSize: 5 },
    permits: (_context, permission) => permitted.includes(permission),
  });

const post = async (url: string, body: unknown) => {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
};
const get = async (url: string, parameters: Record<string, string>) => {
  const response = await fetch(`${url}/graphql?${new URLSearchParams(parameters)}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  return { status: response.status, body: await response.json() };
};
const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
const refusal = (code: string) => ({ errors: [{ extensions: { code } }] });

describe('a trusted document runs', () => {
  const variables = { name: 'Adele' };
  const answer = { status: 200, body: { data: { hello: 'Hello Adele' } } };

  test.each([
    ['by its id', { documentId: 'greeting-1', variables }],
    ['by its hash as an id', { documentId: sha256(greeting), variables }],
    ['by its hash as an id of that kind', { documentId: `sha256:${sha256(greeting)}`, variables }],
    ['by the hash of Apollo clients', { extensions: persisted(sha256(greeting)), variables }],
    ['by its id where Apollo clients send a hash', { extensions: persisted('greeting-1'), variables }],
    ['by its very text', { query: greeting, variables }],
    ['by its text beside a hash', { query: greeting, extensions: persisted(sha256(greeting)), variables }],
  ])('%s', async (_name, body) => {
    const { url } = await started();
    expect(await post(url, body)).toEqual(answer);
  });

  test('by GET, in either way', async () => {
    const { url } = await started();
    const named = { variables: JSON.stringify(variables) };
    expect(await get(url, { ...named, documentId: 'greeting-1' })).toEqual(answer);
    expect(await get(url, { ...named, extensions: JSON.stringify(persisted(sha256(greeting))) })).toEqual(answer);
  });

  test('but no mutation by GET', async () => {
    const { url } = await started();
    expect((await get(url, { documentId: sha256(renaming) })).status).toBe(405);
  });
});

describe('what is not in the list is refused', () => {
  test.each([
    ['another text', { query: '{ hello }' }, 'BAD_USER_INPUT'],
    ['a text that differs by a space', { query: `${greeting} ` }, 'BAD_USER_INPUT'],
    ['a text that does not parse', { query: '{' }, 'BAD_USER_INPUT'],
    ['a text that no limit allows', { query: `{ ${'hello '.repeat(1100)} }` }, 'BAD_USER_INPUT'],
    ['another text under a trusted hash', { query: '{ hello }', documentId: 'greeting-1' }, 'BAD_USER_INPUT'],
    [
      'another text to be remembered',
      { query: '{ hello }', extensions: persisted(sha256('{ hello }')) },
      'BAD_USER_INPUT',
    ],
    ['nothing', { variables: {} }, 'BAD_USER_INPUT'],
    ['an id that is no text', { documentId: { toString: 'greeting-1' } }, 'BAD_USER_INPUT'],
    ['an unknown id', { documentId: 'greeting-2' }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['an unknown hash', { extensions: persisted(sha256('{ hello }')) }, 'PERSISTED_QUERY_NOT_FOUND'],
    ['a name that every object has', { documentId: 'constructor' }, 'PERSISTED_QUERY_NOT_FOUND'],
  ])('%s', async (_name, body, code) => {
    const { url } = await started();
    const answer = await post(url, body);
    expect(answer).toMatchObject({ status: 400, body: refusal(code) });
    expect(answer.body).not.toHaveProperty('data');
    // A second time, now that Apollo may have kept what it saw.
    expect(await post(url, body)).toMatchObject({ status: 400, body: refusal(code) });
  });

  test('alone: the rest of its batch runs', async () => {
    const { url } = await started();
    const { body } = await post(url, [{ query: '{ hello }' }, { documentId: 'greeting-1' }]);
    expect(body).toMatchObject([refusal('BAD_USER_INPUT'), { data: { hello: expect.any(String) } }]);
  });
});

describe('a caller with document:any', () => {
  test('asks freely, and by id', async () => {
    const { url } = await started('trusted', ['document:any']);
    expect(await post(url, { query: '{ hello }' })).toMatchObject({ status: 200 });
    expect(await post(url, { documentId: 'greeting-1' })).toMatchObject({ status: 200 });
    expect(await post(url, { documentId: 'unknown' })).toMatchObject(refusalOf(400, 'PERSISTED_QUERY_NOT_FOUND'));
  });

  test('does not make what one caller asked known to others', async () => {
    const permitted: ServerPermission[] = ['document:any'];
    const { url } = await started('trusted', permitted);
    await post(url, { query: '{ hello }', extensions: persisted(sha256('{ hello }')) });
    permitted.pop();
    expect(await post(url, { query: '{ hello }' })).toMatchObject(refusalOf(400, 'BAD_USER_INPUT'));
    expect(await post(url, { extensions: persisted(sha256('{ hello }')) })).toMatchObject(
      refusalOf(400, 'PERSISTED_QUERY_NOT_FOUND'),
    );
  });
});

const refusalOf = (status: number, code: string) => ({ status, body: refusal(code) });

test('apq remembers a text by its hash, and knows no list', async () => {
  const { url } = await started('apq');
  const hash = persisted(sha256('{ hello }'));
  expect((await post(url, { extensions: hash })).body).toMatchObject(refusal('PERSISTED_QUERY_NOT_FOUND'));
  expect((await post(url, { query: '{ hello }', extensions: hash })).status).toBe(200);
  await expect.poll(async () => (await post(url, { extensions: hash })).body).toMatchObject({ data: {} });
  expect((await post(url, { documentId: 'greeting-1' })).status).toBe(400);
});

test('off knows neither', async () => {
  const { url } = await started('off');
  const extensions = persisted(sha256('{ hello }'));
  expect((await post(url, { extensions })).body).toMatchObject(refusal('PERSISTED_QUERY_NOT_SUPPORTED'));
  expect((await post(url, { query: '{ hello }', extensions })).body).toMatchObject(
    refusal('PERSISTED_QUERY_NOT_SUPPORTED'),
  );
  expect((await post(url, { query: '{ hello }' })).status).toBe(200);
});

test('documents that could never be answered are known beforehand, each with every fault', () => {
  const schema = tinySchema();
  const limits = createOperationLimits({
    schema,
    limits: { depth: 2, cost: 1, aliases: 1, tokens: 20 },
    introspection: false,
  });
  const given = {
    fine: greeting,
    syntax: '{ hello',
    unknown: '{ hallo helo }',
    deep: '{ machines { nodes { id } } }',
    long: `{ ${'hello '.repeat(30)} }`,
    schema: '{ __schema { description } }',
  };
  const faults = faultsOfDocuments(
    Object.entries(given).map(([id, body]) => documentOf(id, body)),
    schema,
    limits,
  );
  expect(faults.map(({ id }) => id)).toEqual(['syntax', 'unknown', 'unknown', 'deep', 'long', 'schema']);
  expect(faults.map(({ message }) => message)).toMatchObject(
    [/Syntax Error/, /hallo/, /helo/, /depth of 3, the limit is 2/, /tokens/, /introspection/].map((pattern) =>
      expect.stringMatching(pattern),
    ),
  );
});
