import type { Clock } from '../../clock.ts';
import { directoryKey } from '../../config/tenant-keys.ts';
import { GatewayError } from '../../errors.ts';
import { ownTimeOver } from '../../scope/own-time.ts';
import { endOf, type TimeLimit, timeLimit } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { type Answer, type Call, type Policy, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import type { SingleFlight } from './single-flight.ts';

/** A request that waits for a call that it began or joined. */
interface Waiter {
  readonly scope: CallScope;
  /** Whether it has left: the bytes of the answer are more than the request has left, or a wait is longer than its caller's patience. */
  isSpent(): boolean;
  /** Throws why it has left, if it has. */
  throwIfSpent(): void;
  /** Of so many bytes that came it pays those that it has not paid yet. */
  pay(bytes: number): void;
  /** Leaves where the call waits until a time, epoch milliseconds, for which the caller has no patience. */
  wait(untilMs: number, refusal: GatewayError): void;
}

/** A call in flight that waits for a quota. */
interface Wait {
  readonly untilMs: number;
  readonly refusal: GatewayError;
}

/** An answer, and the bytes that came for it. */
interface Shared {
  readonly answer: Answer;
  readonly bytes: number;
}

/** Reads in flight, and who waits for them. */
export type SharedReads = SingleFlight<Shared, Waiter>;

interface CoalescedParts {
  readonly flights: SharedReads;
  readonly clock: Pick<Clock, 'now'>;
  /** A read joined one in flight. */
  readonly joined: (operation: string) => void;
  /** What answers of a tenant, by its `directoryKey`, are kept under; absent: none are kept. */
  readonly generationOf?: (directory: string) => string | undefined;
}

/** Whether a failure is that of the caller whose call was joined: their budget is spent, or they have no patience. */
const isOfItsCaller = (thrown: unknown): boolean =>
  thrown instanceof GatewayError && (thrown.code === 'QUERY_TOO_EXPENSIVE' || thrown.code === 'UPSTREAM_THROTTLED');

/** `hadMs`: what the request still had when it asked. */
const lateFailure = (call: Call, cause: unknown, hadMs: number): GatewayError =>
  hadMs <= 0 ? ownTimeOver(call.tenant.name) : failureWithoutAnswer(placeOf(call), cause, true);

/** `limit` is cancelled when it leaves. */
const waiterOf = (scope: CallScope, limit: TimeLimit, nowMs: () => number): Waiter => {
  let spent: { readonly reason: unknown } | undefined;
  let paid = 0;
  const leave = (reason: unknown): void => {
    spent ??= { reason };
    limit.cancel(spent.reason);
  };
  return {
    scope,
    isSpent: () => spent !== undefined,
    throwIfSpent: () => {
      if (spent !== undefined) throw spent.reason;
    },
    pay: (bytes) => {
      const more = bytes - paid;
      paid = bytes;
      try {
        if (more > 0) scope.bytes?.take(more);
      } catch (thrown) {
        leave(thrown);
      }
    },
    wait: (untilMs, refusal) => {
      if (untilMs - nowMs() > (scope.patience?.readMs ?? Number.POSITIVE_INFINITY)) leave(refusal);
    },
  };
};

/** The scope of a shared call, and what sees to it when one has joined or left. */
interface SharedScope {
  readonly scope: CallScope;
  adjust(): void;
}

type Changing = Pick<CallScope, 'deadline' | 'answerMs' | 'patience'>;
type Adjusted = Omit<CallScope, keyof Changing> & { -readonly [Key in keyof Changing]: Changing[Key] };

/**
 * The scope of a shared call: it is the first one's, lives as long as the one who has most time, and waits for who has most patience.
 * What changes is written into it: V8 makes a shape of each object with accessors, and keeps with it all that they reach.
 */
const sharedScope = (
  first: CallScope,
  signal: AbortSignal,
  waiters: ReadonlySet<Waiter>,
  waits: NonNullable<CallScope['waits']>,
): SharedScope => {
  const patienceOf = ({ patience }: CallScope): number => patience?.readMs ?? Number.POSITIVE_INFINITY;
  const scope: Adjusted = { ...first, signal, waits };
  const adjust = (): void => {
    let [longest, patientest] = [first, first];
    for (const { scope: one } of waiters) {
      if (endOf(longest, true) < endOf(one, true)) longest = one;
      if (patienceOf(patientest) < patienceOf(one)) patientest = one;
    }
    scope.deadline = longest.deadline;
    scope.answerMs = longest.answerMs;
    scope.patience = patientest.patience;
  };
  return { scope, adjust };
};

/** Equal reads in flight are one call. Who waits for it does so until their own deadline, and pays for all of its bytes. */
export const coalesced = ({ flights, clock, joined, generationOf = () => undefined }: CoalescedParts): Policy => {
  /** Acts that have come to their end, by tenant: a read that begins after one must not join a read that began before it. */
  const acts = new Map<string, number>();
  /** Calls in flight that wait, by their keys. */
  const waiting = new Map<string, Wait>();
  /** Calls in flight, by their keys. */
  const sharing = new Map<string, SharedScope>();

  return async (call, next) => {
    const { tenant, operation, scope } = call;
    const directory = directoryKey(tenant);
    // Who reads bytes gives their memory back, so that nobody shares them.
    if (operation.readsBytes === true) return next(call);
    if (call.readKey === undefined) {
      try {
        return await next(call);
      } finally {
        if (!operation.repeatable) acts.set(directory, (acts.get(directory) ?? 0) + 1);
      }
    }
    const key = `${call.readKey}\n${acts.get(directory) ?? 0}\n${scope.look ?? ''}`;
    let isOwn = false;
    let isSpent = false;
    const work = async (signal: AbortSignal, waiters: ReadonlySet<Waiter>): Promise<Shared> => {
      isOwn = true;
      const begun = { begunMs: clock.now(), generation: generationOf(directory) };
      let bytes = 0;
      const onBytes = (more: number): void => {
        bytes += more;
        for (const one of waiters) one.pay(bytes);
      };
      const waits = (ms: number, refusal: GatewayError): void => {
        const wait = { untilMs: clock.now() + ms, refusal };
        waiting.set(key, wait);
        for (const one of waiters) one.wait(wait.untilMs, refusal);
      };
      const shared = sharedScope(scope, signal, waiters, waits);
      sharing.set(key, shared);
      shared.adjust();
      try {
        const answer = await next({ ...call, onBytes, scope: shared.scope });
        return { answer: { ...answer, read: { ...begun, bytes } }, bytes };
      } finally {
        waiting.delete(key);
        if (sharing.get(key) === shared) sharing.delete(key);
      }
    };
    const hadMs = endOf(scope, true) - clock.now();
    const endMs = clock.now() + hadMs;
    const limit = timeLimit(hadMs, () => endMs, scope.signal);
    const join = async () => {
      const waiter = waiterOf(scope, limit, clock.now);
      const wait = waiting.get(key);
      if (wait !== undefined) waiter.wait(wait.untilMs, wait.refusal);
      try {
        const joining = flights.run(key, limit.signal, waiter, work);
        sharing.get(key)?.adjust();
        const { value, shared } = await joining;
        // What had come before they joined.
        waiter.pay(value.bytes);
        waiter.throwIfSpent();
        return { answer: value.answer, shared };
      } catch (thrown) {
        isSpent = waiter.isSpent();
        throw limit.isOver() && thrown === limit.signal.reason ? lateFailure(call, thrown, hadMs) : thrown;
      } finally {
        sharing.get(key)?.adjust();
      }
    };
    const flight = await join()
      .catch((thrown: unknown) => {
        if (isOwn || isSpent || !isOfItsCaller(thrown)) throw thrown;
        // All who joined are one call again.
        return join();
      })
      .finally(limit.stop);
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
    return flight.answer;
  };
};
