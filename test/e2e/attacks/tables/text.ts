import { expect } from 'vitest';
import { encodeGlobalId } from '../../../../src/loaders/global-id.ts';
import { type Attack, type Attacks, gql, harmless, post } from '../attack.ts';

const asked = JSON.stringify(harmless);
const answered: Pick<Attack, 'status' | 'says'> = { status: 200, says: /"viewer":\{"name":"responder"/ };
const notJson: Pick<Attack, 'status' | 'code' | 'says'> = {
  status: 400,
  code: 'BAD_USER_INPUT',
  says: /not valid JSON/,
};

const machineNamed = (id: string): Attack => ({
  send: () => gql('query ($id: ID!) { machine(tenant: "contoso", machineId: $id) { id } }', { id }),
  status: 200,
  code: 'BAD_USER_INPUT',
});

/** A remark that tries to be more than text. It is one, and comes to Microsoft as it is. */
const remark =
  'Right-to-left \u202e\u2066 \u0007\u001b[31m bell\r\n{"level":"error","msg":"forged-line"}\n\u2028end \ud83d\udee1';

/** Bytes, characters and JSON that are meant to be misread. */
export const text: Attacks = {
  'invalid UTF-8 in a query': {
    send: () =>
      post(
        Buffer.concat([
          Buffer.from('{"query":"{ viewer { name } } #'),
          Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
          Buffer.from('"}'),
        ]),
      ),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /not UTF-8/,
  },
  'a byte order mark': { send: () => post(`\ufeff{"query":${asked}}`), ...answered },
  'UTF-16 that says so': {
    send: () =>
      post(Buffer.from(`{"query":${asked}}`, 'utf16le'), { 'content-type': 'application/json; charset=utf-16' }),
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  'UTF-16 that says it is UTF-8': { send: () => post(Buffer.from(`{"query":${asked}}`, 'utf16le')), ...notJson },
  'a charset that is none': {
    send: () => post(`{"query":${asked}}`, { 'content-type': 'application/json; charset=x-user-defined' }),
    status: 415,
    code: 'BAD_USER_INPUT',
  },
  'NUL in a query': { send: () => gql('{ viewer { name } }\u0000'), status: 400, code: 'GRAPHQL_PARSE_FAILED' },
  'NUL in an id': machineNamed('a\u0000b'),
  'half a surrogate pair in an id': { ...machineNamed('a\ud800b'), status: 400 },
  'half a surrogate pair in a filter': {
    send: () =>
      gql('query ($f: IncidentFilter) { incidents(filter: $f) { nodes { id } } }', { f: { assignedTo: 'x\ud800' } }),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /not well-formed Unicode: f\.assignedTo/,
  },
  'half a surrogate pair in a remark': {
    send: () =>
      gql(
        'mutation ($c: String) { updateIncidents(input: { tenant: "contoso", incidentIds: ["1"], comment: $c }) { dryRun } }',
        {
          c: 'x\udc00',
        },
      ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'half a surrogate pair in a global id': {
    send: () => gql('query ($id: ID!) { node(id: $id) { id } }', { id: '\udc00' }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'half a surrogate pair in a hunt parameter': {
    send: () =>
      post(
        '{"query":"query ($v: String) { hunt(input: { query: \\"DeviceInfo | where DeviceName == n\\", parameters: [{ name: \\"n\\", string: $v }], tenants: [\\"contoso\\"] }) { rowCount } }","variables":{"v":"\\ud83d"}}',
      ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a tenant whose name looks like the beginnings of tokens': {
    send: () =>
      gql('query ($t: String!) { tenant(name: $t) { name } }', { t: `${'x'.repeat(100)}${'-eyJ'.repeat(200_000)}` }),
    status: 200,
    code: 'NOT_FOUND',
    afterwards: (_, { body }) => expect(body.length).toBeLessThan(2000),
  },
  'a name in Unicode escapes': {
    send: () => gql('{ \\u005f\\u005fschema { types { name } } }'),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  'a name in look-alike letters': {
    send: () => gql('{ \uff56iewer { name } }'),
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  'a tenant in look-alike letters': {
    send: () => gql('query ($t: String!) { tenant(name: $t) { name } }', { t: 'c\u043entoso' }),
    status: 200,
    code: 'NOT_FOUND',
  },
  'control characters, directions and a forged log line in a remark': {
    send: ({ world }) =>
      gql(
        'mutation ($input: UpdateIncidentsInput!) { updateIncidents(input: $input) { results { error { code message } incident { comments { text } } } } }',
        { input: { tenant: 'contoso', incidentIds: [world.incidents[0]?.id], comment: remark } },
      ),
    status: 200,
    calls: 3,
    says: /"error":null/,
    afterwards: ({ world }) => expect(world.incidents[0]?.comments.at(-1)?.text).toBe(remark),
  },
  'a forged log line in the name of an operation': {
    send: () =>
      post(
        JSON.stringify({
          query: 'query A { viewer { name } }',
          operationName: 'A\n{"level":"error","msg":"forged-line"}',
        }),
      ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a forged log line in a tenant of a global id': {
    send: () =>
      gql('query ($id: ID!) { node(id: $id) { id } }', {
        id: encodeGlobalId({ type: 'Machine', tenant: 'x', id: '\n{"msg":"forged-line"}' }),
      }),
    status: 200,
    code: 'BAD_USER_INPUT',
    says: /"node":null/,
  },
  'escape codes of a terminal in a user agent': {
    send: () => post(`{"query":${asked}}`, { 'user-agent': '\u001b[2J' }),
    status: 400,
  },
  'variables: __proto__': {
    send: () => post(`{"query":${asked},"variables":{"__proto__":{"isAdmin":true,"toString":null}}}`),
    ...answered,
  },
  'variables: constructor and prototype': {
    send: () => post(`{"query":${asked},"variables":{"constructor":{"prototype":{"isAdmin":true}}}}`),
    ...answered,
  },
  'input: __proto__ in place of a filter': {
    send: () =>
      post(
        '{"query":"query ($f: IncidentFilter) { incidents(filter: $f) { nodes { id } } }","variables":{"f":{"__proto__":{"status":["NEW"]}}}}',
      ),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: __proto__ with a query': {
    send: () => post('{"__proto__":{"query":"{ viewer { name } }"}}'),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: extensions that are text': {
    send: () => post(`{"query":${asked},"extensions":"x"}`),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: variables that are a list': {
    send: () => post(`{"query":${asked},"variables":[1]}`),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: variables that are text': {
    send: () => post(`{"query":${asked},"variables":"{}"}`),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: a query that is an object': {
    send: () => post('{"query":{"$ne":null}}'),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'envelope: a query twice, of which the last counts': {
    send: () => post(`{"query":"{ nonsense }","query":${asked}}`),
    ...answered,
  },
  'envelope: null': { send: () => post('null'), status: 400, code: 'BAD_USER_INPUT' },
  'envelope: a number': { send: () => post('1'), status: 400, code: 'BAD_USER_INPUT' },
  'envelope: nothing': { send: () => post(''), status: 400, code: 'BAD_USER_INPUT' },
  'JSON with a comment': { send: () => post(`{"query":${asked} /* x */}`), ...notJson },
  'JSON with NaN': { send: () => post(`{"query":${asked},"variables":{"a":NaN}}`), ...notJson },
  'a number that no double holds': {
    send: () => post('{"query":"query ($n: Int) { incidents(first: $n) { nodes { id } } }","variables":{"n":1e999}}'),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a number of 10,000 digits': {
    send: () => gql(`{ incidents(first: ${'9'.repeat(10_000)}) { nodes { id } } }`),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  'variables of 100,000 levels': {
    send: () => post(`{"query":${asked},"variables":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /deeper than 64 levels/,
  },
  'a filter of 1,200 levels': {
    send: () =>
      gql(
        `query ($f: IncidentFilter = ${'{a:'.repeat(1200)}1${'}'.repeat(1200)}) { incidents(filter: $f) { nodes { id } } }`,
      ),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
};
