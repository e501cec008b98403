import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { endOf, timeoutAfter } from '../../scope/time-left.ts';
import { identityKey } from '../../scope.ts';
import { type Answer, type Call, type Policy, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import type { SingleFlight } from './single-flight.ts';

interface CoalescedParts {
  readonly flights: SingleFlight<Answer>;
  readonly clock: Pick<Clock, 'now'>;
  /** A read joined one in flight. */
  readonly joined: (operation: string) => void;
}

/** Whether a failure is that of the caller whose call was joined: their budget is spent, or they have no patience. */
const isOfItsCaller = (thrown: unknown): boolean =>
  thrown instanceof GatewayError && (thrown.code === 'QUERY_TOO_EXPENSIVE' || thrown.code === 'UPSTREAM_THROTTLED');

const lateFailure = (call: Call, cause: unknown): GatewayError => failureWithoutAnswer(placeOf(call), cause, true);

/** Equal reads in flight are one call. */
export const coalesced = ({ flights, clock, joined }: CoalescedParts): Policy => {
  /** Acts that have come to their end, by tenant: a read that begins after one must not join a read that began before it. */
  const acts = new Map<string, number>();

  return async (call, next) => {
    const { tenant, operation, url, scope } = call;
    if (operation.method !== 'GET') {
      try {
        return await next(call);
      } finally {
        if (!operation.repeatable) acts.set(tenant.name, (acts.get(tenant.name) ?? 0) + 1);
      }
    }
    const key = [
      tenant.name,
      identityKey(tenant, scope.callerToken),
      operation.api,
      url,
      operation.headers?.prefer ?? '',
      acts.get(tenant.name) ?? 0,
    ].join('\n');
    let isOwn = false;
    const work = (signal: AbortSignal) => {
      isOwn = true;
      return next({ ...call, scope: { ...scope, signal } });
    };
    // A call that another began may have more time than this request.
    const late = timeoutAfter(endOf(scope, true) - clock.now());
    const ends = AbortSignal.any([scope.signal, late]);
    const join = () =>
      flights.run(key, ends, work).catch((thrown: unknown) => {
        throw late.aborted && thrown === late.reason ? lateFailure(call, thrown) : thrown;
      });
    const flight = await join().catch((thrown: unknown) => {
      if (isOwn || !isOfItsCaller(thrown)) throw thrown;
      // All who joined are one call again.
      return join();
    });
    if (flight.shared) {
      joined(operation.id);
      scope.record({
        tenant: tenant.name,
        api: operation.api,
        operation: operation.id,
        outcome: 'OK',
        elapsedMs: 0,
        waitedMs: 0,
        coalesced: true,
      });
    }
    return flight.value;
  };
};
