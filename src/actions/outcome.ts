import type { Tenant } from '../config/tenants.ts';
import { GatewayError } from '../errors.ts';
import type { Progress } from './once/idempotency.ts';

/**
 * How far an act on one target came. `BEGUN`: Microsoft is at it, or has done it. `NOT_BEGUN`: surely not. `UNKNOWN`: it was
 * sent and not answered.
 */
export type Outcome = 'BEGUN' | 'NOT_BEGUN' | 'UNKNOWN';

/** A target's result with its outcome. */
export interface WithOutcome<Result> {
  readonly result: Result;
  readonly outcome: Outcome;
}

/** How far the mutation came as a whole: whatever is not known keeps it open. */
export const progressOf = (outcomes: readonly Outcome[]): Progress => {
  if (outcomes.includes('UNKNOWN')) return 'OPEN';
  return outcomes.includes('BEGUN') ? 'ENDED' : 'NOTHING';
};

/** Of a process that was held up so long that others may have taken over from it. */
export const held = ({ name }: Tenant): GatewayError =>
  new GatewayError('CONFLICT', 'The gateway was held up for some seconds, so nothing was sent: ask again', {
    tenant: name,
  });

/** Of a request that is resumed while what its first run sent may still be on its way. */
export const unsettled = ({ name }: Tenant, retryAfterSeconds: number): GatewayError =>
  new GatewayError(
    'CONFLICT',
    'An earlier run with this idempotencyKey was interrupted, and what it sent may still be on its way: ask again with the same key',
    { tenant: name, retryAfterSeconds },
  );
