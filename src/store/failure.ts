import { GatewayError } from '../errors.ts';

/** The store did not answer, and what was to be done with it cannot go on. The store itself tells it in the log. */
export class StoreFailure extends GatewayError {
  constructor(cause: unknown) {
    super('INTERNAL', 'The store of the gateway does not answer', { sent: 'no' }, cause);
  }
}

/** The failure of an operation, as callers get it. */
export const storeFailure = (error: unknown): StoreFailure => new StoreFailure(error);
