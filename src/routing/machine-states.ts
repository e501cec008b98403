import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { actionsKeptMs, type MachineStates, machineStates, stateByActions } from '../domain/machine-state.ts';
import type { CallScope } from '../scope.ts';
import { readActionsOfMachines } from './actions-of-machines.ts';
import type { MachineActionReads } from './machine-actions.ts';

/** What machines are by their actions, by machine id. Calls: those of `readActionsOfMachines`, with four types of actions. */
export type ReadMachineStates = (
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
) => Promise<ReadonlyMap<string, MachineStates>>;

const types = Object.values(machineStates).flatMap(({ brings, undoes }) => [brings, undoes]);

export const createReadMachineStates =
  ({ reads, clock }: { readonly reads: Pick<MachineActionReads, 'open'>; readonly clock: Clock }): ReadMachineStates =>
  async (tenant, machineIds, scope) => {
    const wanted = new Map<string, MachineAction[]>(machineIds.map((id) => [id.toLowerCase(), []]));
    const found = await readActionsOfMachines(reads, tenant, { machineId: [...wanted.keys()], type: types }, scope);
    for (const action of found) wanted.get(action.machineId.toLowerCase())?.push(action);
    const since = clock.now() - actionsKeptMs;
    return new Map(
      machineIds.map((id) => {
        const actions = wanted.get(id.toLowerCase()) ?? [];
        const isolation = stateByActions(machineStates.isolation, actions);
        return [id, { isolation, restriction: stateByActions(machineStates.restriction, actions), since }];
      }),
    );
  };
