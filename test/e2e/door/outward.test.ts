import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [simTenant('contoso', { scale: 0.2 }), simTenant('fabrikam', { scale: 0.2 })],
      enforceQuotas: false,
      // Token requests are counted.
      oddities: { entraPassing: false },
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 1, 'auth', 'clientSecret'], 'a-wrong-secret'],
        [
          ['access'],
          {
            roles: {
              outsider: ['incident:read'],
              partly: { permissions: ['tenant:read'], tenants: ['contoso'] },
            },
            apiKeys: [
              ...['reader', 'responder', 'admin', 'outsider'].map((role) => keyRow(role, { roles: [role] })),
              keyRow('partly', { roles: ['partly', 'outsider'] }),
            ],
          },
        ],
      ]),
  });
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.faults.clear());

const harmless = JSON.stringify({ query: '{ viewer { name } }' });

/** A request with headers as they are, which `fetch` would join. */
const send = async (headers: readonly string[], body: string | Buffer = harmless, path = '/graphql') => {
  const { hostname, port, host } = new URL(running.gateway.url);
  const length = ['content-type', 'application/json', 'content-length', String(Buffer.byteLength(body)), 'host', host];
  const asked = request({ hostname, port, path, method: 'POST', headers: [...length, ...headers] });
  asked.end(body);
  const [answer] = await Promise.all([
    new Promise<import('node:http').IncomingMessage>((resolve) => asked.once('response', resolve)),
  ]);
  return { status: answer.statusCode, headers: answer.headers, text: await textOf(answer) };
};

describe('D2: what Microsoft says', () => {
  const token = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.c`;
  const message = `Refused\u001b[2J\u202e for Bearer ${token}\r\nforged: line ${'y'.repeat(50_000)}`;
  const isClean = (text: string): void => {
    expect(text).not.toMatch(/eyJa|\\u001b|\\u202e|\u202e|\\r\\n|y{2000}/);
    expect(text).toMatch(/for Bearer \[(?:redacted|token)\] forged: line y+/);
  };

  test('D2: is masked and cut in failures, and as the error of a list', async () => {
    running.simulator.faults.add({
      tenant: 'contoso',
      operation: 'listMachines',
      effect: { kind: 'status', status: 400, message },
    });
    const told = await running.ask(
      '{ machines(tenants: ["contoso"]) { nodes { id } failures { message } } }',
      {},
      keyHeader('reader'),
    );
    isClean(told.text);
    const beside = await running.ask('{ machines(tenants: ["contoso"]) { nodes { id } } }', {}, keyHeader('reader'));
    isClean(beside.text);
  });

  test('D2: is masked and cut in the results of an action', async () => {
    const [machine] = running.simulator.world('contoso').machines;
    running.simulator.faults.add({ operation: 'isolateMachine', effect: { kind: 'status', status: 400, message } });
    const action = `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${machine?.id}"], comment: "x" }) { results { error { message } } } }`;
    isClean((await running.ask(action, {}, keyHeader('responder'))).text);
  });
});

test('D1: connectivity asks for tokens with a refused secret once, however often it is asked', async () => {
  const look = (at: number): string =>
    `a${at}: tenant(name: "fabrikam") { connectivity { apis { tokenError { code } } } }`;
  const query = `{ ${Array.from({ length: 20 }, (_, at) => look(at)).join(' ')} }`;
  const tokens = () => running.simulator.calls.count({ operation: 'entra.token', tenant: 'fabrikam' });
  running.simulator.calls.reset();
  await running.ask(query, {}, keyHeader('reader'));
  const first = tokens();
  // One for each API.
  expect(first).toBeLessThanOrEqual(3);
  for (let time = 0; time < 3; time += 1) await running.ask(query, {}, keyHeader('reader'));
  expect(tokens() - first).toBeLessThanOrEqual(3);
});

const long = 'x'.repeat(900_000);
const action = (field: string, input: string, list: string) => ({
  query: `mutation ($i: ${input}!) { ${field}(input: $i) { results { ${list.replace(/s$/, '')} error { message } } } }`,
  variables: { i: { tenant: 'contoso', dryRun: true, comment: 'x', [list]: [long] } },
});

