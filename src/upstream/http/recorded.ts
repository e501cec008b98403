import type { Clock } from '../../clock.ts';
import { type Policy, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';

/** Each attempt is taken from the request's budget. Rejects with `QUERY_TOO_EXPENSIVE` when that is used up. */
export const budgeted: Policy = async (call, next) => {
  call.scope.spend(call.tenant.name);
  return next(call);
};

/** Each attempt is shown by the explain extension. */
export const recorded =
  (clock: Clock): Policy =>
  async (call, next) => {
    const { tenant, operation, scope, waitedMs = 0 } = call;
    const started = clock.now();
    const record = (outcome: string, upstreamRequestId: string | undefined): void =>
      scope.record({
        tenant: tenant.name,
        api: operation.api,
        operation: operation.id,
        outcome,
        elapsedMs: clock.now() - started,
        waitedMs,
        coalesced: false,
        ...(upstreamRequestId === undefined ? {} : { upstreamRequestId }),
      });
    try {
      const answer = await next(call);
      record('OK', answer.requestId);
      return answer;
    } catch (thrown) {
      const failure = failureWithoutAnswer(placeOf(call), thrown, false);
      record(failure.code, failure.details.upstreamRequestId);
      scope.signal.throwIfAborted();
      throw failure;
    }
  };
