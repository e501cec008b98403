import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openRedisLog } from '../../../src/audit/redis-log.ts';
import { verifyRedis } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
import { startNetwork } from '../../support/partition.ts';
import { freePort, startRedis, stopRedis } from '../../support/redis.ts';
import { entryOf, recordsOf } from './support.ts';

let redis: ChildProcess;
let url: string;

beforeAll(async () => {
  const port = await freePort();
  redis = await startRedis(port);
  url = `redis://127.0.0.1:${port}`;
});
afterAll(() => stopRedis(redis));

test('D3: over a Redis that is far appends at the same time are written together, each with its own numbers', async () => {
  const port = await freePort();
  const far = await startRedis(port);
  const network = await startNetwork(port, { delayMs: 100 });
  const audit = await openRedisLog(`redis://127.0.0.1:${network.port}`, { clock: systemClock });
  onTestFinished(async () => {
    await audit.close();
    await network.stop();
    await stopRedis(far);
  });
  await audit.append([entryOf('first')]);
  network.roundTrips();
  const seqs = await Promise.all(
    Array.from({ length: 50 }, (_, index) => audit.append([entryOf(`m${index}`), entryOf('x')])),
  );
  expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => [2 * index + 2, 2 * index + 3]));
  // Answers of Redis, with pings.
  expect(network.roundTrips()).toBeLessThan(10);
  expect((await recordsOf(audit)).map(({ seq }) => seq)).toHaveLength(101);
});

test('replicas make one chain; without Redis nothing is taken', async () => {
  const [a, b] = [await openRedisLog(url, { clock: systemClock }), await openRedisLog(url, { clock: systemClock })];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b).append([entryOf(`m${index}`), entryOf('x')])),
  );
  expect((await recordsOf(b)).map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index));
  expect(await verifyRedis(url)).toMatchObject({ ok: true, records: 40, firstSeq: 1, fault: null });
  await a.append([entryOf('m1', { outcome: 'DONE' })]);
  expect(await b.last('audit-m1')).toMatchObject({ outcome: 'DONE', seq: 41 });
  expect(await b.last('audit-m2')).toMatchObject({ outcome: 'INTENDED' });
  await stopRedis(redis);
  await expect(a.append([entryOf('late')])).rejects.toThrow();
  await Promise.all([a.close(), b.close()]);
});
