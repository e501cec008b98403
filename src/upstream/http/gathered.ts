import type { Clock } from '../../clock.ts';
import { tenantKey } from '../../config/tenant-keys.ts';
import { asError, type GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { endOf } from '../../scope/time-left.ts';
import { type CallScope, createScope, identityKey } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import { createUnderWayByKey } from '../../under-way.ts';
import { type Answer, type Call, type Next, type Policy, placeOf } from './call.ts';
import { failureWithoutAnswer } from './failure.ts';
import type { Together } from './operation.ts';
import type { Quotas } from './quotas.ts';

interface GatheredParts {
  readonly quotas: Pick<Quotas, 'isShort'>;
  readonly clock: Clock;
  readonly log: Log;
  /** A read was answered by a call of several. */
  readonly joined: (operation: string) => void;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}

/** So many of a kind are under way alone at once. */
const mostAlone = 2;

/** The longest that one waits for others, milliseconds: Microsoft takes as long for an answer. */
const longestWaitMs = 250;

/** What a try may take, milliseconds: those who wait for it go two at a time. */
const tryMs = 5000;

/** One that waits to be read with others. Who leaves is told by whom they share it with, and nothing comes of what is told here. */
interface Waiting {
  readonly call: Call;
  readonly together: Together;
  readonly next: Next;
  readonly resolve: (answer: Answer | Promise<Answer>) => void;
  readonly reject: (reason: unknown) => void;
}

/** Reads of one kind, for one identity of a tenant. */
interface Gathering {
  /** Calls of the kind, of one or of several. */
  underWay: number;
  waiting: readonly Waiting[];
  /** Whether a time is set at which those who wait go, whatever is under way. */
  isTimed: boolean;
  /** Whether the last call of several brought what was asked for. */
  isTaken: boolean;
  /** Whether it is being tried if the service takes such calls. */
  isTrying: boolean;
  /** The last that was read alone. */
  lastId: string;
  /** Nothing of the kind is under way. */
  readonly over: () => void;
}

const nobody: readonly Waiting[] = [];

/** Of somebody who sits before it. What looks for what became of an action reads by itself, and what nobody waits for has time. */
const mayGather = ({ look, inBackground, caller }: CallScope): boolean =>
  look === undefined && inBackground !== true && caller !== undefined;

/** Of the scopes, the one of which that is most. */
const mostOf = (scopes: readonly CallScope[], of: (scope: CallScope) => number): CallScope | undefined =>
  scopes.reduce<CallScope | undefined>(
    (most, one) => (most === undefined || of(one) > of(most) ? one : most),
    undefined,
  );

/**
 * One call for several: it has the time and the patience of who has most of them. All is read now, for what is kept may be older than one
 * of them accepts. The first pays for one call, as for its own, and each for the bytes of its own part.
 */
const scopeOfAll = (first: CallScope, all: readonly Waiting[]): CallScope => {
  const scopes = all.map(({ call: { scope } }) => scope);
  const longest = mostOf(scopes, (scope) => endOf(scope, true)) ?? first;
  let isPaid = false;
  const { patience } = mostOf(scopes, (scope) => scope.patience?.readMs ?? Number.POSITIVE_INFINITY) ?? first;
  return {
    ...first,
    ...{ deadline: longest.deadline, answerMs: longest.answerMs, patience },
    ...{ signal: neverStops, freshness: undefined, bytes: undefined },
    spend: (tenant) => {
      if (!isPaid) first.spend(tenant);
      isPaid = true;
    },
    waits: (ms: number, refusal: GatewayError) => {
      for (const { waits } of scopes) waits?.(ms, refusal);
    },
  };
};

/**
 * Reads by id that come while as many of their kind are under way, or while the quota of single reads has no room for them, go together in
 * one call, as the ids of one question do: of 100 at once 2 are read alone, and the others in 3 calls of 39 ids at most. One waits until another of
 * its kind has ended, 250 ms at the longest. What does not come of it is read alone, as without. Only where the service was
 * seen to take such calls; where nobody has tried, one is tried beside, and they wait for it as long.
 */
export const gathered = ({ quotas, clock, log, joined, stopping = neverStops }: GatheredParts): Policy => {
  const gatherings = createUnderWayByKey<Gathering>();

  const gatheringOf = ({ tenant, scope }: Call, { kind, id }: Together): Gathering => {
    const key = [tenantKey(tenant), identityKey(tenant, scope.callerToken), kind].join('\n');
    const there = gatherings.get(key);
    if (there !== undefined) return there;
    const begun: Gathering = {
      ...{ underWay: 0, waiting: nobody, isTimed: false, isTaken: false, isTrying: false, lastId: id },
      over: () => end(),
    };
    const end = gatherings.begin(key, begun);
    return begun;
  };

  const isShort = ({ tenant, operation }: Call): boolean => quotas.isShort(tenant, operation);

  /** It may be the last of its kind that was under way. */
  const ended = (gathering: Gathering): void => {
    go(gathering);
    if (gathering.underWay === 0 && gathering.waiting.length === 0) gathering.over();
  };

  const counted = async <T>(gathering: Gathering, work: () => Promise<T>): Promise<T> => {
    gathering.underWay += 1;
    try {
      return await work();
    } finally {
      gathering.underWay -= 1;
      ended(gathering);
    }
  };

  const alone = (gathering: Gathering, call: Call, { id }: Together, next: Next): Promise<Answer> => {
    gathering.lastId = id;
    return counted(gathering, () => next(call));
  };

  const answerOf = ({ call }: Waiting, row: unknown): Answer => {
    const { tenant, operation, scope } = call;
    const bytes = Buffer.from(JSON.stringify(row));
    call.onBytes?.(bytes.length);
    joined(operation.id);
    scope.record({
      ...{ tenant: tenant.name, api: operation.api, operation: operation.id, outcome: 'OK' },
      ...{ elapsedMs: 0, waitedMs: 0, coalesced: true },
    });
    return { status: 200, json: row, bytes, none: false, requestId: undefined, permissions: null };
  };

  /** Tells each that its own time is over, when it is, until all have their answer: what ends that. */
  const watchTimes = (all: readonly Waiting[]): (() => void) => {
    let timer: NodeJS.Timeout | undefined;
    const look = (): void => {
      const nowMs = clock.now();
      let soonestMs = Number.POSITIVE_INFINITY;
      for (const { call, reject } of all) {
        const endMs = endOf(call.scope, true);
        if (endMs <= nowMs)
          reject(failureWithoutAnswer(placeOf(call), new DOMException('The time is over', 'TimeoutError'), true));
        else soonestMs = Math.min(soonestMs, endMs);
      }
      if (soonestMs < Number.POSITIVE_INFINITY) timer = setTimeout(look, soonestMs - nowMs).unref();
    };
    look();
    return () => clearTimeout(timer);
  };

  const readTogether = async (gathering: Gathering, all: readonly Waiting[], first: Waiting): Promise<void> => {
    const named = all.map(({ together }) => together.id);
    // A list of one is none to every service: the quota of single reads has no room for it, so another one goes along.
    const ids = named.length === 1 ? [...new Set([...named, gathering.lastId])] : named;
    const stop = watchTimes(all);
    const found = await first.together.read(ids, scopeOfAll(first.call.scope, all)).catch((thrown: unknown) => {
      log.debug('Several could not be read together', { tenant: first.call.tenant.name, err: asError(thrown) });
      return new Map<string, unknown>();
    });
    stop();
    gathering.isTaken = found.size > 0;
    for (const one of all) {
      const row = found.get(one.together.id);
      one.resolve(row === undefined ? one.next(one.call) : answerOf(one, row));
    }
  };

  const areTaken = (gathering: Gathering, together: Together): boolean =>
    gathering.isTaken || together.known() === 'TAKEN';

  const goAlone = (gathering: Gathering, { call, together, next, resolve }: Waiting): void =>
    resolve(alone(gathering, call, together, next));

  /** Those who wait go, where something of the kind has ended or their time is over; while it is being tried how, as many as may alone. */
  const go = (gathering: Gathering): void => {
    const all = gathering.waiting.filter(({ call: { scope } }) => !scope.signal.aborted);
    gathering.waiting = nobody;
    const [first, ...others] = all;
    if (first === undefined) return;
    if (areTaken(gathering, first.together)) {
      if (others.length === 0 && !isShort(first.call)) goAlone(gathering, first);
      else void counted(gathering, () => readTogether(gathering, all, first));
      return;
    }
    const room = gathering.isTrying ? Math.max(0, mostAlone - gathering.underWay) : all.length;
    gathering.waiting = all.slice(room);
    for (const one of all.slice(0, room)) goAlone(gathering, one);
  };

  const setTime = async (gathering: Gathering): Promise<void> => {
    if (gathering.isTimed) return;
    gathering.isTimed = true;
    await clock.sleep(longestWaitMs);
    gathering.isTimed = false;
    ended(gathering);
  };

  const wait = (gathering: Gathering, call: Call, together: Together, next: Next): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    gathering.waiting = [...gathering.waiting, { call, together, next, resolve, reject }];
    void setTime(gathering);
    return promise;
  };

  /** Whether the service takes such calls is learned from one that nobody pays for. */
  const tryOut = async (
    gathering: Gathering,
    { scope: { requestId, callerToken }, tenant }: Call,
    { id, read }: Together,
  ): Promise<void> => {
    const deadline = clock.now() + tryMs;
    const own = { requestId, callerToken, deadline, signal: stopping, maxCalls: 3, inBackground: true };
    gathering.isTrying = true;
    await read([gathering.lastId, id], createScope(own)).catch((thrown: unknown) => {
      log.debug('Whether several can be read together was not answered', { tenant: tenant.name, err: asError(thrown) });
    });
    gathering.isTrying = false;
    ended(gathering);
  };

  return async (call, next) => {
    const { together } = call.operation;
    if (together === undefined || !mayGather(call.scope)) return next(call);
    const gathering = gatheringOf(call, together);
    const isRoom = gathering.underWay < mostAlone && gathering.waiting.length === 0 && !isShort(call);
    if (isRoom) return alone(gathering, call, together, next);
    if (gathering.isTrying || areTaken(gathering, together)) return wait(gathering, call, together, next);
    if (together.known() !== 'UNTRIED' || gathering.lastId === together.id)
      return alone(gathering, call, together, next);
    void tryOut(gathering, call, together);
    return wait(gathering, call, together, next);
  };
};
