import type { Acting } from '../../access/acting.ts';
import type { Caller } from '../../access/caller.ts';

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
