import type { JudgedMachine } from '../../../access/machine-visibility.ts';
import type { TenantMutation } from '../../tenant-action.ts';

/** A machine that is gone is in no group and has no tag: no role that is limited covers it. */
export const gone: JudgedMachine = { machineTags: [], rbacGroupName: null };

/**
 * The machines that each of some entities is about, by the entity's id, given the ids of those that it names. Calls: those that read
 * the machines together. Rejects when a machine cannot be read.
 */
export const machinesOf = async (
  { parts: { reads }, tenant, scope }: TenantMutation,
  named: ReadonlyMap<string, readonly string[]>,
): Promise<ReadonlyMap<string, readonly JudgedMachine[]>> => {
  const ids = [...new Set([...named.values()].flat())];
  const found = ids.length === 0 ? new Map<string, never>() : await reads.machines.byIds(tenant, ids, scope);
  const machineOf = (id: string): JudgedMachine => {
    const machine = found.get(id) ?? gone;
    if (machine instanceof Error) throw machine;
    return machine;
  };
  return new Map([...named].map(([id, of]) => [id, of.map(machineOf)]));
};
