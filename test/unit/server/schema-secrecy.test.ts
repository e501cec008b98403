import { describe, expect, test } from 'vitest';
import { startTinyServer } from '../../support/tiny-server.ts';

/** Callers by their API key; all but `outsider` may read the schema. */
const started = () =>
  startTinyServer({
    authenticate: async (headers) => ({ name: String(headers['x-api-key'] ?? 'alice') }),
    permits: ({ caller }) => caller.name !== 'outsider',
  });
const outsider = { 'x-api-key': 'outsider' };

const asked = [
  '{ __schema { types { name } } }',
  '{ __type(name: "Machine") { name } }',
  '{ hello ... on Query { __schema { description } } }',
  '{ hello ...S } fragment S on Query { __schema { description } }',
  'query Fine { hello } query Hidden { __schema { description } }',
];

describe('a caller who may not read the schema', () => {
  test.each(asked)('is refused %s, also when another has asked it before', async (query) => {
    const server = await started();
    const body = { query, operationName: query.includes('Hidden') ? 'Hidden' : undefined };
    const ask = async (headers: Record<string, string>) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    const refused = {
      status: 403,
      body: {
        errors: [
          {
            message: 'The permission "schema:read" is needed to read the schema',
            extensions: { code: 'FORBIDDEN' },
          },
        ],
      },
    };
    expect(await ask(outsider)).toEqual(refused);
    expect((await ask({})).status).toBe(200);
    expect(await ask(outsider)).toEqual(refused);
    expect((await ask({})).status).toBe(200);
  });

  test('asks everything else', async () => {
    const { query } = await started();
    const { status, body } = await query('{ __typename hello machines { __typename } }', {}, outsider);
    expect(status).toBe(200);
    expect(body.errors).toBeUndefined();
  });

  test.each([
    ['a field', '{ helo }', {}, 'hello'],
    ['an argument', '{ hello(nam: "x") }', {}, '"name"'],
    ['a type', 'query ($n: Strin) { hello(name: $n) }', {}, '"String"'],
    ['a field that needs a selection', '{ machines }', {}, '{ ... }'],
  ])('is told of no name that they did not say: %s', async (_name, text, variables, suggested) => {
    const { query } = await started();
    const messagesFor = async (headers: Record<string, string>): Promise<string> => {
      const { status, body } = await query(text, variables, headers);
      expect(status).toBe(400);
      return JSON.stringify(body.errors);
    };
    expect(await messagesFor({})).toContain(suggested.replaceAll('"', '\\"'));
    expect(await messagesFor(outsider)).not.toContain('Did you mean');
    expect(await messagesFor({})).toContain('Did you mean');
  });
});

test('with introspection off nobody reads the schema, whatever they may', async () => {
  const { query } = await startTinyServer({
    server: { graphiql: false, introspection: false },
    permits: () => true,
  });
  const { status, body } = await query('{ __schema { types { name } } }');
  expect(status).toBe(400);
  expect(body.errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  expect((await query('{ helo }')).body.errors?.[0]?.message).not.toContain('hello');
});
