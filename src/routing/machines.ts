import type { MachineFilter } from '../domain/filters.ts';
import type { Machine } from '../domain/machine.ts';
import { machineFromMde } from '../unification/machine.ts';
import { getMachine, listMachines } from '../upstream/mde/machines.ts';
import { mdeMachinePush } from './filters/machines.ts';
import { type CollectionReads, createMdeCollection } from './mde-collection.ts';
import type { RoutingParts } from './parts.ts';

/** Machines, by id or full DNS name; a name is a call of its own. */
export type MachineReads = CollectionReads<MachineFilter, Machine>;

/** `idsPerCall`: ids gathered into one `$filter`. */
export const createMachineReads = (parts: RoutingParts & { readonly idsPerCall: number }): MachineReads =>
  createMdeCollection(parts, {
    capability: 'machines.read',
    push: mdeMachinePush,
    time: null,
    maxTop: 10_000,
    list: listMachines,
    single: getMachine,
    filterable: /^[0-9a-f]{40}$/i,
    toDomain: machineFromMde,
  });
