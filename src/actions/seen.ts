import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { Permission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CallScope } from '../scope.ts';

/**
 * Whether the permission is good for a machine, which the caller has in the tenant. One call for a caller whose roles are
 * limited to some machines, none for others. A machine that is gone is good for nobody who is limited; a failed read throws.
 */
export type MachineSeen = (
  caller: Caller,
  permission: Permission,
  tenant: Tenant,
  machineId: string,
  scope: CallScope,
) => Promise<boolean>;

export const createMachineSeen =
  ({ access, machines }: { readonly access: Access; readonly machines: MachineReads }): MachineSeen =>
  async (caller, permission, tenant, machineId, scope) => {
    const visibility = access.machineVisibility(caller, permission, tenant);
    if (visibility === null) return true;
    const machine = (await machines.byIds(tenant, [machineId], scope)).get(machineId);
    if (machine instanceof Error) throw machine;
    return machine !== undefined && visibility(machine);
  };
