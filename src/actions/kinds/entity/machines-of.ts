import type { JudgedMachine } from '../../../access/machine-visibility.ts';
import type { ReadsById } from '../../../routing/reads-by-id.ts';
import type { TenantMutation } from '../../tenant-action.ts';

/** A machine that is gone is in no group and has no tag: no role that is limited covers it. */
export const gone: JudgedMachine = { machineTags: [], rbacGroupName: null };

/**
 * The machines that each of some entities is about, by the entity's id; one that cannot be found is about none. Calls: those
 * that read the entities, and their machines together. Rejects when a machine cannot be read.
 */
export const machinesOf = async <Entity>(
  { parts, tenant, scope }: TenantMutation,
  reads: ReadsById<Entity>,
  machineIdsOf: (entity: Entity) => readonly string[],
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly JudgedMachine[]>> => {
  const named = new Map<string, readonly string[]>();
  for (const [id, entity] of await reads.byIds(tenant, ids, scope)) {
    if (!(entity instanceof Error)) named.set(id, machineIdsOf(entity));
  }
  const machineIds = [...new Set([...named.values()].flat())];
  const { machines } = parts.reads;
  const found = machineIds.length === 0 ? new Map<string, never>() : await machines.byIds(tenant, machineIds, scope);
  const machineOf = (id: string): JudgedMachine => {
    const machine = found.get(id) ?? gone;
    if (machine instanceof Error) throw machine;
    return machine;
  };
  return new Map([...named].map(([id, of]) => [id, of.map(machineOf)]));
};
