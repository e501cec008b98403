/**
 * What a request has lost by waiting for tenants that gave no answer. All tries of a call, and all APIs that have the same,
 * draw on one time of the tenant: one that hangs costs its own rows, and the others do not wait for it.
 */
export interface Lateness {
  /** A call gave no answer from `startedMs` to `endedMs`. `hung`: it was broken off for its time. */
  note(tenant: string, api: string, attempt: { startedMs: number; endedMs: number; hung: boolean }): void;
  /** Milliseconds that the next call to an API may take, where one that is not late may take `timeoutMs`. */
  timeoutFor(tenant: string, api: string, timeoutMs: number): number;
}

/** What a tenant may cost altogether, as a part of the time of one call: the first call its time, and others the rest. */
const tenantPart = 1.5;

/** An API that hung once gets less of the time that is left, so that there is some for the next API. */
const shares = { late: 1 / 3, fresh: 2 / 3 } as const;

/** What a call may always take, as a part of its time: an API is never given up unasked. */
const leastShare = { late: 1 / 30, fresh: 1 / 6 } as const;

/** For one request; nothing is late yet. */
export const createLateness = (): Lateness => {
  const lost = new Map<string, { ms: number; untilMs: number }>();
  const hung = new Set<string>();
  return {
    note: (tenant, api, attempt) => {
      const { ms, untilMs } = lost.get(tenant) ?? { ms: 0, untilMs: 0 };
      // Calls side by side lose the same time once.
      const more = Math.max(0, attempt.endedMs - Math.max(attempt.startedMs, untilMs));
      lost.set(tenant, { ms: ms + more, untilMs: Math.max(untilMs, attempt.endedMs) });
      if (attempt.hung) hung.add(`${tenant}\n${api}`);
    },
    timeoutFor: (tenant, api, timeoutMs) => {
      const kind = hung.has(`${tenant}\n${api}`) ? 'late' : 'fresh';
      const leftMs = timeoutMs * tenantPart - (lost.get(tenant)?.ms ?? 0);
      return Math.min(timeoutMs, Math.max(leftMs * shares[kind], timeoutMs * leastShare[kind]));
    },
  };
};
