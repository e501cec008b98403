import type { Tenant } from '../config/tenants.ts';
import type { MachineActionFilter } from '../domain/filters.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import { machineActionFromMde } from '../unification/machine-action.ts';
import { allOf } from '../upstream/http/odata.ts';
import * as mde from '../upstream/mde/machine-actions.ts';
import { mdeMachineActionPush } from './filters/machine-actions.ts';
import { createIdReader } from './ids.ts';
import { mapFound } from './incidents.ts';
import { type ListPlace, type OpenedList, pagesBySkip, pushed } from './list.ts';
import type { RoutingParts } from './parts.ts';

/** A page when the gateway has to look for some itself; MDE documents 10,000. */
const maxTop = 1000;

export interface MachineActionReads {
  /** Opens the list of a tenant, newest first. */
  open(
    tenant: Tenant,
    filter: MachineActionFilter,
    place: ListPlace,
    scope: CallScope,
  ): Promise<OpenedList<MachineAction>>;
  /** Calls at 50 ids a call: 1 key 1, 100 keys 2; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, MachineAction | Error>>;
  /** The address of a command's result: half an hour's life, no token to be sent there; `null` when there is none. Two calls with the download. */
  resultLink(tenant: Tenant, actionId: string, index: number, scope: CallScope): Promise<string | null>;
}

export const createMachineActionReads = ({
  routing,
  send,
  idsPerCall,
}: RoutingParts & { readonly idsPerCall: number }): MachineActionReads => {
  const byId = createIdReader({ send, idsPerCall });
  return {
    open: (tenant, filter, place, scope) =>
      routing.run(tenant, 'machineActions.read', scope, {
        mde: async () => {
          const { conditions, whole } = pushed(filter, mdeMachineActionPush);
          // One more than asked tells whether there is more.
          const top = whole ? Math.min(place.top + 1, maxTop) : maxTop;
          const page = await pagesBySkip(
            {
              send,
              tenant,
              scope,
              operation: ({ skip }) =>
                mde.listMachineActions({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }),
              toDomain: (wire) => machineActionFromMde(tenant.name, wire),
              idOf: (wire) => wire.id,
            },
            { ...place, top },
          );
          return { api: 'mde', page };
        },
      }),

    byIds: (tenant, ids, scope) =>
      routing.run(tenant, 'machineActions.read', scope, {
        mde: async () => {
          const wires = await byId(
            tenant,
            ids,
            {
              list: (filter, top) => mde.listMachineActions({ filter, top }),
              single: mde.getMachineAction,
              idOf: (wire) => wire.id,
              filterable: /^[0-9a-f-]{36}$/i,
            },
            scope,
          );
          return mapFound(wires, (wire) => machineActionFromMde(tenant.name, wire));
        },
      }),

    resultLink: (tenant, actionId, index, scope) =>
      routing.run<string | null>(tenant, 'machineActions.read', scope, {
        mde: () => send(tenant, mde.getLiveResponseResultLink(actionId, index), scope),
      }),
  };
};
