import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';

/** The word of a second person. */
export interface Approved {
  readonly approvalId: string;
  /** Never the one who asked. */
  readonly by: Pick<Caller, 'id' | 'name'>;
  /** The approver's: their word counts for the machines that their roles cover. */
  readonly access: Pick<Access, 'rolesIn' | 'rolesInPart'>;
}

/** Who acts, and who approved of it. */
export interface Acting {
  readonly caller: Caller;
  readonly access: Access;
  /** Null: nobody was asked. */
  readonly approved: Approved | null;
}
