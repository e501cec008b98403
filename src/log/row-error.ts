import { asError, asGatewayError, type GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';

/**
 * A fault that becomes a row of an answer instead of failing it: of one tenant, or of one target. What is not written for
 * callers is masked in the row, so it is logged here, whole.
 */
export const rowErrorOf = (thrown: unknown, log: Log, about: Readonly<Record<string, string>>): GatewayError => {
  const error = asGatewayError(thrown);
  if (error.code === 'INTERNAL')
    log.error('A part of an answer failed unexpectedly', { ...about, err: asError(thrown) });
  return error;
};
