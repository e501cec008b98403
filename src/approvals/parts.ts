import type { AccessOf } from '../access/access.ts';
import type { Rights } from '../access/rights.ts';
import type { Idempotency } from '../actions/once/idempotency.ts';
import type { OwnRecords } from '../actions/own-records.ts';
import type { Clock } from '../clock.ts';
import type { ApprovalLimits } from '../config/approvals.ts';
import type { Log } from '../log.ts';
import type { ApprovableActions } from './action.ts';
import type { ApprovalMemory } from './memory.ts';

/** What approvals are made of. */
export interface ApprovalsParts {
  readonly accessOf: AccessOf;
  readonly rights: Rights;
  readonly actions: ApprovableActions;
  readonly memory: ApprovalMemory;
  readonly idempotency: Idempotency;
  readonly records: Pick<OwnRecords, 'begin'>;
  readonly limits: ApprovalLimits;
  readonly clock: Clock;
  readonly log: Log;
}
