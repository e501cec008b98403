import type { Caller } from '../access/caller.ts';
import { type EarlierCaller, isReadAnew } from '../access/rights.ts';
import { hasFields } from '../store/forms.ts';
import type { Action, ActionRow } from './action.ts';

/** How far a request for approval has come. */
export type ApprovalState = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED';

/** A caller's name. */
export type Decider = Pick<Caller, 'id' | 'name' | 'kind'>;

/** What is asked for; never changed. */
export interface ApprovalRequest {
  /** A GUID. */
  readonly approvalId: string;
  readonly action: Action;
  /** Microsoft's id of the tenant, whose name may be another's by then. Absent in requests of earlier versions. */
  readonly tenantId?: string;
  /** As the input names them. */
  readonly targets: readonly string[];
  /** Of each target the machine that it was then; null: it is about none, or there was none. Absent in requests of earlier versions. */
  readonly machineIds?: readonly (string | null)[];
  readonly requester: EarlierCaller;
  /** Guardrails that spoke. */
  readonly guardrails: readonly string[];
  /** Of each of these groups of roles the approver needs one. */
  readonly approverRoles: readonly (readonly string[])[];
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  /** Epoch milliseconds from which on it is neither given nor performed. */
  readonly expiresAt: number;
}

/** What the second person said; made once. */
export interface ApprovalDecision {
  readonly state: 'APPROVED' | 'REJECTED';
  readonly by: Decider;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly comment: string | null;
}

/** What became of one target. */
export interface PerformedRow extends ActionRow {
  /** Epoch milliseconds at which it was known. */
  readonly at: number;
}

/** How far the action was performed. */
export interface Performance {
  /** Epoch milliseconds of the first attempt. */
  readonly begunAt: number;
  /** None while the first attempt goes on, or when it was interrupted; else one a target. */
  readonly rows: readonly PerformedRow[];
}

/** A request with all that became of it. */
export interface Approval extends ApprovalRequest {
  readonly state: ApprovalState;
  readonly decision: ApprovalDecision | null;
  /** Epoch milliseconds at which the requester's rights were taken; null: they are read anew when the action is performed. */
  readonly rightsTakenAt: number | null;
  /** Null until the action was begun. */
  readonly performance: Performance | null;
}

/** Whether what the store has is of the form of a request, of a decision, of a performance: as much as is read before it is looked at. */
export const isRequest = hasFields({
  ...{ approvalId: 'text', targets: 'list', requester: 'record', requestedAt: 'number', expiresAt: 'number' },
  action: hasFields({ input: 'record' }),
});
export const isDecision = hasFields({
  ...{ by: 'record', at: 'number' },
  state: (state) => state === 'APPROVED' || state === 'REJECTED',
});
export const isPerformance = hasFields({ begunAt: 'number', rows: 'list' });

export const deciderOf = ({ id, name, kind }: Decider): Decider => ({ id, name, kind });

export const requesterOf = ({ id, name, kind, person, roles }: Caller): EarlierCaller => ({
  id,
  name,
  kind,
  roles: [...new Set(roles)],
  ...(person === undefined ? {} : { person }),
});

export const rightsTakenAt = ({ requester, requestedAt }: ApprovalRequest): number | null =>
  isReadAnew(requester) ? null : requestedAt;

export const stateOf = (
  { expiresAt }: Pick<ApprovalRequest, 'expiresAt'>,
  decision: Pick<ApprovalDecision, 'state'> | undefined,
  now: number,
): ApprovalState => decision?.state ?? (now >= expiresAt ? 'EXPIRED' : 'PENDING');

/** A request that was just made. */
export const pendingOf = (request: ApprovalRequest): Approval => ({
  ...request,
  state: 'PENDING',
  decision: null,
  rightsTakenAt: rightsTakenAt(request),
  performance: null,
});
