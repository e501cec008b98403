import type { Clock } from '../../clock.ts';
import { tenantKey } from '../../config/tenant-keys.ts';
import { asError, GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { endOf } from '../../scope/time-left.ts';
import { type CallScope, createScope, identityKey } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import { createUnderWayByKey } from '../../under-way.ts';
import type { Answer, Call, Next, Policy } from './call.ts';
import type { Together } from './operation.ts';
import type { Quotas } from './quotas.ts';
import { createWaiting, type Waiting } from './waiting.ts';

interface GatheredParts {
  readonly quotas: Pick<Quotas, 'roomOf'>;
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

/** How often it is looked whether anybody waits for a call of several, milliseconds. */
const tickMs = 100;

/** The longest that one waits for a call of several, milliseconds: then it is read alone. */
const longestTogetherMs = 3000;

/** Who has less time left reads alone at once, milliseconds: after a call of several in vain there is enough for that. */
const leastLeftMs = 3 * longestTogetherMs;

/** So long reads go apart when a call of several brought nothing, milliseconds: the next ids may be of nothing either. */
const apartMs = 10_000;

/** Reads of one kind, for one identity of a tenant. */
interface Gathering {
  /** Calls of the kind, of one or of several. */
  underWay: number;
  waiting: readonly Waiting[];
  /** Whether a time is set at which those who wait go, whatever is under way. */
  isTimed: boolean;
  /** Whether they go apart for a while: the last call of several brought nothing. */
  isApart: boolean;
  /** Whether it is being tried if the service takes such calls. */
  isTrying: boolean;
  /** The last that was read alone. */
  lastId: string;
  /** Nothing of the kind is under way. */
  readonly over: () => void;
}

/** What passes by itself, and is known to all. */
const isThrottled = (thrown: unknown): boolean =>
  thrown instanceof GatewayError && thrown.code === 'UPSTREAM_THROTTLED';

const nobody: readonly Waiting[] = [];

/**
 * A call for others: all is read now, for what is kept may be older than one of them accepts; it waits for no quota, as they have another
 * way; and what it costs or loses is not the first one's.
 */
const scopeFor = (
  { scope: { requestId, callerToken } }: Call,
  own: Pick<Parameters<typeof createScope>[0], 'deadline' | 'signal' | 'maxCalls' | 'caller' | 'inBackground'>,
): CallScope => ({
  ...createScope({ requestId, callerToken, patience: { readMs: 0, actionMs: 0 }, ...own }),
  bytes: undefined,
});

/**
 * Reads by id that come while as many of their kind are under way, or while the quota of single reads has no room for them, go together in
 * one call, as the ids of one question do: of 100 at once 2 are read alone, and the others in 3 calls of 39 ids at most. One waits until another of
 * its kind has ended, 250 ms at the longest, and 3 s for the call. What does not come of it is read alone, as without. Only where the service was
 * seen to take such calls, and their quota has room; where nobody has tried, one is tried beside, and they wait for it as long.
 */
export const gathered = ({ quotas, clock, log, joined, stopping = neverStops }: GatheredParts): Policy => {
  const gatherings = createUnderWayByKey<Gathering>();

  const gatheringOf = ({ tenant, scope }: Call, { many, id }: Together): Gathering => {
    const key = [tenantKey(tenant), identityKey(tenant, scope.callerToken), many.id].join('\n');
    const there = gatherings.get(key);
    if (there !== undefined) return there;
    const begun: Gathering = {
      ...{ underWay: 0, waiting: nobody, isTimed: false, isApart: false, isTrying: false, lastId: id },
      over: () => end(),
    };
    const end = gatherings.begin(key, begun);
    return begun;
  };

  const isShort = ({ tenant, operation }: Call): boolean => quotas.roomOf(tenant, operation) === 'USED_UP';
  const hasRoom = ({ tenant }: Call, { many }: Together): boolean => quotas.roomOf(tenant, many) === 'ROOM';

  /**
   * Somebody sits before it, and has the time. What looks for what became of an action reads by itself, and what nobody waits for has
   * time.
   */
  const mayGather = ({ scope }: Call): boolean =>
    scope.look === undefined &&
    scope.inBackground !== true &&
    scope.caller !== undefined &&
    endOf(scope, true) - clock.now() > leastLeftMs;

  /** It may be the last of its kind that was under way. */
  const ended = (gathering: Gathering): void => {
    go(gathering);
    if (gathering.underWay === 0 && gathering.waiting.length === 0 && !gathering.isApart) gathering.over();
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

  /** Each pays for one call and the bytes of its own part, as alone. */
  const answerOf = async (call: Call, json: unknown, bytes: Uint8Array): Promise<Answer> => {
    const { tenant, operation, scope } = call;
    scope.spend(tenant.name);
    call.onBytes?.(bytes.length);
    joined(operation.id);
    scope.record({
      ...{ tenant: tenant.name, api: operation.api, operation: operation.id, outcome: 'OK' },
      ...{ elapsedMs: 0, waitedMs: 0, coalesced: true },
    });
    return { status: 200, json, bytes, none: false, requestId: undefined, permissions: null };
  };

  const goApart = async (gathering: Gathering): Promise<void> => {
    gathering.isApart = true;
    await clock.sleep(apartMs, stopping).catch(() => {});
    gathering.isApart = false;
    ended(gathering);
  };

  const readTogether = async (gathering: Gathering, all: readonly Waiting[], first: Waiting): Promise<void> => {
    const { call, together } = first;
    const { tenant, scope } = call;
    const byId = Map.groupBy(all, (one) => one.together.id);
    // One alone, for which the quota of single reads has no room, is named twice: a list of one is none to every service.
    const ids = byId.size === 1 ? [together.id, together.id] : [...byId.keys()];
    const brokenOff = new AbortController();
    const beganMs = clock.now();
    let isLate = false;
    const areAllLeft = (): boolean => all.every((one) => one.isLeft());
    const ticking = setInterval(() => {
      isLate ||= !areAllLeft() && clock.now() - beganMs >= longestTogetherMs;
      if (isLate) for (const one of all) one.alone();
      if (areAllLeft()) brokenOff.abort(new DOMException('Nobody waits for it', 'AbortError'));
    }, tickMs).unref();
    const own = { deadline: endOf(scope, true), signal: brokenOff.signal, maxCalls: Number.POSITIVE_INFINITY };
    let hasBrought = false;
    const bring = (id: string, json: unknown): void => {
      hasBrought = true;
      const bytes = Buffer.from(JSON.stringify(json));
      for (const one of byId.get(id) ?? []) one.end(() => answerOf(one.call, json, bytes));
    };
    try {
      const scopeOfAll = scopeFor(call, { ...own, caller: scope.caller });
      await together.read(ids, { ...scopeOfAll, record: scope.record }, bring);
      if (!hasBrought && byId.size > 1) void goApart(gathering);
    } catch (thrown) {
      if ((isLate || !areAllLeft()) && !isThrottled(thrown)) together.avoid();
      log.debug('Several could not be read together', { tenant: tenant.name, err: asError(thrown) });
    }
    clearInterval(ticking);
    for (const one of all) one.alone();
  };

  const areTaken = ({ isApart }: Gathering, call: Call, together: Together): boolean =>
    !isApart && together.known() === 'TAKEN' && hasRoom(call, together);

  /** Those who wait go, where something of the kind has ended or their time is over; while it is being tried how, as many as may alone. */
  const go = (gathering: Gathering): void => {
    const all = gathering.waiting.filter((one) => !one.isLeft());
    // Who has left is told why.
    if (all.length < gathering.waiting.length) for (const one of gathering.waiting) if (one.isLeft()) one.alone();
    gathering.waiting = nobody;
    const [first, ...others] = all;
    if (first === undefined) return;
    if (areTaken(gathering, first.call, first.together) && (others.length > 0 || isShort(first.call))) {
      void counted(gathering, () => readTogether(gathering, all, first));
      return;
    }
    const room = gathering.isTrying ? Math.max(0, mostAlone - gathering.underWay) : all.length;
    gathering.waiting = all.slice(room);
    for (const one of all.slice(0, room)) one.alone();
  };

  const setTime = async (gathering: Gathering): Promise<void> => {
    if (gathering.isTimed) return;
    gathering.isTimed = true;
    await clock.sleep(longestWaitMs);
    gathering.isTimed = false;
    ended(gathering);
  };

  const wait = (gathering: Gathering, call: Call, together: Together, next: Next): Promise<Answer> => {
    const readAlone = () => alone(gathering, call, together, next);
    const { one, answer } = createWaiting(call, together, readAlone);
    gathering.waiting = [...gathering.waiting, one];
    void setTime(gathering);
    return answer;
  };

  /** Whether the service takes such calls is learned from one that nobody pays for. */
  const tryOut = async (gathering: Gathering, call: Call, { id, read }: Together): Promise<void> => {
    const deadline = clock.now() + longestTogetherMs;
    const scope = scopeFor(call, { deadline, signal: stopping, maxCalls: 3, inBackground: true });
    gathering.isTrying = true;
    await read([gathering.lastId, id], scope, () => {}).catch((thrown: unknown) => {
      const { tenant } = call;
      log.debug('Whether several can be read together was not answered', { tenant: tenant.name, err: asError(thrown) });
    });
    gathering.isTrying = false;
    ended(gathering);
  };

  return async (call, next) => {
    const { together } = call.operation;
    if (together === undefined || !mayGather(call)) return next(call);
    const gathering = gatheringOf(call, together);
    const room = quotas.roomOf(call.tenant, call.operation);
    const isFree = gathering.underWay < mostAlone && gathering.waiting.length === 0 && room === 'ROOM';
    // What Microsoft wants no calls of is asked in no other way.
    if (isFree || room === 'HELD') return alone(gathering, call, together, next);
    // Where some wait it was looked, and is once more when they go.
    const mayWait = gathering.waiting.length > 0 || gathering.isTrying || areTaken(gathering, call, together);
    if (mayWait) return wait(gathering, call, together, next);
    if (together.known() !== 'UNTRIED' || !hasRoom(call, together)) return alone(gathering, call, together, next);
    void tryOut(gathering, call, together);
    return wait(gathering, call, together, next);
  };
};
