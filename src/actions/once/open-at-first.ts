import { type Acting, keyOwnerOf } from '../acting.ts';
import { checkKeys } from '../check-input.ts';
import type { MutationInput } from '../inputs.ts';
import type { Idempotency } from './idempotency.ts';

/**
 * Which targets could be acted on when the key was first used; without a key, those that can be now. Where what an act leaves is
 * what was there already, such as nothing at all after a deletion, only this tells what an earlier run may have done from what it
 * refused.
 */
export const openAtFirst = async (
  { settled }: { readonly settled: Idempotency['settled'] },
  acting: Acting,
  mutation: string,
  input: Pick<MutationInput, 'idempotencyKey' | 'clientMutationId' | 'dryRun'>,
  openNow: readonly string[],
): Promise<ReadonlySet<string>> => {
  const key = input.dryRun === true ? undefined : checkKeys(input);
  return new Set(await settled({ ...keyOwnerOf(acting), mutation, key }, async () => openNow));
};
