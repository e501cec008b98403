import { GatewayError } from '../errors.ts';

/** The bytes of answers that one request may take in. */
export interface ByteBudget {
  /** Takes bytes that have come. Throws `QUERY_TOO_EXPENSIVE` when they are more than are left. */
  take(bytes: number): void;
}

/** A budget of `maxBytes`, over all answers of a request. */
export const createByteBudget = (maxBytes: number): ByteBudget => {
  let left = maxBytes;
  return {
    take: (bytes) => {
      left -= bytes;
      if (left >= 0) return;
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `Microsoft's answers to this question are larger than ${maxBytes} bytes together (limits.upstreamBytes): ask for fewer things at once`,
      );
    },
  };
};
