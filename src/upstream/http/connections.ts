import type { Clock } from '../../clock.ts';
import type { ApiEndpoint } from '../../clouds/endpoints.ts';
import { directoryKey } from '../../config/tenant-keys.ts';
import { UpstreamError } from '../../errors.ts';
import { timeFor, timeLimit } from '../../scope/time-left.ts';
import { type Call, type Policy, placeOf } from './call.ts';
import type { Circuits } from './circuit.ts';
import { apiTitles } from './failure.ts';
import { createFairLine, type FairLine } from './fair-line.ts';

/** The connections to one origin are all in use, and none became free in time. */
class ConnectionsBusyError extends Error {
  constructor() {
    super('All connections are in use');
    this.name = 'ConnectionsBusyError';
  }
}

/** Whether a call was not sent since all connections were in use: that says nothing of the API. */
export const foundNoConnection = (cause: unknown): boolean => cause instanceof ConnectionsBusyError;

type Kind = 'action' | 'read';

interface Waiting {
  readonly tenant: string;
  readonly enter: () => void;
}

/** Who has a connection to an origin, and who waits for one. */
interface OriginPool {
  using: number;
  readonly usingBy: Map<string, number>;
  readonly waiting: FairLine<Kind, Waiting>;
}

const kinds = ['action', 'read'] as const satisfies readonly Kind[];

/** Connections to each origin, given in fair turns: tenants one after the other, actions before reads. */
export interface ConnectionPool {
  /** A connection that is free and nobody before waits for; what gives it back. */
  takeFree(origin: string, tenant: string, kind: Kind): (() => void) | undefined;
  /** Waits for a connection; what gives it back. Rejects with the signal's reason. */
  take(origin: string, tenant: string, kind: Kind, signal: AbortSignal): Promise<() => void>;
}

/** Told how many there are now, of all origins. */
interface Gauges {
  readonly waits?: (count: number) => void;
  readonly uses?: (count: number) => void;
}

/**
 * `width` connections to an origin. A tenant gets one for a read only while it has fewer than are free: alone it has half of them, each
 * of two that hang a third, and of any number the same as is left free for those that have none.
 */
export const createConnectionPool = (
  width: number,
  { waits = () => {}, uses = () => {} }: Gauges = {},
): ConnectionPool => {
  const pools = new Map<string, OriginPool>();
  let waitingNow = 0;
  let usingNow = 0;
  const count = (change: 1 | -1): void => {
    waitingNow += change;
    waits(waitingNow);
  };
  const countUse = (change: 1 | -1): void => {
    usingNow += change;
    uses(usingNow);
  };

  const poolOf = (origin: string): OriginPool => {
    const pool = pools.get(origin) ?? {
      using: 0,
      usingBy: new Map(),
      waiting: createFairLine(kinds),
    };
    pools.set(origin, pool);
    return pool;
  };

  const mayUse = (pool: OriginPool, tenant: string, kind: Kind): boolean =>
    (kind === 'action' ? 0 : (pool.usingBy.get(tenant) ?? 0)) < width - pool.using;

  const use = (pool: OriginPool, tenant: string): void => {
    pool.using += 1;
    countUse(1);
    pool.usingBy.set(tenant, (pool.usingBy.get(tenant) ?? 0) + 1);
  };

  /** Lets in who is next. */
  const admit = (pool: OriginPool): boolean => {
    const next = pool.waiting.next((kind, tenant) => mayUse(pool, tenant, kind));
    if (next === undefined) return false;
    use(pool, next.tenant);
    next.enter();
    return true;
  };

  const release = (pool: OriginPool, tenant: string): void => {
    pool.using -= 1;
    countUse(-1);
    const by = (pool.usingBy.get(tenant) ?? 1) - 1;
    if (by === 0) pool.usingBy.delete(tenant);
    else pool.usingBy.set(tenant, by);
    while (pool.waiting.size > 0 && admit(pool));
  };

  const takeFree: ConnectionPool['takeFree'] = (origin, tenant, kind) => {
    const pool = poolOf(origin);
    if (!mayUse(pool, tenant, kind) || pool.waiting.has(kind, tenant)) return undefined;
    use(pool, tenant);
    return () => release(pool, tenant);
  };

  return {
    takeFree,
    take: (origin, tenant, kind, signal) => {
      const free = takeFree(origin, tenant, kind);
      if (free !== undefined) return Promise.resolve(free);
      const pool = poolOf(origin);
      const giveBack = (): void => release(pool, tenant);
      if (signal.aborted) return Promise.reject(signal.reason);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          quit();
          count(-1);
          reject(signal.reason);
        };
        const enter = (): void => {
          signal.removeEventListener('abort', leave);
          count(-1);
          resolve(giveBack);
        };
        signal.addEventListener('abort', leave, { once: true });
        const quit = pool.waiting.join(kind, tenant, { tenant, enter });
        count(1);
      });
    },
  };
};

const origins = new WeakMap<ApiEndpoint, string>();
const originOf = (endpoint: ApiEndpoint): string => {
  const origin = origins.get(endpoint) ?? new URL(endpoint.baseUrl).origin;
  origins.set(endpoint, origin);
  return origin;
};

interface ConnectedParts {
  readonly connections: ConnectionPool;
  readonly circuits: Pick<Circuits, 'isOpen'>;
  readonly clock: Clock;
  readonly timeouts: { readonly normal: number; readonly hunting: number };
}

/** Gives each call a connection, for as long as it takes. Who has none within the time of a call is told so: it was not sent. */
export const connected = ({ connections, circuits, clock, timeouts }: ConnectedParts): Policy => {
  const waitFor = async (call: Call, origin: string, kind: Kind): Promise<() => void> => {
    const { tenant, operation, scope } = call;
    const nowMs = clock.now();
    const leftMs = (): number =>
      Math.min(timeouts[operation.pace ?? 'normal'], timeFor(scope, operation.repeatable, nowMs));
    const limit = timeLimit(leftMs(), () => nowMs + leftMs(), scope.signal);
    return connections
      .take(origin, directoryKey(tenant), kind, limit.signal)
      .catch((thrown: unknown) => {
        scope.signal.throwIfAborted();
        throw limit.isOver() ? busy(call) : thrown;
      })
      .finally(limit.stop);
  };

  return async (call, next) => {
    const { tenant, operation, endpoint } = call;
    // What a breaker keeps back is told at once, and takes no connection.
    if (circuits.isOpen(call)) return next(call);
    const kind = operation.repeatable ? 'read' : 'action';
    const origin = originOf(endpoint);
    const giveBack = connections.takeFree(origin, directoryKey(tenant), kind) ?? (await waitFor(call, origin, kind));
    try {
      return await next(call);
    } finally {
      giveBack();
    }
  };
};

const busy = (call: Call): UpstreamError => {
  const { tenant, operation } = placeOf(call);
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `All connections to ${apiTitles[operation.api]} are in use (upstream.connections): it was not asked`,
    { tenant, api: operation.api, sent: 'no', retryAfterSeconds: 5 },
    new ConnectionsBusyError(),
  );
};
