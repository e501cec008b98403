import type { Tenant } from '../config/tenants.ts';
import type { MachineActionFilter } from '../domain/filters.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import { machineActionFromMde } from '../unification/machine-action.ts';
import { getLiveResponseResultLink, getMachineAction, listMachineActions } from '../upstream/mde/machine-actions.ts';
import { mdeMachineActionPush } from './filters/machine-actions.ts';
import { type CollectionReads, createMdeCollection } from './mde-collection.ts';
import type { RoutingParts } from './parts.ts';

/** What was done to machines, newest first. */
export interface MachineActionReads extends CollectionReads<MachineActionFilter, MachineAction> {
  /** The address of a command's result: half an hour's life, no token to be sent there; `null` when there is none. Two calls with the download. */
  resultLink(tenant: Tenant, actionId: string, index: number, scope: CallScope): Promise<string | null>;
}

/** `idsPerCall`: ids gathered into one `$filter`. */
export const createMachineActionReads = (
  parts: RoutingParts & { readonly idsPerCall: number },
): MachineActionReads => ({
  ...createMdeCollection(parts, {
    capability: 'machineActions.read',
    push: mdeMachineActionPush,
    time: 'creationDateTimeUtc',
    // MDE documents 10,000; the gateway rarely needs more than the last ones.
    maxTop: 1000,
    list: listMachineActions,
    single: getMachineAction,
    filterable: /^[0-9a-f-]{36}$/i,
    toDomain: machineActionFromMde,
  }),
  resultLink: (tenant, actionId, index, scope) =>
    parts.routing.run<string | null>(tenant, 'machineActions.read', scope, {
      mde: () => parts.send(tenant, getLiveResponseResultLink(actionId, index), scope),
    }),
});
