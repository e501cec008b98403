import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { startTinyServer } from '../../support/tiny-server.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const heapMb = (): number => {
  collect();
  return process.memoryUsage().heapUsed / 1024 ** 2;
};

/** What parsed queries may take for good: the bound counts them as JSON, which is a fifth of it. */
const mostMb = 60;

test('D3: queries whose texts were never seen before take no more for good than their share', async () => {
  const server = await startTinyServer({
    limits: { depth: 5, cost: 2000, aliases: 300, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 10_000 },
  });
  const fields = Array.from({ length: 250 }, (_, at) => `a${at}: hello`).join(' ');
  const ask = async (count: number) => {
    for (let at = 0; at < count; at += 1) {
      const { status } = await server.query(`query q${count}x${at} { ${fields} }`);
      expect(status).toBe(200);
    }
  };
  await ask(20);
  const before = heapMb();
  await ask(500);
  expect(heapMb() - before).toBeLessThan(mostMb);
}, 60_000);
