import { GatewayError } from '../../errors.ts';

/** The error of every limit: which figure, how much of it, how much is allowed, and what to do. */
export const tooExpensive = (what: string, found: number, limit: number, advice: string): GatewayError =>
  new GatewayError('QUERY_TOO_EXPENSIVE', `The operation has ${what} ${found}, the limit is ${limit}: ${advice}.`);
