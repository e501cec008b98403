import type { Access } from './access.ts';
import type { Caller } from './caller.ts';

/** The consent of a second person. */
export interface Approved {
  readonly approvalId: string;
  /** Never the person who asked. */
  readonly by: Pick<Caller, 'id' | 'name'>;
  /** The approver's: their word counts for the machines that their roles cover. */
  readonly access: Pick<Access, 'rolesIn' | 'rolesInPart'>;
  /** Epoch milliseconds from which on nothing is sent by it any more. */
  readonly until: number;
  /** Of the machines that it was asked for the ids, by the names that the input has for them. Absent: an earlier version kept the request. */
  readonly machines?: ReadonlyMap<string, string>;
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
