import { expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors.ts';
import { sendInHalves } from '../../../src/routing/in-halves.ts';

const refused = (sent: 'no' | 'maybe' = 'no') => new UpstreamError('UPSTREAM_REJECTED', 'Bad', { sent });
const items = Array.from({ length: 1000 }, (_, index) => index);

/** Sends items of which some are refused, which refuses the whole call. */
const sent = async (isBad: (item: number) => boolean) => {
  let calls = 0;
  const told = await sendInHalves(
    items,
    500,
    async (some) => {
      calls += 1;
      if (some.some(isBad)) throw refused();
      return some.map(() => 'done');
    },
    () => 'failed',
  );
  return { calls, failed: items.filter((item) => told[item] !== 'done') };
};

test('what is refused whatever is sent costs 21 calls, and not one for each', async () => {
  expect(await sent(() => true)).toEqual({ calls: 21, failed: items });
});

test.each([
  ['one', [777]],
  ['the first and the last', [0, 999]],
  ['the first thirty', items.slice(0, 30)],
  ['one in a hundred', items.filter((item) => item % 100 === 0)],
])('%s that is refused is found among the others, which are done', async (_, bad) => {
  const { calls, failed } = await sent((item) => bad.includes(item));
  expect(failed).toEqual(bad);
  expect(calls).toBeLessThan(220);
});

test('what may have been done is sent to nobody a second time', async () => {
  const asked: number[] = [];
  const told = await sendInHalves(
    items.slice(0, 4),
    4,
    async (some) => {
      asked.push(some.length);
      throw refused('maybe');
    },
    (error) => error.details.sent,
  );
  expect([asked, told]).toEqual([[4], ['maybe', 'maybe', 'maybe', 'maybe']]);
});
