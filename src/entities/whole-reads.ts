import type { Tenant } from '../config/tenants.ts';
import { rowsAtHand } from '../routing/at-hand.ts';
import { IncompleteError, readEveryRow } from '../routing/every-row.ts';
import { rowMatcher } from '../routing/filters/rows.ts';
import type { CollectionReads } from '../routing/mde-collection.ts';
import type { CallScope } from '../scope.ts';
import { page } from '../upstream/call.ts';
import type { ReadParts } from './entity.ts';
import type { IdentifiedWire, MdeReadsRow } from './mde-entity.ts';

/** Of a whole list those with the ids, as they are spelled. */
const exactlyIn = <T>(all: readonly T[], idOf: (row: T) => string, ids: readonly string[]): Map<string, T> => {
  const wanted = new Set(ids);
  return new Map(all.flatMap((row) => (wanted.has(idOf(row)) ? [[idOf(row), row] as const] : [])));
};

/** Of a whole list those with the ids, as they are spelled; else in another case, where that is one alone. */
const namedIn = <T>(all: readonly T[], idOf: (row: T) => string, ids: readonly string[]): Map<string, T> => {
  const exact = new Map(all.map((row) => [idOf(row), row]));
  const folded = Map.groupBy(all, (row) => idOf(row).toLowerCase());
  return new Map(
    ids.flatMap((id) => {
      const [only, ...others] = folded.get(id.toLowerCase()) ?? [];
      const found = exact.get(id) ?? (others.length === 0 ? only : undefined);
      return found === undefined ? [] : [[id, found] as const];
    }),
  );
};

/**
 * List and look-ups of a type whose operation takes no `$filter`: each is the same call, however many ids are asked for. Calls: 1,
 * and one more for each further page, and for the end of one that takes `$top`. Where there is a read of one, one id is 1 call,
 * and those of the list besides where that does not find it.
 */
export const wholeReads =
  <F extends object, T>({
    capability,
    kind,
    list,
    one,
    property = 'id',
    read,
    rows,
    idOf,
    exactIds = false,
  }: Pick<MdeReadsRow<F, T>, 'capability' | 'kind' | 'list' | 'one' | 'property' | 'read' | 'rows' | 'idOf'> & {
    /** Names that differ in case alone are two. */
    readonly exactIds?: boolean;
  }) =>
  ({ routing, send }: ReadParts): CollectionReads<F, T> => {
    const readAll = async (tenant: Tenant, scope: CallScope): Promise<readonly T[]> => {
      const collection = {
        ask: (skip: number | undefined) => page(list, {}, kind, { top: list.maxTop, skip }),
        idOf: (wire: IdentifiedWire) => String(wire[property]),
        ...(list.maxTop === undefined ? {} : { top: list.maxTop }),
      };
      const { rows: wires, truncation } = await readEveryRow(send, tenant, collection, scope);
      if (truncation === null) return wires.map((wire) => read(tenant, wire));
      const where = { tenant: tenant.name, api: list.api };
      throw new IncompleteError('UPSTREAM_REJECTED', `${list.id}: ${truncation}`, where);
    };
    return {
      byIds: (tenant, ids, scope) =>
        routing.run(tenant, capability, scope, {
          mde: async () => {
            const [only, ...others] = new Set(ids);
            if (one !== undefined && only !== undefined && others.length === 0) {
              const wire = await send(tenant, one(only, kind), scope);
              const alone = wire && read(tenant, wire);
              if (alone !== null && idOf(alone).toLowerCase() === only.toLowerCase()) return new Map([[only, alone]]);
            }
            return (exactIds ? exactlyIn : namedIn)(await readAll(tenant, scope), idOf, ids);
          },
        }),
      open: (tenant, filter, { from }, scope) =>
        routing.run(tenant, capability, scope, {
          mde: async () =>
            rowsAtHand<T>('mde', await readAll(tenant, scope), { idOf, timeOf: null }, from, rowMatcher(filter, rows)),
        }),
    };
  };
