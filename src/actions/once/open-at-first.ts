import { keyOwnerOf } from '../acting.ts';
import { checkKeys } from '../check-input.ts';
import type { TenantMutation } from '../tenant-act.ts';

/**
 * Which targets could be acted on when the key was first used; without a key, those that can be now. Where what an act leaves is
 * what was there already, such as nothing at all after a deletion, only this tells what an earlier run may have done from what it
 * refused.
 */
export const openAtFirst = async (
  { parts, acting, mutation, input, isDryRun }: TenantMutation,
  openNow: readonly string[],
): Promise<ReadonlySet<string>> => {
  const key = isDryRun ? undefined : checkKeys(input);
  return new Set(await parts.settled({ ...keyOwnerOf(acting), mutation, key }, async () => openNow));
};