test.each([
  [
    'a word of an enum',
    {
      query: 'query ($a: [Severity!]) { incidents(filter: { severity: $a }) { nodes { id } } }',
      variables: { a: [long] },
    },
  ],
  [
    'a time',
    {
      query: 'query ($t: DateTime) { incidents(filter: { createdAfter: $t }) { nodes { id } } }',
      variables: { t: long },
    },
  ],
  ['a number', { query: 'query ($n: Int) { machines(first: $n) { nodes { id } } }', variables: { n: long } }],
  [
    'a name of a field',
    { query: 'query ($f: MachineFilter) { machines(filter: $f) { nodes { id } } }', variables: { f: { [long]: 1 } } },
  ],
  ['the place of a text', { query: '{ viewer { name } }', variables: { [long]: '\ud800' } }],
  ['a field of the document', { query: `{ ${long} }`, variables: {} }],
  [
    'a value of the document',
    { query: `{ incidents(filter: { severity: [${long}] }) { nodes { id } } }`, variables: {} },
  ],
  [
    'an alias, which errors have in their path',
    { query: `{ ${long}: tenant(name: "nobody") { name } }`, variables: {} },
  ],
  ['a tenant', { query: 'query ($x: String!) { tenant(name: $x) { name } }', variables: { x: long } }],
  ['an id', { query: 'query ($x: ID!) { machine(tenant: "contoso", machineId: $x) { id } }', variables: { x: long } }],
  ['a global id', { query: 'query ($x: ID!) { node(id: $x) { id } }', variables: { x: long } }],
  ['a target of an action', action('isolateMachines', 'IsolateMachinesInput', 'machineIds')],
  ['an incident to be changed', action('addComment', 'AddCommentInput', 'incidentIds')],
])('D2: %s that is wrong is echoed as far as people read', async (_, { query, variables }) => {
  const { text, errors } = await running.ask(query, variables, keyHeader('admin'));
  expect(text).toMatch(/"message":/);
  expect(errors.length).toBeLessThanOrEqual(1);
  expect(text.length).toBeLessThan(4000);
});

describe('D2: tenants', () => {
  const query = '{ tenants { name tenantId } }';

  test('D2: are not listed without tenant:read', async () => {
    const { errors, text } = await running.ask(query, {}, keyHeader('outsider'));
    expect(errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' }, message: expect.stringMatching(/tenant:read/) },
    ]);
    expect(text).not.toMatch(/contoso|fabrikam/);
  });

  test('D2: are those in which it is had', async () => {
    const { data } = await running.ask<{ tenants: { name: string }[] }>(query, {}, keyHeader('partly'));
    expect(data.tenants.map(({ name }) => name)).toEqual(['contoso']);
  });

  test('D2: have no id of a directory without it, whichever way they are met', async () => {
    const ids = running.simulator.tenants.map(({ tenantId }) => tenantId);
    for (const path of [
      'viewer { tenants { name tenantId } grants { tenants { tenantId } } }',
      'tenant(name: "contoso") { name tenantId }',
      'incidents(tenants: ["contoso"], first: 1) { nodes { tenant { name tenantId } } }',
    ]) {
      const { errors, text } = await running.ask(`{ ${path} }`, {}, keyHeader('outsider'));
      expect(errors, text).toEqual([]);
      expect(
        ids.filter((id) => text.includes(id)),
        path,
      ).toEqual([]);
    }
    const { text } = await running.ask('{ tenant(name: "contoso") { tenantId } }', {}, keyHeader('partly'));
    expect(text).toContain(ids[0]);
  });
});

describe('D2: the request', () => {
  test('D2: answers are not stored by anybody, refusals neither', async () => {
    for (const headers of [['x-api-key', 'reader'], ['x-api-key', 'nobody'], []]) {
      expect((await send(headers)).headers['cache-control']).toBe('no-store');
    }
  });

  test.each([
    ['authorization', 'ApiKey reader', 'ApiKey nobody'],
    ['authorization', 'ApiKey reader', 'ApiKey reader'],
    ['x-api-key', 'reader', 'nobody'],
  ])('D2: two %s headers are refused (%s, %s)', async (name, first, second) => {
    expect((await send([name, first])).status).toBe(200);
    const { status, text } = await send([name, first, name, second]);
    expect({ status, text }).toMatchObject({ status: 401, text: expect.stringMatching(/more than one/) });
  });

  const withUmlaut = JSON.stringify({ query: '{ viewer { name } } # für' });
  test.each([
    ['ISO 8859-1', Buffer.from(withUmlaut, 'latin1')],
    [
      'half a character',
      Buffer.concat([Buffer.from('{"query":"{ viewer { name } } #'), Buffer.from([0xe2, 0x82]), Buffer.from('"}')]),
    ],
    [
      'a surrogate in UTF-8',
      Buffer.concat([
        Buffer.from('{"query":"{ viewer { name } } #'),
        Buffer.from([0xed, 0xa0, 0x80]),
        Buffer.from('"}'),
      ]),
    ],
  ])('D2: a body in %s is refused, with a word on PowerShell', async (_, body) => {
    const { status, text } = await send(['x-api-key', 'reader'], body);
    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringMatching(/not UTF-8.*PowerShell 5\.1/) });
  });

  test('D2: a body in UTF-8 is taken, with a byte order mark too', async () => {
    expect((await send(['x-api-key', 'reader'], withUmlaut)).status).toBe(200);
    expect((await send(['x-api-key', 'reader'], `\ufeff${withUmlaut}`)).status).toBe(200);
  });

  test('D2: a URL whose escapes are no UTF-8 is refused', async () => {
    const ask = (query: string) =>
      fetch(`${running.gateway.url}/graphql?query=${query}`, {
        headers: { ...keyHeader('reader'), 'apollo-require-preflight': '1' },
      });
    expect((await ask('%7Bviewer%7Bname%7D%7D%23%C3%BC')).status).toBe(200);
    expect((await ask('%7Bviewer%7Bname%7D%7D%23%FC')).status).toBe(400);
  });
});
