import type { Tenant } from '../config/tenants.ts';
import type { MachineFilter } from '../domain/filters.ts';
import type { Machine } from '../domain/machine.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { allOf } from '../upstream/http/odata.ts';
import * as mde from '../upstream/mde/machines.ts';
import { mdeMachinePush } from './filters/machines.ts';
import { createIdReader } from './ids.ts';
import { mapFound } from './incidents.ts';
import { type ListPlace, type OpenedList, pagesBySkip, pushed } from './list.ts';
import type { RoutingParts } from './parts.ts';

/** MDE documents 10,000 a page. */
const maxTop = 10_000;

/** Machines are what only Defender for Endpoint serves. */
export interface MachineReads {
  /** Opens the list of a tenant, in Microsoft's order. */
  open(tenant: Tenant, filter: MachineFilter, place: ListPlace, scope: CallScope): Promise<OpenedList<Machine>>;
  /** By id or full DNS name. Calls at 50 ids a call: 1 key 1, 100 keys 2, 10,000 keys 200; unknown ones are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Machine | Error>>;
}

export const createMachineReads = ({
  routing,
  send,
  idsPerCall,
}: RoutingParts & { readonly idsPerCall: number }): MachineReads => {
  const byId = createIdReader({ send, idsPerCall });
  return {
    open: (tenant, filter, place, scope) =>
      routing.run(tenant, 'machines.read', scope, {
        mde: async () => {
          const { conditions, whole } = pushed(filter, mdeMachinePush);
          // One more than asked tells whether there is more.
          const top = whole ? Math.min(place.top + 1, maxTop) : maxTop;
          const page = await pagesBySkip(
            {
              send,
              tenant,
              scope,
              operation: ({ skip }) =>
                mde.listMachines({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }),
              toDomain: (wire) => machineFromMde(tenant.name, wire),
              idOf: (wire) => wire.id,
            },
            { ...place, top },
          );
          return { api: 'mde', page };
        },
      }),

    byIds: (tenant, ids, scope) =>
      routing.run(tenant, 'machines.read', scope, {
        mde: async () => {
          const wires = await byId(
            tenant,
            ids,
            {
              list: (filter, top) => mde.listMachines({ filter, top }),
              single: mde.getMachine,
              idOf: (wire) => wire.id,
              filterable: /^[0-9a-f]{40}$/i,
            },
            scope,
          );
          return mapFound(wires, (wire) => machineFromMde(tenant.name, wire));
        },
      }),
  };
};
