import type { Caller } from '../../access/caller.ts';
import type { Grant } from '../../access/grants.ts';
import { isPermission, type Permission } from '../../access/roles.ts';
import type { Act, ActRow } from './act.ts';

/** How far a request for approval has come. */
export type ApprovalState = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED';

/** A person's or script's name. */
export type Person = Pick<Caller, 'id' | 'name' | 'kind'>;

/** A grant as it can be stored. */
interface StoredGrant extends Omit<Grant, 'permissions' | 'tenants'> {
  readonly permissions: readonly Permission[];
  readonly tenants: 'all' | readonly string[];
}

/** A caller as they were when they asked: what they may do later is not what they were allowed to ask for. */
export interface Requester extends Person {
  readonly grants: readonly StoredGrant[];
}

/** What is asked for; never changed. */
export interface ApprovalRequest {
  /** A GUID. */
  readonly approvalId: string;
  readonly act: Act;
  /** As the input names them. */
  readonly targets: readonly string[];
  readonly requester: Requester;
  /** Guardrails that spoke. */
  readonly guardrails: readonly string[];
  /** Of each of these groups of roles the approver needs one. */
  readonly approverRoles: readonly (readonly string[])[];
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly expiresAt: number;
}

/** What the second person said; made once. */
export interface ApprovalDecision {
  readonly state: 'APPROVED' | 'REJECTED';
  readonly by: Person;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly comment: string | null;
}

/** A request with all that became of it. */
export interface Approval extends ApprovalRequest {
  readonly state: ApprovalState;
  readonly decision: ApprovalDecision | null;
  /** What became of each target; null until the act was performed. */
  readonly results: readonly ActRow[] | null;
}

export const personOf = ({ id, name, kind }: Person): Person => ({ id, name, kind });

export const requesterOf = (caller: Caller): Requester => ({
  ...personOf(caller),
  grants: caller.grants.map(({ permissions, tenants, ...grant }) => ({
    ...grant,
    permissions: [...permissions],
    tenants: tenants === 'all' ? 'all' : [...tenants],
  })),
});

/** What the requester was permitted when they asked. A permission that no longer exists gives nothing. */
export const grantsOfRequester = ({ grants }: Requester): readonly Grant[] =>
  grants.map(({ permissions, tenants, ...grant }) => ({
    ...grant,
    permissions: new Set(permissions.filter(isPermission)),
    tenants: tenants === 'all' ? 'all' : new Set(tenants),
  }));
