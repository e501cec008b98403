import type { Clock } from '../../clock.ts';
import { directoryKey } from '../../config/tenant-keys.ts';
import { GatewayError } from '../../errors.ts';
import { createMade } from '../../made.ts';
import { ownTimeOver } from '../../scope/own-time.ts';
import { endOf, type TimeLimit, timeLimit } from '../../scope/time-left.ts';
import type { CallScope } from '../../scope.ts';
import { createUnderWayByKey } from '../../under-way.ts';
import { type Answer, type Call, type Next, type Policy, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import type { SingleFlight } from './single-flight.ts';

/** A request that waits for a call that it began or joined. */
interface Waiter {
  readonly scope: CallScope;
  /** Set as soon as it waits: ends that with a reason. */
  leave: (reason: unknown) => void;
  /** Why it left by itself: the bytes of the answer are more than the request has left, or a wait is longer than its caller's patience. */
  spent: { readonly reason: unknown } | undefined;
  /** Of so many bytes that came it pays those that it has not paid yet. */
  pay(bytes: number): void;
  /** Throws why it left by itself, if it did. */
  throwIfSpent(): void;
  /** Leaves where the call waits until a time, epoch milliseconds, for which the caller has no patience. */
  wait(untilMs: number, refusal: GatewayError): void;
  /** From now on it leaves when its own time is over: the call may have more. Of a call that nobody else waits for that is the call's. */
  watchTime(): void;
  /** It waits no more. */
  stop(): void;
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

const waiterOf = (call: Call, nowMs: () => number): Waiter => {
  const { scope } = call;
  const endMs = endOf(scope, true);
  let paid = 0;
  let limit: TimeLimit | undefined;
  const spend = (reason: unknown): void => {
    waiter.spent ??= { reason };
    waiter.leave(waiter.spent.reason);
  };
  const waiter: Waiter = {
    scope,
    leave: () => {},
    spent: undefined,
    pay: (bytes) => {
      const more = bytes - paid;
      paid = bytes;
      try {
        if (more > 0) scope.bytes?.take(more);
      } catch (thrown) {
        spend(thrown);
      }
    },
    throwIfSpent: () => {
      if (waiter.spent !== undefined) throw waiter.spent.reason;
    },
    wait: (untilMs, refusal) => {
      if (untilMs - nowMs() > (scope.patience?.readMs ?? Number.POSITIVE_INFINITY)) spend(refusal);
    },
    watchTime: () => {
      if (limit !== undefined) return;
      limit = timeLimit(endMs - nowMs(), () => endMs);
      const { signal } = limit;
      signal.addEventListener('abort', () => waiter.leave(failureWithoutAnswer(placeOf(call), signal.reason, true)));
    },
    stop: () => limit?.stop(),
  };
  return waiter;
};

/** A call in flight that is shared. */
interface SharedCall {
  /** What it is sent with: the scope of the first, which lives as long as the one who has most time, and waits for who has most patience. */
  readonly scope: CallScope;
  /** What it waits for at present. */
  wait: Wait | undefined;
  /** One has joined or left. */
  adjust(): void;
}

type Changing = Pick<CallScope, 'deadline' | 'answerMs' | 'patience'>;
type Adjusted = Omit<CallScope, keyof Changing> & { -readonly [Key in keyof Changing]: Changing[Key] };

/** What changes is written into the scope: V8 makes a shape of each object with accessors, and keeps with it all that they reach. */
const sharedCall = (
  first: CallScope,
  signal: AbortSignal,
  waiters: ReadonlySet<Waiter>,
  nowMs: () => number,
): SharedCall => {
  const patienceOf = ({ patience }: CallScope): number => patience?.readMs ?? Number.POSITIVE_INFINITY;
  const waits = (ms: number, refusal: GatewayError): void => {
    shared.wait = { untilMs: nowMs() + ms, refusal };
    for (const one of waiters) one.wait(shared.wait.untilMs, refusal);
  };
  const scope: Adjusted = { ...first, signal, waits };
  const shared: SharedCall = {
    scope,
    wait: undefined,
    adjust: () => {
      let [longest, patientest] = [first, first];
      for (const one of waiters) {
        if (waiters.size > 1) one.watchTime();
        if (endOf(longest, true) < endOf(one.scope, true)) longest = one.scope;
        if (patienceOf(patientest) < patienceOf(one.scope)) patientest = one.scope;
      }
      scope.deadline = longest.deadline;
      scope.answerMs = longest.answerMs;
      scope.patience = patientest.patience;
    },
  };
  return shared;
};

/** Equal reads in flight are one call. Who waits for it does so until their own deadline, and pays for all of its bytes. */
export const coalesced = ({ flights, clock, joined, generationOf = () => undefined }: CoalescedParts): Policy => {
  /** Actions that have come to their end, by tenant: a read that begins after one must not join a read that began before it. */
  const actions = new Map<string, number>();
  /** Calls in flight, by their keys. */
  const sharing = createUnderWayByKey<SharedCall>();

  /** The call itself, for all who wait for it. */
  const begin = async (
    call: Call,
    key: string,
    next: Next,
    signal: AbortSignal,
    waiters: ReadonlySet<Waiter>,
  ): Promise<Shared> => {
    const read = { begunMs: clock.now(), generation: generationOf(directoryKey(call.tenant)) };
    const shared = sharedCall(call.scope, signal, waiters, clock.now);
    let bytes = 0;
    const onBytes = (more: number): void => {
      bytes += more;
      for (const one of waiters) one.pay(bytes);
    };
    const over = sharing.begin(key, shared);
    try {
      const answer = await next({ ...call, onBytes, scope: shared.scope });
      return { answer: { made: createMade(), ...answer, read: { ...read, bytes } }, bytes };
    } finally {
      over();
    }
  };

  /** One wait for a call, which it began or joined: once more where that failed for a caller who is another one. */
  const waited = async (call: Call, key: string, next: Next, mayJoinAgain: boolean): Promise<Answer> => {
    const { scope, operation, tenant } = call;
    const waiter = waiterOf(call, clock.now);
    const wait = sharing.get(key)?.wait;
    if (wait !== undefined) waiter.wait(wait.untilMs, wait.refusal);
    waiter.throwIfSpent();
    const flight = flights.join(key, scope.signal, waiter, (signal, waiters) =>
      begin(call, key, next, signal, waiters),
    );
    waiter.leave = flight.leave;
    if (waiter.spent !== undefined) flight.leave(waiter.spent.reason);
    sharing.get(key)?.adjust();
    try {
      const { answer, bytes } = await flight.value;
      // What had come before they joined.
      waiter.pay(bytes);
      waiter.throwIfSpent();
      if (!flight.shared) return answer;
      joined(operation.id);
      scope.record({
        ...{ tenant: tenant.name, api: operation.api, operation: operation.id, outcome: 'OK' },
        ...{ elapsedMs: 0, waitedMs: 0, coalesced: true },
      });
      return answer;
    } catch (thrown) {
      if (!mayJoinAgain || !flight.shared || waiter.spent !== undefined || !isOfItsCaller(thrown)) throw thrown;
    } finally {
      waiter.stop();
      sharing.get(key)?.adjust();
    }
    // All who joined are one call again.
    return waited(call, key, next, false);
  };

  return async (call, next) => {
    const { tenant, operation, scope } = call;
    const directory = directoryKey(tenant);
    // Who reads bytes gives their memory back, so that nobody shares them.
    if (operation.readsBytes === true) return next(call);
    if (call.readKey === undefined) {
      try {
        return await next(call);
      } finally {
        if (!operation.repeatable) actions.set(directory, (actions.get(directory) ?? 0) + 1);
      }
    }
    if (endOf(scope, true) <= clock.now()) throw ownTimeOver(tenant.name);
    const key = `${call.readKey}\n${actions.get(directory) ?? 0}\n${scope.look ?? ''}`;
    return waited(call, key, next, true);
  };
};
