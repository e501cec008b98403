import { type ErrorCode, GatewayError, retold } from '../errors.ts';
import type { TenantFailure } from './connection.ts';

/** What is told first where tenants fail in several ways: what somebody can fix, then what passes, then what stays. */
const telling: readonly ErrorCode[] = [
  'TENANT_SIGN_IN_REQUIRED',
  'MISSING_PERMISSION',
  'UPSTREAM_THROTTLED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_REJECTED',
];

const rankOf = ({ error }: TenantFailure): number => {
  const rank = telling.indexOf(error.code);
  return rank === -1 ? telling.length : rank;
};

/** Other tenants that the message names; a message is for people to read. */
const maxNamed = 10;

/** A tenant's failure as an error that says which tenant it is of. */
export const errorOf = ({ tenant, error }: TenantFailure): GatewayError =>
  error.details.tenant === undefined
    ? new GatewayError(error.code, error.message, { ...error.details, tenant: tenant.name }, error)
    : error;

/**
 * The error of a list in which every tenant failed: the most telling failure with all its details, and in its message the
 * codes of the other tenants. `undefined` without failures.
 */
export const unansweredOf = (failures: readonly TenantFailure[]): GatewayError | undefined => {
  const [first, ...others] = failures.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (first === undefined) return undefined;
  const error = errorOf(first);
  if (others.length === 0) return error;
  const named = others.slice(0, maxNamed).map((other) => `${other.tenant.name}: ${other.error.code}`);
  const more = others.length > maxNamed ? `, and ${others.length - maxNamed} more` : '';
  const message = `${error.message} (every tenant failed; ${named.join(', ')}${more})`;
  return retold(error, message);
};
