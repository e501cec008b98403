import { type ErrorCode, GatewayError } from '../errors.ts';

/** There is no such call, it is refused, it breaks, or it hangs. */
const codes: readonly ErrorCode[] = ['NOT_FOUND', 'UPSTREAM_REJECTED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT'];

/** Of the gateway's standing: it is the same in every call of an API. */
const forbidden: readonly number[] = [401, 403];

/**
 * Whether a failure may be of the way in which an API was asked, so that another question to the same API may be answered. What is
 * forbidden or throttled is not: it would be asked against Microsoft's word.
 */
export const isOfTheWay = (error: unknown): boolean =>
  error instanceof GatewayError && codes.includes(error.code) && !forbidden.includes(error.details.upstreamStatus ?? 0);
