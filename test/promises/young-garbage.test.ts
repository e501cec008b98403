import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Child, startChild } from '../bench/child.ts';
import { type Ask, closeConnections, graphql, inTurn, runLoad } from '../bench/load.ts';
import { incidentPageQuery, machineQuery, machinesQuery } from '../bench/queries.ts';
import { startUpstream, type Upstream } from '../bench/upstream.ts';

/**
 * What a request has made is garbage when it is answered, and young: V8 clears it away for next to nothing. What something old
 * holds, used or not, is moved to the old space first (docs/adr/0029-what-memory-costs.md).
 */
const requestsAtOnce = 20;
const rounds = 5;

let upstream: Upstream;
let gateway: Child;

beforeAll(async () => {
  upstream = await startUpstream();
  gateway = await startChild('gateway', upstream.place, ['--expose-gc']);
});
afterAll(async () => {
  await gateway.stop();
  await upstream.stop();
  await closeConnections();
});

const collected = async (what: 'collect' | 'collect young'): Promise<number> =>
  Number((await gateway.ask(what, 'collected')).oldBytes);

/** Bytes that a request leaves in the old space. */
const leftBy = async (ask: Ask, parallel: number): Promise<number> => {
  await runLoad(ask, 2 * requestsAtOnce, parallel);
  // What lives long is old from here on, as after some minutes.
  await collected('collect');
  await runLoad(ask, requestsAtOnce, parallel);
  const before = await collected('collect young');
  for (let round = 0; round < rounds; round += 1) {
    await runLoad(ask, requestsAtOnce, parallel);
    await collected('collect young');
  }
  return ((await collected('collect young')) - before) / (rounds * requestsAtOnce);
};

describe('a request leaves no more behind than some hundred bytes of each call', () => {
  test('a page of incidents, whose calls bring a megabyte', async () => {
    expect(await leftBy(graphql(gateway.url, incidentPageQuery), 1)).toBeLessThan(50_000);
  });
  test('pages at the same time', async () => {
    expect(await leftBy(graphql(gateway.url, incidentPageQuery), 5)).toBeLessThan(50_000);
  });
  test('a list without an order', async () => {
    expect(await leftBy(graphql(gateway.url, machinesQuery), 1)).toBeLessThan(10_000);
  });

  test.each(['no-cache', 'max-age=60'])('a machine by its id, %s', async (cacheControl) => {
    const ids = await graphql(
      gateway.url,
      '{ machines(tenants: ["contoso"], first: 100) { nodes { machineId } } }',
    )().then((answer) => [...answer.matchAll(/"machineId":"([0-9a-f]{40})"/g)].map(([, id = '']) => id));
    const asks = ids.map((id) => graphql(gateway.url, machineQuery, { id }, cacheControl));
    expect(await leftBy(inTurn(asks), 10)).toBeLessThan(8000);
  });
});
