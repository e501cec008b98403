import type { Route } from './types.ts';

/** A call, as it is counted. */
type Counted = Pick<Route, 'id' | 'quota' | 'quotaClass'>;

/** Counts calls in windows of a minute and an hour, per tenant and operation or what is counted together, as Microsoft documents its limits. */
export interface Quotas {
  /** Takes one call; the answer is the number of seconds (a fraction is possible) to wait when there is none left, else 0. */
  take(route: Counted, tenantId: string): number;
  /** An answer took so many milliseconds: it counts where run time is limited, and the next query is refused when it is used up. */
  ran(route: Counted, tenantId: string, ms: number): void;
  reset(): void;
}

interface Window {
  startedAtMs: number;
  used: number;
}

const spans = { perMinute: 60_000, perHour: 3_600_000 } as const;
const runSpans = { runSecondsPerHour: 3_600_000, runSecondsPerDay: 86_400_000 } as const;

/** A window opens with its first call. A refused call uses nothing up. */
export const createQuotas = (now: () => Date): Quotas => {
  const windows = new Map<string, Window>();
  const windowOf = (key: string, spanMs: number, atMs: number): Window => {
    const known = windows.get(key);
    if (known && atMs - known.startedAtMs < spanMs) return known;
    const opened = { startedAtMs: atMs, used: 0 };
    windows.set(key, opened);
    return opened;
  };
  const runWindows = ({ id, quota, quotaClass = id }: Counted, tenantId: string, atMs: number) =>
    (['runSecondsPerHour', 'runSecondsPerDay'] as const).flatMap((span) => {
      const limit = quota[span] ?? null;
      const spanMs = runSpans[span];
      return limit === null
        ? []
        : [{ limit: limit * 1000, spanMs, window: windowOf(`${tenantId} ${quotaClass} ${span}`, spanMs, atMs) }];
    });
  return {
    ran(route, tenantId, ms) {
      for (const { window } of runWindows(route, tenantId, now().getTime())) window.used += ms;
    },
    take(route, tenantId) {
      const { id, quota, quotaClass = id } = route;
      const atMs = now().getTime();
      const limited = (['perMinute', 'perHour'] as const).flatMap((span) => {
        const limit = quota[span];
        return limit === null
          ? []
          : [{ limit, spanMs: spans[span], window: windowOf(`${tenantId} ${quotaClass} ${span}`, spans[span], atMs) }];
      });
      const waits = [...limited, ...runWindows(route, tenantId, atMs)]
        .filter(({ limit, window }) => window.used >= limit)
        .map(({ spanMs, window }) => (window.startedAtMs + spanMs - atMs) / 1000);
      if (waits.length > 0) return Math.max(...waits);
      for (const { window } of limited) window.used += 1;
      return 0;
    },
    reset: () => windows.clear(),
  };
};
