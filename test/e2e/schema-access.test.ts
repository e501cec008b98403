import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

/** Every built-in role, and one that may read what is in the graph but not the graph. */
const builtIn = ['reader', 'hunter', 'responder', 'admin'];

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.1 })] },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access'],
          {
            roles: {
              outsider: ['tenant:read', 'incident:read'],
              limited: { permissions: ['machine:read', 'schema:read'], machineTags: ['none-has-it'] },
            },
            apiKeys: [...builtIn, 'outsider', 'limited'].map((role) => keyRow(role, { roles: [role] })),
          },
        ],
      ]),
  });
});
afterAll(() => running.stop());

const introspection = getIntrospectionQuery();

test.each([...builtIn, 'limited'])('%s reads the schema', async (role) => {
  const { status, errors, data } = await running.ask<object>(introspection, {}, keyHeader(role));
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
  expect(data).toHaveProperty('__schema');
});

const schemaText = (headers: Readonly<Record<string, string>>) =>
  fetch(`${new URL(running.gateway.url).origin}/schema.graphql`, { headers });

test('P3: /schema.graphql has the schema for who may introspect it, and for nobody else', async () => {
  const shown = await schemaText(keyHeader('limited'));
  expect(shown.status).toBe(200);
  expect(await shown.text()).toContain('enum ErrorCode {');
  const refused = await schemaText(keyHeader('outsider'));
  expect(refused.status).toBe(403);
  expect(await refused.text()).not.toContain('enum');
  expect((await schemaText({})).status).toBe(401);
});

test('P3: a time without its zone is refused at its place', async () => {
  const query = '{ incidents(filter: { createdAfter: "2026-11-20T08:00" }) { nodes { title } } }';
  expect((await running.ask(query, {}, keyHeader('reader'))).errors).toMatchObject([
    { message: expect.stringContaining('with a zone'), locations: [{ line: 1 }] },
  ]);
});

test('P3: a time in a variable is refused without its value, which may be a secret in the wrong place', async () => {
  const query = 'query ($after: DateTime) { incidents(filter: { createdAfter: $after }) { nodes { title } } }';
  for (const after of ['hunter2', 4711, { key: 'hunter2' }]) {
    const { status, text } = await running.ask(query, { after }, keyHeader('reader'));
    expect(status).toBe(400);
    expect(text).toContain('with a zone');
    expect(text).not.toMatch(/hunter2|4711/);
  }
});

describe('a role without schema:read', () => {
  const ask = (query: string, variables: Readonly<Record<string, unknown>> = {}) =>
    running.ask<object>(query, variables, keyHeader('outsider'));

  test('asks, and is refused the schema: also the document that others were just given', async () => {
    expect((await ask('{ viewer { name } }')).errors).toEqual([]);
    await running.ask(introspection, {}, keyHeader('admin'));
    const { status, errors, data } = await ask(introspection);
    expect(status).toBe(403);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(data).toBeUndefined();
  });

  test.each([
    ['a field', '{ incidens { nodes { title } } }', {}],
    ['a value in the text', '{ incidents(filter: { severity: [HIG] }) { nodes { title } } }', {}],
    [
      'a value of a variable',
      'query ($s: [Severity!]) { incidents(filter: { severity: $s }) { nodes { title } } }',
      { s: ['HIG'] },
    ],
    [
      'an input field in a variable',
      'query ($f: IncidentFilter) { incidents(filter: $f) { nodes { title } } }',
      { f: { severty: ['HIGH'] } },
    ],
  ])('is told of no name that they did not say: %s', async (_name, query, variables) => {
    const { status, errors, text } = await ask(query, variables);
    expect(status).toBe(400);
    expect(errors.length).toBeGreaterThan(0);
    expect(text).not.toContain('Did you mean');
    expect((await running.ask(query, variables, keyHeader('admin'))).text).toContain('Did you mean');
  });
});
