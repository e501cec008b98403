import { expect, test } from 'vitest';
import { storeFaults } from '../store-faults/places.ts';
import { runStoreFault } from '../store-faults/run.ts';

/** All of them, in their length: `npm run store-faults`. */
const some = [
  'Redis killed, restarted with its data',
  'Redis partitioned',
  'Redis at maxmemory',
  'SQLite locked',
  'full disk',
];

/** Milliseconds after the fault. */
const wellWithinMs = 5000;

test.concurrent.each(storeFaults.filter(({ name }) => some.some((word) => name.includes(word))))(
  'D3: $name: reads go on, an act is done or refused as it is told, and all is well soon after',
  async (fault) => {
    const { skipped, kinds, logLines } = await runStoreFault(fault, { short: true });
    if (skipped !== null) return;
    const { read, '/readyz': ready, '/readyz/reads': readsReady, ...acts } = kinds;
    expect(Object.keys(read?.outcomes ?? {})).toEqual(['OK']);
    expect(Object.keys(readsReady?.outcomes ?? {})).toEqual(['200']);
    expect(ready?.outcomes).toHaveProperty('503');
    for (const { outcomes, slowestMs } of Object.values(acts)) {
      expect(Object.keys(outcomes).filter((outcome) => /BUT/.test(outcome))).toEqual([]);
      expect(slowestMs).toBeLessThan(6000);
    }
    for (const { wellAfterMs } of Object.values(kinds)) {
      expect(wellAfterMs).not.toBeNull();
      expect(wellAfterMs).toBeLessThan(wellWithinMs);
    }
    // Besides what is told of a request or of an act, and caches that are late on a machine that is busy with tests.
    const told = logLines
      .filter((line) => !/"requestId"|"actId"|a cache in time/.test(line))
      .map((line) => JSON.parse(line).msg);
    expect(new Set(told).size, JSON.stringify([...new Set(told)])).toBeLessThanOrEqual(2);
  },
);
