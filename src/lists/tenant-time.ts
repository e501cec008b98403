import type { Clock } from '../clock.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';
import { leastTimeMs, ownTimeOver } from '../scope/own-time.ts';
import type { CallScope } from '../scope.ts';
import { workOf } from './late-work.ts';

/** Work for one tenant, bounded so that a tenant that hangs costs its own rows and not the answer. */
export interface TenantTime {
  /** For the tenant's calls; its signal fires and its deadline passes with the bound of the work under way. */
  readonly scope: CallScope;
  /**
   * Rejects with `UPSTREAM_TIMEOUT` once the work has taken four fifths of the time that the request had left; with
   * `QUERY_TOO_EXPENSIVE` where that is no time to answer in: at once, where there is none.
   */
  within<R>(work: () => Promise<R>): Promise<R>;
}

/** The part of the time left that one tenant may take: the rest is for the others, and for the answer. */
const shareOfTimeLeft = 0.8;

/** The time of one tenant in one answer. */
export const createTenantTime = (tenant: string, scope: CallScope, clock: Clock): TenantTime => {
  const controller = new AbortController();
  const own: Omit<CallScope, 'deadline'> & { deadline: number } = {
    ...scope,
    // The work of a tenant ends long before the request does.
    answerMs: 0,
    signal: controller.signal,
  };
  const underWay = workOf(scope, clock);
  const left = (reason: unknown): void => controller.abort(reason);
  const lateAfter = (boundMs: number): GatewayError => {
    if (boundMs < leastTimeMs) return ownTimeOver(tenant);
    const seconds = Math.round(boundMs / 100) / 10;
    const message = `${tenant} did not answer within ${seconds} seconds, which is most of the time that the request had left`;
    return new UpstreamError('UPSTREAM_TIMEOUT', message, { tenant });
  };
  return {
    scope: own,
    within: async (work) => {
      const leftMs = scope.deadline - clock.now();
      if (leftMs <= 0) throw ownTimeOver(tenant);
      if (scope.signal.aborted) left(scope.signal.reason);
      const boundMs = Math.floor(leftMs * shareOfTimeLeft);
      own.deadline = clock.now() + boundMs;
      const over = Promise.withResolvers<never>();
      const late = (): void => {
        const error = lateAfter(boundMs);
        controller.abort(error);
        over.reject(error);
      };
      const one = { until: own.deadline, late, left };
      underWay.begin(one);
      try {
        return await Promise.race([work(), over.promise]);
      } finally {
        underWay.end(one);
      }
    },
  };
};
