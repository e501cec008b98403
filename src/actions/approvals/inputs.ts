import type { ActInput, ActRow } from './act.ts';
import type { Approval } from './record.ts';

type Given<T> = T | null | undefined;

export interface RequestApprovalInput {
  readonly act: ActInput;
  /** Minutes for which the request stands; never longer than the guardrails allow. */
  readonly validMinutes?: Given<number>;
  readonly idempotencyKey?: Given<string>;
  readonly dryRun?: boolean;
  readonly clientMutationId?: Given<string>;
}

export interface ApproveActionInput {
  readonly approvalId: string;
  readonly comment?: Given<string>;
  readonly waitSeconds?: number;
  readonly dryRun?: boolean;
  readonly clientMutationId?: Given<string>;
}

export type RejectActionInput = Omit<ApproveActionInput, 'waitSeconds' | 'dryRun'>;

/** Answer of the mutations about approvals. */
export interface ApprovalPayload {
  readonly clientMutationId: string | null;
  /** Null on a dry run. */
  readonly approval: Approval | null;
  /** What would become of each target, or what became of it. */
  readonly results: readonly ActRow[];
}
