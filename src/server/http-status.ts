import type { ErrorCode, GatewayError } from '../errors.ts';

/**
 * Status of an answer that holds an error and no data. An error inside an executed operation never changes the status:
 * that answer is 200 with partial data (https://graphql.github.io/graphql-over-http/draft/).
 */
const statuses: Readonly<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  NOT_FOUND: 404,
  CONFLICT: 409,
  GUARDRAIL: 403,
  NOT_ONBOARDED: 409,
  ALREADY_IN_STATE: 409,
  ACTION_FAILED: 502,
  APPROVAL_NOT_NEEDED: 409,
  APPROVAL_NOT_POSSIBLE: 409,
  REQUESTER_NOT_PERMITTED: 403,
  TENANT_SIGN_IN_REQUIRED: 503,
  MISSING_PERMISSION: 403,
  NOT_AVAILABLE_IN_CLOUD: 400,
  UPSTREAM_THROTTLED: 503,
  UPSTREAM_TIMEOUT: 504,
  UPSTREAM_UNAVAILABLE: 503,
  UPSTREAM_REJECTED: 502,
  QUERY_TOO_EXPENSIVE: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  INTERNAL: 500,
};

/** Status of an answer that holds an error of this code and no data. */
export const statusOf = (code: ErrorCode): number => statuses[code];

/** Headers of an answer that holds this error and no data. */
export const headersOf = (error: GatewayError): readonly (readonly [name: string, value: string])[] =>
  Object.entries({
    'www-authenticate': challengeOf(error),
    'retry-after': error.details.retryAfterSeconds?.toString(),
  }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));

/**
 * `WWW-Authenticate` for a 401; `undefined` for other errors. A claims challenge goes along in Entra's form, see
 * https://learn.microsoft.com/entra/identity-platform/claims-challenge.
 */
const challengeOf = ({ code, details }: GatewayError): string | undefined => {
  if (code !== 'UNAUTHENTICATED') return undefined;
  const realm = 'Bearer realm="defender-gateway"';
  if (details.claims === undefined) return realm;
  return `${realm}, error="insufficient_claims", claims="${Buffer.from(details.claims).toString('base64')}"`;
};
