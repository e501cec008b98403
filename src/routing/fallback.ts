import { type ErrorCode, GatewayError } from '../errors.ts';

/** There is no such call, it is refused, it breaks, or it hangs. */
const codes: readonly ErrorCode[] = ['NOT_FOUND', 'UPSTREAM_REJECTED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT'];

/** They tell of the gateway's standing, which is the same in every call that needs the same permission. */
const forbidden: readonly number[] = [401, 403];

/**
 * Whether a read that failed may fall back to another question to the same API. Not where it is forbidden or throttled: that holds
 * for the other question, too.
 */
export const mayFallBack = (error: unknown): boolean =>
  error instanceof GatewayError && codes.includes(error.code) && !forbidden.includes(error.details.upstreamStatus ?? 0);
