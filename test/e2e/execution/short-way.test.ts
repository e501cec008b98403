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

/** Asks both; the answer, and whether the one that may go the short way went it. */
const compare = async (body: unknown, headers?: Readonly<Record<string, string>>) => {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const short = await sent('atOnce', body, headers);
  const wentShort = apollo.mock.calls.length === 0;
  const whole = await sent('off', body, headers);
  expect(apollo.mock.calls.length).toBe(wentShort ? 1 : 2);
  apollo.mockRestore();
  expect(short, JSON.stringify(body)).toEqual(whole);
  expect(lastLogged('atOnce')).toEqual(lastLogged('off'));
  return { ...short, wentShort };
};

test('every documented query has the same answer on both ways: status, headers, bytes and line of the log', async () => {
  const queries = documentedQueries(simulator);
  let short = 0;
  for (const question of queries) if ((await compare(question)).wentShort) short += 1;
  expect(queries.length).toBeGreaterThan(80);
  // What is left asks for the schema.
  expect(short).toBeGreaterThan(queries.length - 5);
});

test('a short probe', async () => {
  expect(await compare({ query: '{ viewer { name } }' })).toMatchObject({ status: 200, wentShort: true });
});
