import type { Clock } from '../../clock.ts';
import type { ApiName } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { CallScope } from '../../scope.ts';
import { neverStops } from '../../stopping.ts';
import type { Window, WindowState } from '../../store/windows.ts';
import { type Bucket, bucketOf, type Counted, type Drawers, lateMs } from './quota.ts';
import { createQuotaCounts, type QuotaSpace } from './quota-counts.ts';
import { createQuotaLines, named } from './quota-line.ts';

/**
 * Microsoft's quotas, kept by all replicas together: no call is sent that would exceed one that its page prints, and none while
 * Microsoft wants none (a 429 that comes all the same, for others use the quota too, is remembered as long as it says).
 */
export interface Quotas {
  /**
   * Takes one call from its quota, and waits for it in turn: actions before reads before the gateway's own, callers one after the
   * other. The milliseconds that it waited. Throws `UPSTREAM_THROTTLED` with `retryAfterSeconds`, at once, when it would wait
   * longer than its caller has patience or time, and as soon as that shows later. Those who are told are told different times, at
   * the quota's pace: there is room for each when they come.
   */
  take(tenant: Tenant, operation: Counted, scope: CallScope): Promise<number>;
  /** `isNamed`: Microsoft named the time for the call itself, which may be waited out; else callers are told at once. */
  hold(tenant: Tenant, operation: Counted, seconds: number, isNamed?: boolean): Promise<void>;
  /**
   * Its answer came so many milliseconds after it was taken: one that was long under way may have been counted late. `ran`: Microsoft
   * did what was asked, or tried, as by default; then it counts as run time, where that is limited.
   */
  answered(tenant: Tenant, operation: Counted, afterMs: number, ran?: boolean): void;
  /** Whether the next call has room, as far as this process knows, which asks no store; `HELD`: Microsoft wants none. */
  roomOf(tenant: Tenant, operation: Counted): 'ROOM' | 'USED_UP' | 'HELD';
  /** Milliseconds until the next call may be sent, as far as is known; 0: now. */
  waitMs(tenant: Tenant, operation: Counted): Promise<number>;
  /** How the quotas stand that this process has used in the last hours. */
  states(): Promise<readonly QuotaState[]>;
}

/** A window, and where it stands. */
export type QuotaWindowState = Window & WindowState;

/** How a quota stands, over all replicas. */
export interface QuotaState {
  readonly drawers: Drawers;
  readonly api: ApiName;
  readonly quotaClass: string;
  readonly windows: readonly QuotaWindowState[];
  /** Of the time that queries run, milliseconds; none where no page limits it. */
  readonly runTime: readonly QuotaWindowState[];
  /** Milliseconds for which Microsoft wants no calls. */
  readonly heldMs: number;
  /** Calls of this process that wait. */
  readonly waiting: number;
}

/** Quotas whose state is told, at most; beyond it the oldest is not. */
const mostKnown = 10_000;

/** Microsoft ends a query of Defender for Endpoint's after it (mde-notes): what is waited for longer does not run. */
const longestRunMs = 200_000;

interface QuotasParts {
  /** Shared by all replicas; null: there are none. */
  readonly space: QuotaSpace | null;
  readonly clock: Clock;
  /** False: only what Microsoft says itself keeps calls back. True by default. */
  readonly isKept?: boolean;
  /** Longer than this nobody is made to wait, milliseconds. */
  readonly maxWaitMs: number;
  /** Fires when the gateway stops: then nobody waits long. */
  readonly stopping?: AbortSignal;
  /** Told how many calls wait now, of all quotas. */
  readonly waits?: (count: number) => void;
}

/** A bucket, and the quota that it was made of. */
interface Made {
  readonly quota: Counted['quota'];
  readonly bucket: Bucket;
}

const joined = (windows: readonly Window[], states: readonly WindowState[]): readonly QuotaWindowState[] =>
  windows.map((window, index) => ({ ...window, ...(states[index] ?? { left: window.limit, wholeInMs: 0 }) }));

/** Calls of the store: those of `createQuotaCounts` for each call to Microsoft, and of `createQuotaLines` for one that waits. */
export const createQuotas = ({
  space,
  clock,
  maxWaitMs,
  isKept = true,
  stopping = neverStops,
  waits = () => {},
}: QuotasParts): Quotas => {
  const counts = createQuotaCounts(space, clock);
  const lines = createQuotaLines({ counts, clock, maxWaitMs, stopping, waits });
  const known = new Map<string, Bucket>();

  /** By operation, of each tenant as it is set. */
  const made = new WeakMap<Tenant, Map<string, Made>>();
  const drawnOn = (tenant: Tenant, operation: Counted): Bucket => {
    const ofTenant = made.get(tenant) ?? new Map<string, Made>();
    const before = ofTenant.get(operation.id);
    if (before !== undefined && before.quota === operation.quota) return before.bucket;
    const counted = bucketOf(tenant, operation);
    const bucket = isKept ? counted : { ...counted, windows: [], runTime: null };
    made.set(tenant, ofTenant.set(operation.id, { quota: operation.quota, bucket }));
    return bucket;
  };

  const note = (bucket: Bucket): void => {
    if (known.get(bucket.key) === bucket) return;
    // Hunting's is told with its run time, when an API was asked that has one.
    const before = known.get(bucket.key)?.runTime ?? null;
    known.delete(bucket.key);
    known.set(bucket.key, { ...bucket, runTime: bucket.runTime ?? before });
    const [oldest] = known.size > mostKnown ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  };

  return {
    take: async (tenant, operation, scope) => {
      const bucket = drawnOn(tenant, operation);
      note(bucket);
      if (await lines.enter(bucket, operation, scope)) return 0;
      scope.signal.throwIfAborted();
      const sinceMs = clock.now();
      await lines.wait(bucket, operation, scope);
      return clock.now() - sinceMs;
    },

    hold: async (tenant, operation, seconds, isNamed = true) => {
      const bucket = drawnOn(tenant, operation);
      await counts.hold(bucket, seconds * 1000, isNamed ? named : '');
      // Those who wait are told at once when it is too long for them.
      lines.wake(bucket);
    },

    answered: (tenant, operation, afterMs, ran = true) => {
      const bucket = drawnOn(tenant, operation);
      if (afterMs > lateMs) counts.renew(bucket, afterMs);
      if (ran && bucket.runTime !== null) counts.ran(bucket.runTime, Math.min(afterMs, longestRunMs));
    },

    roomOf: (tenant, operation) => {
      const bucket = drawnOn(tenant, operation);
      const { waitMs, heldMs } = counts.ownRoom(bucket);
      if (heldMs > 0) return 'HELD';
      return waitMs > 0 || lines.waiting(bucket) > 0 ? 'USED_UP' : 'ROOM';
    },

    waitMs: async (tenant, operation) => (await counts.lookAhead(drawnOn(tenant, operation), 1)).waitMs,

    states: () =>
      Promise.all(
        [...known.values()].map(async (bucket) => {
          const { drawers, api, quotaClass, windows, runTime } = bucket;
          const taken = await counts.calls(bucket);
          return {
            ...{ drawers, api, quotaClass, heldMs: taken.heldMs },
            windows: joined(windows, taken.windows),
            runTime: runTime === null ? [] : joined(runTime.windows, await counts.runTime(runTime)),
            waiting: lines.waiting(bucket),
          };
        }),
      ),
  };
};
