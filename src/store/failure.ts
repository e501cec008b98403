import { GatewayError } from '../errors.ts';
import { faultAdvice } from './faults.ts';

/** The store did not do what it was asked for, and what needs it cannot go on. The store itself tells it in the log. */
export class StoreFailure extends GatewayError {
  constructor(cause: unknown) {
    const advice = faultAdvice(cause);
    super(
      'INTERNAL',
      `The store of the gateway does not answer${advice === null ? '' : ` as it should: ${advice}`}`,
      { sent: 'no' },
      cause,
    );
  }
}
