import { createVisibility, type Judge, type Visibility } from '../access/visibility.ts';
import type { TenantMutation } from './tenant-action.ts';

/** What the caller of a mutation sees, whatever it reads for that. */
export const visibilityOf = ({ parts: { reads }, acting, scope }: TenantMutation): Visibility =>
  createVisibility(acting.access, {
    machines: (tenant, ids) => reads.machines.byIds(tenant, ids, scope),
    alerts: (tenant, ids) => reads.alerts.byIds(tenant, ids, scope),
    incidents: (tenant, ids) => reads.incidents.byIds(tenant, ids, scope),
  });

/**
 * Which of what was made or changed the caller reads: who may do it and not read it does not see it by doing it. `mayRead`: whether
 * they read any; `judge`: which, null: all.
 */
export const readableOf = async <Entity>(
  entities: readonly Entity[],
  mayRead: boolean,
  judge: Judge<Entity> | null,
): Promise<ReadonlySet<Entity>> => {
  if (entities.length === 0 || !mayRead) return new Set();
  return judge === null ? new Set(entities) : judge(entities);
};
