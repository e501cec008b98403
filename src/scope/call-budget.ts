import { GatewayError } from '../errors.ts';

/** The upstream calls that one request may make, shared out by tenant. */
export interface CallBudget {
  /** Tenants that the question is about: each is sure of its part, whatever the others need. */
  shareAmong(tenants: readonly string[]): void;
  /** Takes one call. Throws `QUERY_TOO_EXPENSIVE` when there are no more, or the rest is sure to others. */
  spend(tenant?: string): void;
  /** Calls that there are still. */
  left(): number;
}

/** Whether a call was not made because the request, or its tenant in it, has no more. Other budgets have calls that were made. */
export const isOutOfCalls = ({ code, details }: GatewayError): boolean =>
  code === 'QUERY_TOO_EXPENSIVE' && details.sent === 'no';

/** The part of all calls that is shared out; the rest is for whoever needs it. */
const sharedOut = 0.5;

/** A budget of `maxCalls`. A tenant whose list does not end costs its own rows, and no other tenant's. */
export const createCallBudget = (maxCalls: number): CallBudget => {
  const spent = new Map<string, number>();
  let left = maxCalls;

  /** Calls that each tenant of the question is sure of: at least one, if there are so many. */
  const sure = (): number => {
    const tenants = Math.max(1, spent.size);
    return Math.max(Math.floor((maxCalls * sharedOut) / tenants), maxCalls >= tenants ? 1 : 0);
  };

  /** Calls that are kept for the other tenants. */
  const keptFrom = (tenant: string, each: number): number => {
    let kept = 0;
    for (const [other, calls] of spent) if (other !== tenant) kept += Math.max(0, each - calls);
    return kept;
  };

  const refusal = (tenant: string | undefined): GatewayError =>
    new GatewayError(
      'QUERY_TOO_EXPENSIVE',
      tenant === undefined || left === 0
        ? `The question needs more than ${maxCalls} upstream calls (limits.upstreamCalls): ask for fewer things at once`
        : `${tenant} needs more upstream calls than its part of ${maxCalls} (limits.upstreamCalls); the rest is for the other tenants: ask for fewer things at once`,
      tenant === undefined ? { sent: 'no' } : { sent: 'no', tenant },
    );

  return {
    shareAmong: (tenants) => {
      if (!Number.isFinite(maxCalls)) return;
      for (const tenant of tenants) if (!spent.has(tenant)) spent.set(tenant, 0);
    },
    spend: (tenant) => {
      if (left <= 0) throw refusal(tenant);
      const calls = tenant === undefined ? undefined : spent.get(tenant);
      if (tenant !== undefined && calls !== undefined) {
        const each = sure();
        if (calls >= each && left <= keptFrom(tenant, each)) throw refusal(tenant);
        spent.set(tenant, calls + 1);
      }
      left -= 1;
    },
    left: () => left,
  };
};
