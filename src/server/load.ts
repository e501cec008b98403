import { setImmediate } from 'node:timers/promises';
import type { OperationTypeNode } from 'graphql';
import type { Price } from '../access/limits.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Soon } from '../soon.ts';

/** How the process stands at one look. */
export interface LoadReadings {
  /** The longest that the event loop was late since the look before, in milliseconds. */
  readonly lagMs: number;
  /** Bytes that the process takes of the machine. */
  readonly rssBytes: number;
  /** How much of the heap that V8 may have is taken, 0 to 1. */
  readonly heapShare: number;
}

/** Where load begins to be too much. */
export interface LoadLimits {
  readonly eventLoopLagMs: number;
  readonly memoryBytes: number;
  /** Points from which on an operation is refused under load. */
  readonly expensiveCost: number;
  /** Points of all operations that are being answered, beyond which a query is refused. */
  readonly costUnderWay: number;
}

/** What there is too much of. */
export type Overload = 'lag' | 'memory';

/** Keeps a process that has too much to do from taking on more. */
export interface Load {
  /** Takes a reading: to be called about once a second. */
  look(): void;
  /** What there is too much of now. */
  overload(): Overload | null;
  /** Throws `OVERLOADED` for a query that costs much, and for one of the schema, while there is. Mutations pass, and cheap queries. */
  checkRoom(type: OperationTypeNode, price: Price): void;
  /**
   * Takes the points of an operation until what it returns is called. Throws `OVERLOADED` for a query when what is under way has too
   * many; one alone is never refused. Mutations pass, and their points count for the queries beside them.
   */
  begin(type: OperationTypeNode, price: Price): () => void;
  /**
   * Waits until it is the operation's turn: those that cost much begin one after the other, with room between them for whatever else
   * has come in. Others never wait.
   */
  turn(price: Price): Soon<void>;
}

/** What load is judged by, and where it is told. */
export interface LoadDeps {
  readonly readings: () => LoadReadings;
  readonly limits: LoadLimits;
  readonly metrics: Pick<Metrics, 'shed' | 'overloaded'>;
  readonly log: Log;
}

/** V8 collects garbage ever more often as its heap fills, and ends the process when it is full. */
const fullHeapShare = 0.85;

/** One late look may be a large answer or a collection of garbage; two in a row are too much work. */
const lateLooks = 2;

const retryAfterSeconds = 5;

const words = {
  lag: 'has more to do than it gets done',
  memory: 'has hardly any memory left',
} as const satisfies Record<Overload, string>;

/**
 * Judges load by `readings`, which `look` takes. Past `limits.memoryBytes`, or with more than 85 % of the heap taken, one look is
 * enough; past `limits.eventLoopLagMs` it takes two in a row. Both refusals are `OVERLOADED` with `retryAfterSeconds`, before
 * anything is done. docs/settings.md, Load.
 */
export const createLoad = ({ readings, limits, metrics, log }: LoadDeps): Load => {
  let late = 0;
  let state: Overload | null = null;
  let lastTurn = Promise.resolve();
  let underWay = 0;
  const costsMuch = ({ cost, schema }: Price): boolean => cost >= limits.expensiveCost || schema > 0;

  const overloadIn = ({ lagMs, rssBytes, heapShare }: LoadReadings): Overload | null => {
    late = lagMs > limits.eventLoopLagMs ? late + 1 : 0;
    if (rssBytes > limits.memoryBytes || heapShare > fullHeapShare) return 'memory';
    return late >= lateLooks ? 'lag' : null;
  };

  return {
    overload: () => state,
    look: () => {
      const read = readings();
      const before = state;
      state = overloadIn(read);
      if (state === before) return;
      metrics.overloaded(state);
      if (state === null) log.info('the gateway has room again');
      else log.warn(`the gateway ${words[state]}: what costs much is refused`, { ...read });
    },
    turn: (price) => {
      if (!costsMuch(price)) return;
      lastTurn = lastTurn.then(() => setImmediate());
      return lastTurn;
    },
    begin: (type, { cost }) => {
      const isMutation = type === 'mutation';
      if (!isMutation && underWay > 0 && underWay + cost > limits.costUnderWay) {
        metrics.shed('queries');
        throw new GatewayError(
          'OVERLOADED',
          `Queries of ${underWay} points are under way (limits.costUnderWay): ask again in ${retryAfterSeconds} s`,
          { retryAfterSeconds, sent: 'no' },
        );
      }
      underWay += cost;
      let isOver = false;
      return () => {
        if (!isOver) underWay -= cost;
        isOver = true;
      };
    },
    checkRoom: (type, price) => {
      if (state === null || type === 'mutation' || !costsMuch(price)) return;
      metrics.shed(state);
      throw new GatewayError(
        'OVERLOADED',
        `The gateway ${words[state]}: ask for less, or again in ${retryAfterSeconds} s`,
        { retryAfterSeconds, sent: 'no' },
      );
    },
  };
};
