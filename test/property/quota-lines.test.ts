import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScope } from '../../src/scope.ts';
import { createWindows } from '../../src/store/windows.ts';
import { ThrottledError } from '../../src/upstream/http/failure.ts';
import type { Counted } from '../../src/upstream/http/quota.ts';
import { createQuotas } from '../../src/upstream/http/quotas.ts';
import { createSteppedClock, quotaSpaceOver } from '../support/quotas.ts';
import { tenantNamed } from '../support/tenant.ts';

const contoso = tenantNamed('contoso');

const step = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      caller: fc.constantFrom('greedy', 'greedy', 'greedy', 'a', 'b', 'c', 'd'),
      patienceMs: fc.constantFrom(0, 5000, 60_000),
      isAction: fc.boolean(),
      inBackground: fc.boolean(),
      leaves: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 37, arbitrary: fc.record({ kind: fc.constant('later' as const), ms: fc.integer({ min: 0, max: 6000 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('hold' as const), seconds: fc.nat(30), isNamed: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('emptied' as const) }) },
);

test('whoever asks is let in or told when, and no more than the quota allows, whatever becomes of the store and of the others', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12 }),
      fc.array(step, { minLength: 100, maxLength: 400 }),
      fc.boolean(),
      async (perMinute, steps, isShared) => {
        const { clock, advance, settle } = createSteppedClock();
        let shared = createWindows(clock);
        const space = quotaSpaceOver(() => shared);
        const quotas = createQuotas({ space: isShared ? space : null, clock, maxWaitMs: 3_600_000 });
        const read: Counted = { id: 'mde.getMachine', api: 'mde', quota: { perMinute, perHour: 20 * perMinute } };
        const sent: number[] = [];
        const wrong: unknown[] = [];
        let waiting = 0;
        for (const one of steps) {
          // Whoever asks at the same time does so, and no time passes between being counted and being let in.
          if (one.kind !== 'ask') await settle();
          if (one.kind === 'later') await advance(one.ms);
          else if (one.kind === 'hold') await quotas.hold(contoso, read, one.seconds, one.isNamed).then(settle);
          else if (one.kind === 'emptied') shared = createWindows(clock);
          else {
            const { caller, inBackground, patienceMs, leaves, isAction } = one;
            const leaving = new AbortController();
            const scope = createScope({
              ...{ requestId: 'a', deadline: clock.now() + 330_000, maxCalls: 1, caller, inBackground },
              patience: { readMs: patienceMs, actionMs: 63_000 },
              signal: leaving.signal,
            });
            waiting += 1;
            quotas
              .take(contoso, { ...read, repeatable: !isAction }, scope)
              .then(
                () => sent.push(clock.now()),
                (error: unknown) => {
                  const isTold = error instanceof ThrottledError && (error.details.retryAfterSeconds ?? -1) >= 0;
                  if (!isTold && !leaving.signal.aborted) wrong.push(error);
                },
              )
              .finally(() => {
                waiting -= 1;
              });
            if (leaves) setImmediate(() => leaving.abort(new Error('left')));
          }
        }
        await settle();
        for (let second = 0; second < 70; second += 1) await advance(1000);
        expect([waiting, wrong]).toEqual([0, []]);
        expect((await quotas.states()).filter((state) => state.waiting > 0)).toEqual([]);
        for (const atMs of sent) {
          expect(sent.filter((each) => each > atMs - 60_000 && each <= atMs).length).toBeLessThanOrEqual(perMinute);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
