import type { Tenant } from '../config/tenants.ts';
import type { MachineFilter } from '../domain/filters.ts';
import { isMachineId } from '../domain/id-forms.ts';
import type { Machine } from '../domain/machine.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { findMachinesByTag, getMachine } from '../upstream/mde/machines.ts';
import type { MdeMachine } from '../upstream/mde/wire.ts';
import { rowsAtHand } from './at-hand.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { readWhole } from './every-row.ts';
import { mayFallBack } from './fallback.ts';
import { machineRows } from './filters/machines.ts';
import { AmbiguousMachineError, goesBy, type MachineNames, machineSource } from './machine-names.ts';
import { type CollectionReads, createMdeCollection } from './mde-collection.ts';
import type { ListOpening, OpenedRows } from './opened-list.ts';

/**
 * Machines, by id, by full DNS name (a call each) or by host name (two calls for each five). A host name that several
 * machines have stands for an `AmbiguousMachineError`.
 */
export interface MachineReads extends CollectionReads<MachineFilter, Machine> {
  readonly namesakes: MachineNames['namesakes'];
}

const rowRules = { idOf: ({ machineId }: Machine) => machineId, timeOf: null };

/** Tags that are looked up one by one; with more of them the list is looked through. */
const maxTagCalls = 10;

/** Places in what tags were looked up are told from places in the list by their size. */
const taggedOffsets = 2 ** 41;

/** `idsPerCall`: ids gathered into one `$filter`. */
export const createMachineReads = (
  parts: RoutingDependencies & { readonly idsPerCall: number; readonly machineNames: MachineNames },
): MachineReads => {
  const { routing, send, machineNames } = parts;
  const collection = createMdeCollection<MachineFilter, MdeMachine, Machine>(parts, {
    capability: 'machines.read',
    rows: machineRows,
    source: machineSource,
    isListedWhole: true,
    single: getMachine,
    filterable: /^[0-9a-f]{40}$/i,
  });

  const byHostNames = async (
    tenant: Tenant,
    names: readonly string[],
    scope: CallScope,
  ): Promise<Map<string, Machine | Error>> => {
    const machines = await machineNames.find(tenant, names, scope);
    const found = new Map<string, Machine | Error>();
    for (const name of names) {
      const among = machines.filter((machine) => goesBy(machine, name));
      const [only] = among;
      if (only !== undefined) found.set(name, among.length === 1 ? only : new AmbiguousMachineError(name, among));
    }
    return found;
  };

  const isHostName = (id: string): boolean => !isMachineId(id) && !id.includes('.');

  const byIdsAndNames: MachineReads['byIds'] = async (tenant, ids, scope) => {
    const names = ids.filter(isHostName);
    const others = ids.filter((id) => !isHostName(id));
    const [found, named] = await Promise.all([
      others.length === 0 ? new Map<string, Machine | Error>() : collection.byIds(tenant, others, scope),
      byHostNames(tenant, names, scope),
    ]);
    return new Map([...found, ...named]);
  };

  const byIds: MachineReads['byIds'] = (tenant, ids, scope) =>
    (ids.some(isHostName) ? byIdsAndNames : collection.byIds)(tenant, ids, scope);

  /** The machines of the ids and names, instead of a list of all: one call for each 39 ids, two for each five names. */
  const byMachineId = async (
    tenant: Tenant,
    filter: MachineFilter,
    wanted: readonly string[],
    { from }: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Machine>> => {
    const ids = [...new Set(wanted.filter(isMachineId).map((id) => id.toLowerCase()))];
    const names = wanted.filter((id) => !isMachineId(id));
    const [found, named] = await Promise.all([
      ids.length === 0 ? new Map<string, Machine | Error>() : collection.byIds(tenant, ids, scope),
      names.length === 0 ? [] : machineNames.find(tenant, names, scope),
    ]);
    const rows = new Map<string, Machine>();
    for (const machine of [...found.values(), ...named]) {
      if (machine instanceof Error) throw machine;
      rows.set(machine.machineId, machine);
    }
    // Pages of what was read by id count rows: they have to come alike however they were found.
    const inOrder = [...rows.values()].toSorted((a, b) => (a.machineId < b.machineId ? -1 : 1));
    return rowsAtHand('mde', inOrder, rowRules, from, collection.rest(filter, ['machineId']));
  };

  /**
   * Microsoft's own search by tag: a call a tag. `null`: it knows one of them not, which may be for its letter case, not all could be
   * read, or it does not answer.
   */
  const byTags = async (
    tenant: Tenant,
    filter: MachineFilter,
    tags: readonly string[],
    { from }: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Machine> | null> => {
    const lists = await routing.run<readonly (readonly MdeMachine[])[] | null>(tenant, 'machines.read', scope, {
      mde: () =>
        Promise.all(tags.map((tag) => readWhole(send, tenant, findMachinesByTag(tag), ({ id }) => id, scope))).catch(
          (error: unknown) => {
            // A page behind the first is of what was read before it, and of nothing else.
            if (mayFallBack(error) && from.kind === 'start') return null;
            throw error;
          },
        ),
    });
    if (lists === null) return null;
    const rows = new Map<string, Machine>();
    for (const wire of lists.flat()) rows.set(wire.id, machineFromMde(tenant.name, wire));
    if (from.kind === 'start' && lists.some((list) => list.length === 0)) return null;
    return rowsAtHand('mde', [...rows.values()], rowRules, from, collection.rest(filter, []), taggedOffsets);
  };

  return {
    byIds,
    namesakes: machineNames.namesakes,
    open: async (tenant, filter, opening, scope) => {
      const { machineId, machineTags } = filter;
      if (machineId != null) return byMachineId(tenant, filter, machineId, opening, scope);
      const { from } = opening;
      const mayBeTagged = from.kind !== 'skip' || from.skip >= taggedOffsets;
      if (machineTags != null && machineTags.length <= maxTagCalls && mayBeTagged) {
        const tagged = await byTags(tenant, filter, machineTags, opening, scope);
        if (tagged !== null) return tagged;
      }
      return collection.open(tenant, filter, opening, scope);
    },
  };
};
