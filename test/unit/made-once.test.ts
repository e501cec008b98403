import { expect, test } from 'vitest';
import { madeOnce } from '../../src/made-once.ts';

test('it is made once, and again only when that failed', async () => {
  let times = 0;
  const made = madeOnce(async () => {
    times += 1;
    if (times === 1) throw new Error('too many open files');
    return times;
  });
  const both = await Promise.allSettled([made(), made()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(times).toBe(1);
  expect([await made(), await made()]).toEqual([2, 2]);
});
