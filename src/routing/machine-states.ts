import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineActionFilter } from '../domain/filters.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { actionsKeptMs, type MachineStates, machineStates, stateByActions } from '../domain/machine-state.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { IncompleteError } from './every-row.ts';
import { chunked } from './filter-forms.ts';
import { firstPages } from './first-pages.ts';
import type { MachineActionReads } from './machine-actions.ts';

/**
 * What machines are by their actions, by machine id: a list for each 15 machines, which `$filter` has room for beside the types,
 * of which each takes one call more to prove its end; of more than 150 machines the list of all such actions is looked through.
 */
export type ReadMachineStates = (
  tenant: Tenant,
  machineIds: readonly string[],
  scope: CallScope,
) => Promise<ReadonlyMap<string, MachineStates>>;

const types = Object.values(machineStates).flatMap(({ brings, undoes }) => [brings, undoes]);
const machinesPerList = 15;
const maxLists = 10;
const pageSize = 1000;
const maxPages = 10;

export const createReadMachineStates =
  ({ reads, clock }: { readonly reads: Pick<MachineActionReads, 'open'>; readonly clock: Clock }): ReadMachineStates =>
  async (tenant, machineIds, scope) => {
    const wanted = new Map<string, MachineAction[]>(machineIds.map((id) => [id.toLowerCase(), []]));
    const readAll = async (filter: MachineActionFilter): Promise<void> => {
      const opened = await reads.open(tenant, filter, { from: { kind: 'start' }, top: pageSize }, scope);
      const { items, isAll } = await firstPages(opened, maxPages);
      // Of what was not looked at nothing may be said.
      if (!isAll) throw incomplete(tenant, opened.remark);
      for (const action of items) wanted.get(action.machineId.toLowerCase())?.push(action);
    };
    const chunks = chunked([...wanted.keys()], machinesPerList);
    if (chunks.length > maxLists) await readAll({ type: types });
    else await Promise.all(chunks.map((machineId) => readAll({ machineId, type: types })));
    const since = clock.now() - actionsKeptMs;
    return new Map(
      machineIds.map((id) => {
        const actions = wanted.get(id.toLowerCase()) ?? [];
        const isolation = stateByActions(machineStates.isolation, actions);
        return [id, { isolation, restriction: stateByActions(machineStates.restriction, actions), since }];
      }),
    );
  };

const incomplete = ({ name }: Tenant, remark: string | undefined): GatewayError =>
  remark === undefined
    ? new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `The machines have more than ${maxPages * pageSize} actions: ask for fewer machines at once`,
        { tenant: name },
      )
    : new IncompleteError('UPSTREAM_REJECTED', `The actions of the machines: ${remark}`, { tenant: name, api: 'mde' });
