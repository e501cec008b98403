import { expect, test } from 'vitest';
import { soakFaults } from '../soak/faults.ts';
import { runSoak, wrongIn } from '../soak/run.ts';

/** All of them, for as long as wanted, with what grows: `npm run soak`. */
const some = ['nothing', 'Graph answers 503', 'MDE did it and says 503', 'connections are cut after the work'];

test('D3: under mixed load and faults in turn every answer is right, or says what is not known', async () => {
  const result = await runSoak({
    faults: soakFaults.filter(({ name }) => some.includes(name)),
    minutes: 0,
    faultMs: 1500,
    restMs: 500,
  });
  expect(wrongIn(result.table)).toEqual([]);
  expect(result.exitCode).toBe(0);
  // Each kind of request was answered rightly at least once.
  for (const outcomes of Object.values(result.table.nothing ?? {})) expect(outcomes).toHaveProperty('right');
  expect(Object.keys(result.table)).toHaveLength(some.length);
}, 120_000);
