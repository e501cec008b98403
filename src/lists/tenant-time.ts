import type { Clock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import { leastTimeMs, ownTimeOver } from '../scope/own-time.ts';
import type { CallScope } from '../scope.ts';

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

/** Why a bound is no longer waited for; one for all, since an error costs a stack. */
const isDone = new Error('The work is done');

/** The time of one tenant in one answer. */
export const createTenantTime = (tenant: string, scope: CallScope, clock: Clock): TenantTime => {
  const controller = new AbortController();
  const own: Omit<CallScope, 'deadline'> & { deadline: number } = {
    ...scope,
    // The work of a tenant ends long before the request does.
    answerMs: 0,
    signal: AbortSignal.any([scope.signal, controller.signal]),
  };
  return {
    scope: own,
    within: async (work) => {
      const leftMs = scope.deadline - clock.now();
      if (!Number.isFinite(leftMs)) return work();
      if (leftMs <= 0) throw ownTimeOver(tenant);
      const boundMs = Math.floor(leftMs * shareOfTimeLeft);
      own.deadline = clock.now() + boundMs;
      const done = new AbortController();
      const late = clock.sleep(boundMs, done.signal).then((): never => {
        const seconds = Math.round(boundMs / 100) / 10;
        const error =
          boundMs < leastTimeMs
            ? ownTimeOver(tenant)
            : new UpstreamError(
                'UPSTREAM_TIMEOUT',
                `${tenant} did not answer within ${seconds} seconds, which is most of the time that the request had left`,
                { tenant },
              );
        controller.abort(error);
        throw error;
      });
      try {
        return await Promise.race([work(), late]);
      } finally {
        done.abort(isDone);
      }
    },
  };
};
