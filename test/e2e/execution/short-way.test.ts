import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { ApolloServer } from '@apollo/server';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { parseConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { changedSettings } from '../../support/settings.ts';
import { documentedQueries } from './documented.ts';

type Way = 'atOnce' | 'off';

interface Told {
  readonly status: number | undefined;
  /** In their order, as they were sent, but what is of one request: its id and its time. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly text: string;
}

let simulator: Simulator;
let gateways: Readonly<Record<Way, Gateway>>;
const logged: Record<Way, Readonly<Record<string, unknown>>[]> = { atOnce: [], off: [] };

beforeAll(async () => {
  const startedMs = Date.now();
  // What tells the time tells both the same.
  simulator = await startSimulator({ profile: 'mild', enforceQuotas: false, now: () => new Date(startedMs) });
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['server', 'cors'], ['https://soc.example']],
    [['limits', 'eventLoopLagMs'], 3_600_000],
  ]);
  const startOn = async (way: Way): Promise<Gateway> =>
    startGateway({
      config: await parseConfig(settings, { env: {}, baseDir: process.cwd(), source: 'the test' }),
      log: createLog({ level: 'info', destination: { write: (line) => void logged[way].push(JSON.parse(line)) } }),
      caPem: simulator.caPem,
      clock: { ...systemClock, now: () => startedMs },
      shortWay: way,
    });
  gateways = { atOnce: await startOn('atOnce'), off: await startOn('off') };
  // What answers to an `Accept` look like is learned from Apollo.
  for (const accept of ['*/*', 'application/json', 'application/graphql-response+json'])
    await sent('atOnce', { query: '{ __typename }' }, { accept });
});
afterAll(async () => {
  await Promise.all(Object.values(gateways).map((gateway) => gateway.stop(2000)));
  await simulator.stop();
});

const ofOneRequest: ReadonlySet<string> = new Set(['x-request-id', 'date']);

