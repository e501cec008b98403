import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { RoutingDependencies } from './dependencies.ts';

/**
 * Sends an action, unless its deadline has passed already. `send` repeats it only when it surely did not begin. The error of one
 * that failed says in `details.sent` whether it may have begun.
 */
export const sendOnce = async <T>(
  { send, clock }: RoutingDependencies,
  tenant: Tenant,
  operation: Operation<T>,
  scope: CallScope,
): Promise<T> => {
  if (clock.now() < scope.deadline) return send(tenant, operation, scope);
  throw new UpstreamError(
    'UPSTREAM_TIMEOUT',
    'The time of the request was over before this was sent: it was not done',
    {
      tenant: tenant.name,
      api: operation.api,
      sent: 'no',
    },
  );
};
