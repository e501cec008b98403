import type { ActRow } from './act.ts';
import type { Approval } from './record.ts';

export type { ApproveActionInput, RejectActionInput, RequestApprovalInput } from '../../generated/inputs.ts';

/** Answer of the mutations about approvals. */
export interface ApprovalPayload {
  readonly clientMutationId: string | null;
  /** Null on a dry run. */
  readonly approval: Approval | null;
  /** What would become of each target, or what became of it. */
  readonly results: readonly ActRow[];
}
