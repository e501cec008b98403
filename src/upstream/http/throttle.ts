import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import { endOf } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import { type Policy, placeOf } from './call.ts';
import { type CallPlace, sharesQuota, ThrottledError } from './failure.ts';
import { longestWaitMs, sleepUnlessStopping } from './retry.ts';

/**
 * Remembers until when Microsoft wants no calls against a quota in a tenant, for all requests: one 429 is enough. (Retrying
 * early is answered by 429 again, and counts.) MDE counts by operation (mde-notes); hunting has one quota in a tenant, which
 * all its APIs draw on.
 */
export interface ThrottleMemory {
  /** `patient`: Microsoft named a short time for the call itself, which may be waited out; else callers are told at once. */
  note(place: CallPlace, retryAfterSeconds: number, patient?: boolean): void;
  /** Waits out a known block; throws `UPSTREAM_THROTTLED` at once when it lasts too long or beyond the deadline. */
  pass(place: CallPlace, scope: CallScope): Promise<number>;
}

const keyOf = ({ tenant, operation }: CallPlace): string =>
  `${tenant}\n${sharesQuota(operation) ? 'hunting' : operation.id}`;

interface Block {
  readonly until: number;
  readonly patient: boolean;
}

/** `maxWaitMs`: longer than this nobody is made to wait. `stopping` fires when the gateway stops: then nobody waits long. */
export const createThrottleMemory = (clock: Clock, maxWaitMs: number, stopping = neverStops): ThrottleMemory => {
  const blocks = new Map<string, Block>();
  return {
    note: (place, seconds, patient = true) => {
      const until = clock.now() + seconds * 1000;
      const key = keyOf(place);
      if (until > (blocks.get(key)?.until ?? 0)) blocks.set(key, { until, patient });
    },
    pass: async (place, scope) => {
      const key = keyOf(place);
      let waited = 0;
      for (;;) {
        const block = blocks.get(key);
        if (block === undefined) return waited;
        const wait = block.until - clock.now();
        if (wait <= 0) {
          blocks.delete(key);
          return waited;
        }
        const { tenant, operation } = place;
        const refusal = new ThrottledError(
          'remembered',
          sharesQuota(operation),
          `Microsoft throttles ${operation.id} in ${tenant}; it may be called again in ${Math.ceil(wait / 1000)} s`,
          { tenant, api: operation.api, sent: 'no', retryAfterSeconds: wait / 1000 },
        );
        if (
          !block.patient ||
          wait > longestWaitMs(scope, operation, maxWaitMs) ||
          block.until >= endOf(scope, operation.repeatable ?? true)
        )
          throw refusal;
        scope.waits?.(wait, refusal);
        await sleepUnlessStopping(clock, wait, scope.signal, stopping, refusal);
        waited += wait;
      }
    },
  };
};

interface ThrottledParts {
  readonly memory: ThrottleMemory;
  readonly metrics: Pick<Metrics, 'quotaWait'>;
}

/** Keeps calls back while Microsoft wants none, and remembers when it says so. */
export const throttled =
  ({ memory, metrics }: ThrottledParts): Policy =>
  async (call, next) => {
    const { operation, scope } = call;
    const place = placeOf(call);
    const waitedMs = await memory.pass(place, scope).catch((thrown: unknown) => {
      if (thrown instanceof GatewayError) metrics.quotaWait({ api: operation.api, outcome: thrown.code, seconds: 0 });
      throw thrown;
    });
    if (waitedMs > 0) metrics.quotaWait({ api: operation.api, outcome: 'OK', seconds: waitedMs / 1000 });
    try {
      return await next({ ...call, waitedMs });
    } catch (thrown) {
      if (thrown instanceof ThrottledError && thrown.said !== 'remembered')
        memory.note(place, thrown.details.retryAfterSeconds ?? 0, thrown.said === 'header');
      throw thrown;
    }
  };
