import type { Route } from './types.ts';

/** Counts calls in windows of a minute and an hour, per operation and tenant, as Microsoft documents its limits. */
export interface Quotas {
  /** Takes one call; the answer is the number of seconds (a fraction is possible) to wait when there is none left, else 0. */
  take(route: Pick<Route, 'id' | 'quota'>, tenantId: string): number;
  reset(): void;
}

interface Window {
  startedAtMs: number;
  used: number;
}

const spans = { perMinute: 60_000, perHour: 3_600_000 } as const;

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
  return {
    take({ id, quota }, tenantId) {
      const atMs = now().getTime();
      const limited = (['perMinute', 'perHour'] as const).flatMap((span) => {
        const limit = quota[span];
        return limit === null
          ? []
          : [{ limit, spanMs: spans[span], window: windowOf(`${tenantId} ${id} ${span}`, spans[span], atMs) }];
      });
      const waits = limited
        .filter(({ limit, window }) => window.used >= limit)
        .map(({ spanMs, window }) => (window.startedAtMs + spanMs - atMs) / 1000);
      if (waits.length > 0) return Math.max(...waits);
      for (const { window } of limited) window.used += 1;
      return 0;
    },
    reset: () => windows.clear(),
  };
};
