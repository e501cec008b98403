import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';

/** Reads by id; what does not exist is absent. */
export interface ReadsById<Entity> {
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Entity | Error>>;
}

/** One by its id; null: there is none. Rejects when it cannot be read. */
export const readOne = async <Entity>(
  reads: ReadsById<Entity>,
  tenant: Tenant,
  id: string,
  scope: CallScope,
): Promise<Entity | null> => {
  const found = (await reads.byIds(tenant, [id], scope)).get(id) ?? null;
  if (found instanceof Error) throw found;
  return found;
};
