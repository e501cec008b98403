import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cacheControls, runSequence, type Step } from '../isolation/run.ts';
import { viewers } from '../isolation/viewers.ts';

const anyViewer = fc.nat(viewers.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      viewer: anyViewer,
      things: fc.array(fc.nat(5), { minLength: 1, maxLength: 4 }),
      header: fc.nat(cacheControls.length - 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('action' as const), viewer: anyViewer }) },
  { weight: 14, arbitrary: fc.record({ kind: fc.constant('answer' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.nat(20) }) },
);

test('nobody is shown what another one reads, nor what was there before an action, in whatever order things happen', async () => {
  let [reads, exchanges] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 300, size: 'max' }), async (steps) => {
      const ran = await runSequence(steps);
      reads += ran.reads;
      exchanges += ran.exchanges;
      expect(ran.fault).toBeNull();
    }),
    { numRuns: 40 },
  );
  // It would prove nothing if all of it were read anew.
  expect(exchanges).toBeLessThan(reads * 0.85);
});
