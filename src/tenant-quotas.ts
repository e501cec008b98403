import type { Tenant } from './config/tenants.ts';
import { dayMs, drawsOn, hourMs, minuteMs } from './upstream/http/quota.ts';
import type { QuotaState, QuotaWindowState } from './upstream/http/quotas.ts';

/** A window of a quota, as callers are told of it. */
export interface TenantQuotaWindow {
  readonly limit: number;
  readonly left: number;
  /** ISO 8601; null: all of it is there. */
  readonly resetsAt: string | null;
}

/** A window of run time, as callers are told of it. */
export interface TenantRunTimeWindow {
  readonly limitSeconds: number;
  readonly leftSeconds: number;
  /** As of `TenantQuotaWindow`. */
  readonly resetsAt: string | null;
}

/** A quota of a tenant, as callers are told of it. */
export interface TenantQuota extends Pick<QuotaState, 'api' | 'quotaClass' | 'waiting'> {
  readonly tenant: Tenant;
  readonly perMinute: TenantQuotaWindow | null;
  readonly perHour: TenantQuotaWindow | null;
  readonly runTimePerHour: TenantRunTimeWindow | null;
  readonly runTimePerDay: TenantRunTimeWindow | null;
  /** ISO 8601; null: Microsoft wants calls. */
  readonly throttledUntil: string | null;
}

const timeIn = (ms: number, nowMs: number): string | null => (ms > 0 ? new Date(nowMs + ms).toISOString() : null);

/** What part of its scarcest window is left. */
const shareLeft = ({ windows, runTime }: QuotaState): number =>
  Math.min(1, ...[...windows, ...runTime].map(({ left, limit }) => left / limit));

const quotaOf = (
  tenant: Tenant,
  { windows, runTime, heldMs, api, quotaClass, waiting }: QuotaState,
  nowMs: number,
): TenantQuota => {
  const windowOf = (length: number): TenantQuotaWindow | null => {
    const window = windows.find(({ ms }) => ms === length);
    if (window === undefined) return null;
    return { limit: window.limit, left: window.left, resetsAt: timeIn(window.wholeInMs, nowMs) };
  };
  const runTimeOf = (length: number): TenantRunTimeWindow | null => {
    const window: QuotaWindowState | undefined = runTime.find(({ ms }) => ms === length);
    if (window === undefined) return null;
    const [limitSeconds, leftSeconds] = [window.limit / 1000, Math.floor(window.left / 1000)];
    return { limitSeconds, leftSeconds, resetsAt: timeIn(window.wholeInMs, nowMs) };
  };
  return {
    ...{ tenant, api, quotaClass, waiting },
    perMinute: windowOf(minuteMs),
    perHour: windowOf(hourMs),
    runTimePerHour: runTimeOf(hourMs),
    runTimePerDay: runTimeOf(dayMs),
    throttledUntil: timeIn(heldMs, nowMs),
  };
};

/** The quotas of these tenants, the scarcest first. */
export const quotasOf = (
  states: readonly QuotaState[],
  tenants: readonly Tenant[],
  nowMs: number,
): readonly TenantQuota[] => {
  return states
    .toSorted((a, b) => b.heldMs - a.heldMs || shareLeft(a) - shareLeft(b))
    .flatMap((state) =>
      tenants.filter((tenant) => drawsOn(tenant, state.drawers)).map((tenant) => quotaOf(tenant, state, nowMs)),
    );
};