const sent = async (way: Way, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Told> => {
  const { promise, resolve, reject } = Promise.withResolvers<Told>();
  const asked = request(
    `${gateways[way].url}/graphql`,
    { method: 'POST', headers: { 'content-type': 'application/json', accept: '*/*', ...headers } },
    async (response) => {
      const { rawHeaders, statusCode } = response;
      const pairs = rawHeaders.flatMap((name, at) =>
        at % 2 === 0 && !ofOneRequest.has(name.toLowerCase()) ? [[name, rawHeaders[at + 1] ?? ''] as const] : [],
      );
      // Cursors are enciphered anew each time, and calls take their time.
      const text = (await textOf(response))
        .replaceAll(/"v2\.[^"]+"/g, '"cursor"')
        .replaceAll(/"(elapsedMs|waitedMs)":\d+(\.\d+)?/g, '"$1":0')
        .replaceAll(/"upstreamRequestId":"[^"]+"/g, '"upstreamRequestId":"id"');
      resolve({ status: statusCode, headers: pairs, text });
    },
  );
  asked.on('error', reject);
  asked.end(typeof body === 'string' ? body : JSON.stringify(body));
  return promise;
};

/** Line of the log about the last operation, but what is of one request. */
const lastLogged = (way: Way): unknown => {
  const { time: _, requestId: __, milliseconds: ___, ...line } = logged[way].at(-1) ?? {};
  return line;
};

/** Asks both, and compares; which way the one went that may go the short way. `no way`: it was refused before both. */
const compare = async (body: unknown, headers?: Readonly<Record<string, string>>) => {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const short = await sent('atOnce', body, headers);
  const first = apollo.mock.calls.length;
  const whole = await sent('off', body, headers);
  const second = apollo.mock.calls.length - first;
  apollo.mockRestore();
  expect(short, JSON.stringify(body)).toEqual(whole);
  expect(lastLogged('atOnce')).toEqual(lastLogged('off'));
  return first > 0 ? 'whole' : second > 0 ? 'short' : 'no way';
};

test('every documented query has the same answer on both ways: status, headers, bytes and line of the log', async () => {
  const queries = documentedQueries(simulator);
  let short = 0;
  for (const question of queries) if ((await compare(question)) === 'short') short += 1;
  expect(queries.length).toBeGreaterThan(80);
  // What is left asks for the schema, or lacks a variable.
  expect(short).toBeGreaterThan(queries.length * 0.8);
}, 120_000);

const machine = 'query Machine($id: ID!) { machine(tenant: "contoso", machineId: $id) { computerDnsName } }';
const two =
  'query A { viewer { name } } query B { viewer { kind } } mutation C { approveAction(input: { approvalId: "none" }) { clientMutationId } }';
const nobody = { id: '0'.repeat(40) };

/** Requests as they come in, and whether they are plain: others go the whole way, and each has the same answer on both. */
const requests: readonly (readonly [
  what: string,
  body: unknown,
  went: 'short' | 'whole' | 'no way',
  headers?: Readonly<Record<string, string>> | undefined,
])[] = [
  ['a machine that is not there', { query: machine, variables: nobody }, 'short'],
  ['a tenant that is not there: an error beside null', { query: '{ tenant(name: "nobody") { name } }' }, 'short'],
  ['explained', { query: '{ tenants { name } }' }, 'short', { 'x-gateway-explain': '1' }],
  ['a price alone', { query: '{ tenants { name } }' }, 'whole', { 'x-gateway-plan': '1' }],
  ['a price alone, in a word that is none', { query: '{ tenants { name } }' }, 'whole', { 'x-gateway-plan': 'yes' }],
  ['patience that is none', { query: '{ tenants { name } }' }, 'whole', { 'x-gateway-max-wait-seconds': '-1' }],
  [
    'the media type of GraphQL',
    { query: '{ tenants { name } }' },
    'short',
    { accept: 'application/graphql-response+json' },
  ],
  ['JSON', { query: '{ tenants { name } }' }, 'short', { accept: 'application/json' }],
  ['a media type that there is none of', { query: '{ tenants { name } }' }, 'whole', { accept: 'text/csv' }],
  ['from a page of another origin', { query: '{ tenants { name } }' }, 'short', { origin: 'https://soc.example' }],
  ['from a page of a strange origin', { query: '{ tenants { name } }' }, 'short', { origin: 'https://evil.example' }],
  ['UTF-8, said so', { query: '{ tenants { name } }' }, 'short', { 'content-type': 'application/json; charset=utf-8' }],
  [
    'UTF-8, said oddly',
    { query: '{ tenants { name } }' },
    'whole',
    { 'content-type': 'Application/JSON ; charset="utf-8"' },
  ],
  ['UTF-7', { query: '{ tenants { name } }' }, 'no way', { 'content-type': 'application/json; charset=utf-7' }],
  ['a form', { query: '{ tenants { name } }' }, 'no way', { 'content-type': 'text/plain' }],
  ['a wrong key', { query: '{ tenants { name } }' }, 'no way', { 'x-api-key': 'wrong' }],
  [
    'members that are null',
    { query: '{ tenants { name } }', operationName: null, variables: null, extensions: null },
    'short',
  ],
  ['a member that Apollo does not know', { query: '{ tenants { name } }', id: 1 }, 'whole'],
  ['a member __proto__', '{"query": "{ tenants { name } }", "__proto__": {"operationName": "B"}}', 'whole'],
  ['extensions', { query: '{ tenants { name } }', extensions: { a: 1 } }, 'whole'],
  ['extensions that are a text', { query: '{ tenants { name } }', extensions: '{}' }, 'whole'],
  [
    'a hash beside another text',
    { query: '{ tenants { name } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
    'whole',
  ],
  ['members twice: the last one counts', '{"query": "{ viewer { kind } }", "query": "{ tenants { name } }"}', 'short'],
  ['no query', { variables: {} }, 'whole'],
  ['an empty query', { query: '' }, 'whole'],
  ['a query that is a list', { query: ['{ tenants { name } }'] }, 'whole'],
  ['a list of operations', [{ query: '{ tenants { name } }' }], 'whole'],
  ['an empty list', [], 'whole'],
  ['a text', '"{ tenants { name } }"', 'no way'],
  ['no JSON', '{"query": ', 'no way'],
  ['nothing', '', 'whole'],
  ['variables that are a text', { query: machine, variables: '{}' }, 'whole'],
  ['variables that are a list', { query: machine, variables: [] }, 'whole'],
  ['variables that are not there', { query: machine }, 'whole'],
  ['a variable of another type', { query: machine, variables: { id: {} } }, 'whole'],
  ['more variables than there are', { query: machine, variables: { ...nobody, more: 1 } }, 'short'],
  ['a variable __proto__', `{"query": ${JSON.stringify(machine)}, "variables": {"__proto__": {"id": "a"}}}`, 'whole'],
  [
    'a variable __proto__ beside',
    `{"query": ${JSON.stringify(machine)}, "variables": {"id": "a", "__proto__": {}}}`,
    'short',
  ],
  ['half a character in a variable', `{"query": ${JSON.stringify(machine)}, "variables": {"id": "\\ud800"}}`, 'whole'],
  [
    'a variable that no operation names, with half a character',
    '{"query": "{ tenants { name } }", "variables": {"a": "\\ud800"}}',
    'whole',
  ],
  ['one of several operations', { query: two, operationName: 'B' }, 'short'],
  ['the mutation among them', { query: two, operationName: 'C' }, 'whole'],
  ['none of them', { query: two }, 'whole'],
  ['one that is not there', { query: two, operationName: 'D' }, 'whole'],
  ['one without a name', { query: two, operationName: '' }, 'whole'],
  ['an operation name that is a number', { query: two, operationName: 1 }, 'whole'],
  ['a name for an operation that has none', { query: '{ tenants { name } }', operationName: 'A' }, 'whole'],
  ['a mutation', { query: 'mutation { approveAction(input: { approvalId: "none" }) { clientMutationId } }' }, 'whole'],
  ['the schema', { query: '{ __schema { queryType { name } } }' }, 'whole'],
  ['a type of the schema', { query: '{ a: __type(name: "Query") { name } tenants { name } }' }, 'whole'],
  ['the schema of the federation', { query: '{ _service { sdl } }' }, 'whole'],
  ['a name that objects have already', { query: '{ __proto__: __typename }' }, 'whole'],
  ['a field that is not there', { query: '{ tenant }' }, 'whole'],
  ['a document that does not parse', { query: '{' }, 'whole'],
  ['a comment beside', { query: '# one\n{ tenants { name } }' }, 'short'],
  [
    'fields by a condition',
    { query: 'query ($a: Boolean!) { tenants { name @include(if: $a) } viewer { kind } }', variables: { a: false } },
    'short',
  ],
  [
    'a condition that is null',
    { query: 'query ($a: Boolean = true) { viewer { kind @skip(if: $a) } }', variables: { a: null } },
    'whole',
  ],
  ['too dear', { query: '{ incidents(first: 1000) { nodes { alerts(first: 1000) { nodes { title } } } } }' }, 'whole'],
  ['a page that is too large', { query: '{ machines(first: 100000) { nodes { computerDnsName } } }' }, 'short'],
  [
    'rows as they came',
    { query: '{ hunt(input: { query: "DeviceInfo | take 3", tenants: ["contoso"] }) { rows } }' },
    'short',
  ],
];

test.for(requests)('%s: the same on both ways', async ([, body, went, headers]) => {
  expect(await compare(body, headers)).toBe(went);
});

test('the rows of a hunt by GET have an ETag over them, and are not sent again to who has them', async () => {
  const query = '{ hunt(input: { query: "DeviceInfo | take 3", tenants: ["contoso"] }) { rows } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const { text } = await sent('atOnce', { query, extensions });
  const asked = new URLSearchParams({ extensions: JSON.stringify(extensions) });
  const get = (headers: Readonly<Record<string, string>>) =>
    fetch(`${gateways.atOnce.url}/graphql?${asked}`, { headers: { 'apollo-require-preflight': '1', ...headers } });
  const first = await get({});
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, await first.text()]).toEqual([200, text]);
  expect(etag).toBe(`"${createHash('sha256').update(text).digest('base64url')}"`);
  const second = await get({ 'if-none-match': etag });
  expect([second.status, second.headers.get('etag'), await second.text()]).toEqual([304, etag, '']);
});
