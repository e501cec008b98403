import { checkKeys } from '../check-input.ts';
import type { TenantMutation } from '../tenant-action.ts';
import { keyOwnerOf } from './key-owner.ts';
import type { KeyUse } from './key-use.ts';

/**
 * What was worked out for the first use of the mutation's key: every repeat has the same. Without a key, and on a dry run, it is
 * worked out each time.
 */
export const settledAtFirst = (
  mutation: TenantMutation,
  work: () => Promise<readonly string[]>,
): Promise<readonly string[]> => mutation.parts.idempotency.settled.first(keyUseOf(mutation), work);

const keyUseOf = ({ acting, mutation, tenant, input, isDryRun }: TenantMutation): KeyUse => ({
  ...{ ...keyOwnerOf(acting), mutation, tenantId: tenant.tenantId },
  key: isDryRun ? undefined : checkKeys(input),
});

/**
 * With what is found besides by a later run under the key, of which one works at a time: from then on every repeat has that too.
 * `nameOf`: what an entry is about.
 */
export const settledSoFar = async (
  mutation: TenantMutation,
  before: readonly string[],
  found: readonly string[],
  nameOf: (entry: string) => string = (entry) => entry,
): Promise<readonly string[]> => {
  const known = new Set(before.map(nameOf));
  const more = found.filter((entry) => !known.has(nameOf(entry)));
  if (more.length > 0) await mutation.parts.idempotency.settled.replace(keyUseOf(mutation), [...before, ...more]);
  return [...before, ...more];
};

/**
 * Which targets could be acted on when a run under the key looked; without a key, those that can be now. Where what an action leaves is
 * what was there already, such as nothing at all after a deletion, only this tells what an earlier run may have done from what it
 * refused.
 */
export const openSoFar = async (mutation: TenantMutation, openNow: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(await settledSoFar(mutation, await settledAtFirst(mutation, async () => openNow), openNow));
