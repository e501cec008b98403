import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openRedisLog } from '../../../src/audit/redis-log.ts';
import { verifyRedis } from '../../../src/audit/verify.ts';
import { systemClock } from '../../../src/clock.ts';
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

test('replicas make one chain; without Redis nothing is taken', async () => {
  const [a, b] = [await openRedisLog(url, { clock: systemClock }), await openRedisLog(url, { clock: systemClock })];
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? a : b).append([entryOf(`m${index}`), entryOf('x')])),
  );
  expect((await recordsOf(b)).map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => 40 - index));
  expect(await verifyRedis(url)).toMatchObject({ ok: true, records: 40, firstSeq: 1, fault: null });
  await a.append([entryOf('m1', { outcome: 'DONE' })]);
  expect(await b.ended('act-m1')).toMatchObject({ outcome: 'DONE', seq: 41 });
  expect(await b.ended('act-m2')).toBeNull();
  await stopRedis(redis);
  await expect(a.append([entryOf('late')])).rejects.toThrow();
  await Promise.all([a.close(), b.close()]);
});
