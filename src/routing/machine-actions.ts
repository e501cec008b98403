import type { Tenant } from '../config/tenants.ts';
import type { MachineActionFilter } from '../domain/filters.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { CallScope } from '../scope.ts';
import { machineActionFromMde } from '../unification/machine-action.ts';
import {
  getLiveResponseResultLink,
  getMachineAction,
  getPackageUri,
  listMachineActions,
} from '../upstream/mde/machine-actions.ts';
import type { MdeMachineAction } from '../upstream/mde/wire.ts';
import { rowsAtHand } from './at-hand.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { allFound } from './each-id.ts';
import { fewRows, readFew } from './few-rows.ts';
import { chunked, roomBeside } from './filter-forms.ts';
import { machineActionRows } from './filters/machine-actions.ts';
import { pushedTo } from './filters/rows.ts';
import type { MachineNames } from './machine-names.ts';
import { type CollectionReads, createMdeCollection } from './mde-collection.ts';
import { mergedRows } from './merged-rows.ts';
import type { OpenRows } from './opened-list.ts';
import { sharedRows } from './shared-rows.ts';

/**
 * What was done to machines, newest first. Ids of actions are read by id, one call for each 39; machines are asked for 19 a list,
 * by id or by name, and one less for each spelling of a type or status that is asked for beside them. Of more machines, where the tenant has no more
 * than 1,000 actions such as are asked for, all of these are read instead, in 2 calls; where it has more that is remembered.
 */
export interface MachineActionReads extends CollectionReads<MachineActionFilter, MachineAction> {
  /** The address of a command's result: half an hour's life, no token to be sent there; `null` when there is none. Two calls with the download. */
  resultLink(tenant: Tenant, actionId: string, index: number, scope: CallScope): Promise<string | null>;
  /** The address of a collected investigation package, as that of a result; `null`: it is not there, or not yet. */
  packageLink(tenant: Tenant, actionId: string, scope: CallScope): Promise<string | null>;
}

const createdAt = (action: MachineAction): string | null => action.createdAt;
const rowRules = { idOf: ({ actionId }: MachineAction) => actionId, timeOf: createdAt };

/** As many lists at once as one question may open; of more machines the list of all is looked through. */
const maxLists = 10;

/** How many comparisons a filter makes beside its machines, and by the time that a further page goes on from. */
const comparisonsOf = (filter: MachineActionFilter): number =>
  pushedTo<MachineActionFilter, MachineAction>('mde', filter, machineActionRows, ['machineId']).conditions.reduce(
    (comparisons, { forms: [{ text }] }) => comparisons + text.split(/ (?:and|or) /).length,
    1,
  );

const mapped = sharedRows(({ name }, wire: MdeMachineAction) => machineActionFromMde(name, wire));

/** `idsPerCall`: ids gathered into one `$filter`. */
export const createMachineActionReads = (
  parts: RoutingDependencies & { readonly idsPerCall: number; readonly machineNames: MachineNames },
): MachineActionReads => {
  const { machineNames } = parts;
  const collection = createMdeCollection<MachineActionFilter, MdeMachineAction, MachineAction>(parts, {
    capability: 'machineActions.read',
    rows: machineActionRows,
    source: (tenant) => ({
      api: 'mde',
      list: listMachineActions,
      ...mapped(tenant),
      idOf: ({ actionId }) => actionId,
      time: { property: 'creationDateTimeUtc', of: createdAt },
      // MDE documents 10,000; the gateway rarely needs more than the last ones.
      maxTop: 1000,
      leastTop: 10,
      shortIsLast: false,
    }),
    // The list names the last update otherwise than the single read, and may be behind it (get-machineactions-collection.md).
    isListedWhole: false,
    single: getMachineAction,
    filterable: /^[0-9a-f-]{36}$/i,
  });
  const lookThrough = collection.openBy({
    ...machineActionRows,
    machineId: { ...machineActionRows.machineId, push: {} },
  });

  /** All actions that meet a filter, where the tenant has not many: as few calls however many machines there are. */
  const fewActions = async (
    tenant: Tenant,
    filter: MachineActionFilter,
    scope: CallScope,
  ): Promise<readonly MachineAction[] | null> => {
    const { id: operation, api } = listMachineActions();
    return readFew(parts.learned, { tenant, api, operation }, () =>
      lookThrough(tenant, filter, { from: { kind: 'start' }, top: fewRows }, scope),
    );
  };

  const onMachines = async (
    machineIds: readonly string[],
    ...[tenant, filter, opening, scope]: Parameters<OpenRows<MachineActionFilter, MachineAction>>
  ) => {
    const named = { ...filter, machineId: machineIds };
    if (machineIds.length === 0) return rowsAtHand<MachineAction>('mde', [], rowRules, opening.from, undefined);
    const chunks = chunked(machineIds, roomBeside(comparisonsOf(filter)));
    const all = chunks.length > 1 ? await fewActions(tenant, named, scope) : null;
    if (all !== null) return rowsAtHand('mde', all, rowRules, opening.from, collection.rest(named, []));
    if (chunks.length > maxLists) return lookThrough(tenant, named, opening, scope);
    const [first, ...others] = await Promise.all(
      chunks.map((some) => collection.open(tenant, { ...named, machineId: some }, opening, scope)),
    );
    if (first === undefined || others.length === 0) return first ?? lookThrough(tenant, named, opening, scope);
    if ([first, ...others].some(({ order }) => order === 'none')) return lookThrough(tenant, named, opening, scope);
    const matches = collection.rest(named, []);
    return mergedRows({ ...first, ...(matches === undefined ? {} : { matches }) }, others, createdAt);
  };

  return {
    byIds: collection.byIds,
    open: async (tenant, filter, opening, scope) => {
      const { actionId, machineId } = filter;
      const idsOf = (ids: readonly string[]) => machineNames.idsOf(tenant, ids, scope);
      if (actionId != null) {
        const ids = [...new Set(actionId.map((id) => id.toLowerCase()))];
        const rows = allFound(await collection.byIds(tenant, ids, scope));
        const named = machineId == null ? filter : { ...filter, machineId: await idsOf(machineId) };
        return rowsAtHand('mde', rows, rowRules, opening.from, collection.rest(named, ['actionId']));
      }
      if (machineId != null) return onMachines(await idsOf(machineId), tenant, filter, opening, scope);
      return collection.open(tenant, filter, opening, scope);
    },
    resultLink: (tenant, id, index, scope) =>
      parts.routing.run<string | null>(tenant, 'machineActions.read', scope, {
        mde: () => parts.send(tenant, getLiveResponseResultLink(id, index), scope),
      }),
    packageLink: (tenant, id, scope) =>
      parts.routing.run<string | null>(tenant, 'machineActions.read', scope, {
        mde: () => parts.send(tenant, getPackageUri(id), scope),
      }),
  };
};
