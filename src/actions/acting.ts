import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';

/** The consent of a second person. */
export interface Approved {
  readonly approvalId: string;
  /** Never the person who asked. */
  readonly by: Pick<Caller, 'id' | 'name'>;
  /** The approver's: their word counts for the machines that their roles cover. */
  readonly access: Pick<Access, 'rolesIn' | 'rolesInPart'>;
  /** Epoch milliseconds from which on nothing is sent by it any more. */
  readonly until: number;
}

/** Who acts, and who approved of it. */
export interface Acting {
  readonly caller: Caller;
  readonly access: Access;
  /** Null: nobody was asked. */
  readonly approved: Approved | null;
  /** A dry run for a second person to be asked: what cannot be read does not stand in its way, as it would not in the action's. */
  readonly isProposal?: true;
}

/**
 * Whose idempotency keys a mutation uses: a caller's own, or those of the approval that it performs, which no text that a caller
 * takes for a key can be.
 */
export const keyOwnerOf = ({
  caller,
  approved,
}: Acting): { readonly caller: Caller; readonly namespace?: 'approval' } =>
  approved === null ? { caller } : { caller, namespace: 'approval' };

/** The same as part of a correlation tag. */
export const tagOwnerOf = ({ caller, approved }: Acting): readonly string[] =>
  approved === null ? [caller.id] : ['approval', caller.id];
