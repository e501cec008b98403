import { GatewayError } from '../errors.ts';

/** The store did not answer, and what was to be done with it cannot go on. */
export const storeFailure = (error: unknown): GatewayError =>
  new GatewayError('INTERNAL', 'The store of the gateway does not answer', { sent: 'no' }, error);
