import { checkKeys } from '../check-input.ts';
import type { TenantMutation } from '../tenant-action.ts';
import { keyOwnerOf } from './key-owner.ts';

/**
 * What was worked out for the first use of the mutation's key: every repeat has the same. Without a key, and on a dry run, it is
 * worked out each time.
 */
export const settledAtFirst = (
  { parts, acting, mutation, tenant, input, isDryRun }: TenantMutation,
  work: () => Promise<readonly string[]>,
): Promise<readonly string[]> => {
  const key = isDryRun ? undefined : checkKeys(input);
  return parts.idempotency.settled({ ...keyOwnerOf(acting), mutation, tenantId: tenant.tenantId, key }, work);
};

/**
 * Which targets could be acted on when the key was first used; without a key, those that can be now. Where what an action leaves is
 * what was there already, such as nothing at all after a deletion, only this tells what an earlier run may have done from what it
 * refused.
 */
export const openAtFirst = async (mutation: TenantMutation, openNow: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(await settledAtFirst(mutation, async () => openNow));
