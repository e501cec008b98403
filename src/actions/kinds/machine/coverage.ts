import type { Access } from '../../../access/access.ts';
import type { MachinePermission } from '../../../access/roles.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { MachineReads } from '../../../routing/machines.ts';
import { readOne } from '../../../routing/reads-by-id.ts';
import type { CallScope } from '../../../scope.ts';

/**
 * Whether the caller has the permission for the machine; one that is gone is covered by no role that is limited. One call for
 * a caller who has it for some machines alone, none for others. Rejects when the machine cannot be read.
 */
export const coversMachine = async (
  access: Pick<Access, 'machineVisibility'>,
  permission: MachinePermission,
  { tenant, machineId }: { readonly tenant: Tenant; readonly machineId: string },
  machines: Pick<MachineReads, 'byIds'>,
  scope: CallScope,
): Promise<boolean> => {
  const covers = access.machineVisibility(permission, tenant);
  if (covers === null) return true;
  const machine = await readOne(machines, tenant, machineId, scope);
  return machine !== null && covers(machine);
};
