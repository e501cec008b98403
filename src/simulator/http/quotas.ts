import type { Route } from './types.ts';

/** Counts calls in windows of a minute and an hour, per operation and tenant, as Microsoft documents its limits. */
export interface Quotas {
  /** Takes one call; the answer is the number of seconds (a fraction is possible) to wait when there is none left, else 0. */
  take(route: Pick<Route, 'id' | 'quota'>, tenantId: string): number;
  /** An answer took so many milliseconds: it counts where run time is limited, and the next query is refused when it is used up. */
  ran(route: Pick<Route, 'id' | 'quota'>, tenantId: string, ms: number): void;
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
  const runWindows = ({ id, quota }: Pick<Route, 'id' | 'quota'>, tenantId: string, atMs: number) =>
    (['runSecondsPerHour', 'runSecondsPerDay'] as const).flatMap((span) => {
      const limit = quota[span] ?? null;
      const spanMs = runSpans[span];
      return limit === null
        ? []
        : [{ limit: limit * 1000, spanMs, window: windowOf(`${tenantId} ${id} ${span}`, spanMs, atMs) }];
    });
  return {
    ran(route, tenantId, ms) {
      for (const { window } of runWindows(route, tenantId, now().getTime())) window.used += ms;
    },
    take({ id, quota }, tenantId) {
      const atMs = now().getTime();
      const limited = (['perMinute', 'perHour'] as const).flatMap((span) => {
        const limit = quota[span];
        return limit === null
          ? []
          : [{ limit, spanMs: spans[span], window: windowOf(`${tenantId} ${id} ${span}`, spans[span], atMs) }];
      });
      const waits = [...limited, ...runWindows({ id, quota }, tenantId, atMs)]
        .filter(({ limit, window }) => window.used >= limit)
        .map(({ spanMs, window }) => (window.startedAtMs + spanMs - atMs) / 1000);
      if (waits.length > 0) return Math.max(...waits);
      for (const { window } of limited) window.used += 1;
      return 0;
    },
    reset: () => windows.clear(),
  };
};
