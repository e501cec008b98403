import { GatewayError } from '../errors.ts';
import { faultWord } from './faults.ts';

/**
 * The store did not do what it was asked for, and what needs it cannot go on. Callers get the
 * fault's word; address and advice are for operators, and stand in the log, where the store tells of it itself.
 */
export class StoreFailure extends GatewayError {
  constructor(cause: unknown) {
    super(
      'INTERNAL',
      `The store of the gateway does not answer as it should: ${faultWord(cause)}`,
      { sent: 'no' },
      cause,
    );
  }
}
