import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, GatewayError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { ForeignAnswerError, neverSent } from '../upstream/http/failure.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { RoutingDependencies } from './dependencies.ts';

/** An act left the gateway and its answer did not come back whole: it may or may not have been done. */
export class UnansweredActError extends GatewayError {
  constructor(cause: GatewayError) {
    super(cause.code, cause.message, cause.details, cause);
  }
}

/**
 * Whether an act that failed may nevertheless have begun. Surely not when Microsoft said no, when it turned the call away
 * (429, or 503 with `Retry-After`), when the breaker kept it back (which has a wait and no status), or when no connection
 * was made.
 */
const mayHaveBegun = (error: GatewayError): boolean => {
  if (error.code === 'INTERNAL') return true;
  // A proxy or a wrong host turned it away; a redirect or a page with another status says nothing.
  if (error instanceof ForeignAnswerError && (error.details.upstreamStatus ?? 0) >= 400) return false;
  if (error.code !== 'UPSTREAM_TIMEOUT' && error.code !== 'UPSTREAM_UNAVAILABLE') return false;
  const { upstreamStatus, retryAfterSeconds } = error.details;
  const keptBack = retryAfterSeconds !== undefined && (upstreamStatus === undefined || upstreamStatus === 503);
  return !keptBack && !neverSent(error);
};

/**
 * Sends an act, unless its deadline has passed already. `send` repeats it only when it surely did not begin.
 * Throws `UnansweredActError` when it may have begun, any other `GatewayError` when it did not.
 */
export const sendOnce = async <T>(
  { send, clock }: RoutingDependencies,
  tenant: Tenant,
  operation: Operation<T>,
  scope: CallScope,
): Promise<T> => {
  if (clock.now() >= scope.deadline) {
    throw new UpstreamError(
      'UPSTREAM_TIMEOUT',
      'The time of the request was over before this was sent: it was not done',
      { tenant: tenant.name, api: operation.api },
    );
  }
  try {
    return await send(tenant, operation, scope);
  } catch (thrown) {
    const error = asGatewayError(thrown);
    throw mayHaveBegun(error) ? new UnansweredActError(error) : error;
  }
};
