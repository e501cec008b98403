import type { Tenant } from '../config/tenants.ts';
import { checkedId, type IdForm } from '../domain/id-forms.ts';
import type { Fact } from '../microsoft/operation.ts';
import { rowsAtHand } from '../routing/at-hand.ts';
import type { Capability } from '../routing/capabilities.ts';
import { IncompleteError, readEveryRow } from '../routing/every-row.ts';
import { amongIds, checkFilter, type FilterRow, type FilterRows, rowMatcher } from '../routing/filters/rows.ts';
import { type CollectionReads, createMdeCollection } from '../routing/mde-collection.ts';
import { type Newer, newestOf } from '../routing/newest.ts';
import type { CallScope } from '../scope.ts';
import type { WireObject } from '../unification/fields.ts';
import { hasId } from '../upstream/answers.ts';
import { asked } from '../upstream/asked.ts';
import { type OneKind, ofAsked, page } from '../upstream/call.ts';
import { type Condition, compareGuid, compareText, isGuid } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { ReadParts } from './entity.ts';

/** An object with an `id`. */
export type IdentifiedWire = WireObject & { readonly id: string };

/** Something of Defender for Endpoint's that `key` identifies; `one` and `many`: what to call it when it is not what came. */
export const identified = (one: string, many: string, key = 'id'): OneKind<IdentifiedWire> => ({
  one,
  many,
  is: (value): value is IdentifiedWire => hasId(value, key),
  isAsked: asked.byId(key),
});

/** A type that Defender for Endpoint alone serves: what its reads are made of. */
interface MdeReadsRow<F, T> {
  readonly capability: Capability;
  /** What to call them where something else came. */
  readonly kind: OneKind<IdentifiedWire>;
  /** The operation that lists them. */
  readonly list: Fact<string>;
  /** The operation that reads one; absent: the list does, by a filter. */
  readonly one?: (id: string, kind: OneKind<IdentifiedWire>) => Operation<IdentifiedWire | null>;
  /** The property that has the id, where it is not `id`: of something that not every such id has. */
  readonly property?: string;
  readonly read: (tenant: Tenant, wire: WireObject) => T;
  readonly rows: FilterRows<F, T>;
  readonly idOf: (row: T) => string;
  /** The condition that names some by their ids, which are then read by id. */
  readonly byIds?: keyof F & string;
  /** Ids as Microsoft spells them; as given unless said. */
  readonly normal?: (id: string) => string;
  /** How an id is spelled most often: tried for those that are not there as given, since filters compare with case. */
  readonly usual?: (id: string) => string;
  /** Whether `$filter` takes ids; otherwise each is a call. */
  readonly many: 'filter' | 'each';
  /** Whether many are looked for in the list, where it is short. */
  readonly listsFew?: boolean;
  /** Whether a row is newer than another with its id, where there may be several: the newest counts. */
  readonly newer?: Newer<WireObject>;
}

/**
 * Ids that Microsoft makes of names, joined by `-_-`. Vendors and products have signs of their own (`c++`, `7-zip`, `+`, spaces in
 * few), but neither slashes nor control characters.
 */
export const joinedNames = /^(?=.*-_-)[^/\\?#%\p{Cc}]{5,300}$/u;

/** Ids that can stand in a filter: no quotes in them. */
const quotable = /^[^'"]+$/;
const none = /^(?!)/;

/** Of a list of ids, those of the entity; they are read by id, so that nothing is pushed. */
export const namedBy = <T>(idOf: (row: T) => string, form: IdForm): FilterRow<readonly string[], T> =>
  amongIds(idOf, {}, (id, field) => checkedId(form, id, field));

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

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet. */
export const checkedBy =
  <F extends object, T>(rows: FilterRows<F, T>) =>
  (filter: F): void =>
    checkFilter(filter, rows);

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

/** Ids of 40 digits that fit into a URL: more take more than one call. */
const idsOfUrl = 39;

/** Rows of one id that are looked at for the newest. */
const statesOfOne = 20;

/**
 * One that a list is asked for by a filter. A service that overlooks the filter answers with anything, which says nothing of what was
 * asked for; `mayBeside`: rows that the filter brings with it; `newer`: of several the newest is it.
 */
export const oneOfPage = (
  kind: OneKind<IdentifiedWire>,
  listed: Operation<Page<IdentifiedWire>>,
  id: string,
  {
    mayBeside = () => false,
    newer,
  }: {
    readonly mayBeside?: (wire: IdentifiedWire) => boolean;
    readonly newer?: MdeReadsRow<never, never>['newer'];
  } = {},
): Operation<IdentifiedWire | null> => ({
  ...listed,
  parse: (...answer) => {
    const { items } = listed.parse(...answer);
    const other = items.find((wire) => !kind.isAsked(wire, id) && !mayBeside(wire));
    const found = newestOf(
      items.filter((wire) => kind.isAsked(wire, id)),
      newer,
    );
    return found ?? (other === undefined ? null : ofAsked(kind, other, id));
  },
  whenNotFound: () => null,
});

/**
 * List and look-ups of such a type. Calls: as `CollectionReads` says; with `many: 'each'` one an id; ids in an unusual spelling
 * that are not there are asked for twice.
 */
export const mdeReads = <F extends object, T>(row: MdeReadsRow<F, T>) => {
  const { rows, kind, idOf, normal = (id) => id, usual, property = 'id', newer } = row;
  const listedOne = (id: string, { text }: Condition): Operation<IdentifiedWire | null> =>
    oneOfPage(kind, page(row.list, {}, kind, { filter: text, top: newer === undefined ? 1 : statesOfOne }), id, {
      newer,
    });
  return (parts: ReadParts): CollectionReads<F, T> => {
    const collection = createMdeCollection<F, IdentifiedWire, T>(parts, {
      capability: row.capability,
      rows,
      single: (id) => row.one?.(id, kind) ?? listedOne(id, compareText(property, 'eq', id)),
      otherwise: (id) => (row.one === undefined && isGuid(id) ? listedOne(id, compareGuid(property, id)) : null),
      property,
      areOptional: property !== 'id',
      wireIdOf: (wire) => String(wire[property]),
      filterable: row.many === 'filter' ? quotable : none,
      source: (tenant) => ({
        api: 'mde',
        list: (asked) => page(row.list, {}, kind, asked),
        toDomain: (wire) => row.read(tenant, wire),
        idOf,
        ...(newer === undefined ? {} : { newer }),
        time: null,
        maxTop: row.list.maxTop ?? 10_000,
        shortIsLast: false,
      }),
    });
    const spelledBy =
      (spelling: (id: string) => string): CollectionReads<F, T>['byIds'] =>
      async (tenant, ids, scope) => {
        const found = await collection.byIds(tenant, [...new Set(ids.map(spelling))], scope);
        return new Map(
          ids.flatMap((id) => {
            const entity = found.get(spelling(id));
            return entity === undefined ? [] : [[id, entity] as const];
          }),
        );
      };
    /** Of a list that is read whole in two calls, where as many ids would take more. */
    const amongFew: CollectionReads<F, T>['byIds'] = async (tenant, ids, scope) => {
      const all = await collection.few(tenant, scope);
      if (all === null) return spelledBy(normal)(tenant, ids, scope);
      const byId = new Map(all.map((entity) => [normal(idOf(entity)), entity]));
      return new Map(
        ids.flatMap((id) => {
          const entity = byId.get(normal(id));
          return entity === undefined ? [] : [[id, entity] as const];
        }),
      );
    };
    const byIds: CollectionReads<F, T>['byIds'] = async (tenant, ids, scope) => {
      const isAmongFew = row.listsFew === true && ids.length > idsOfUrl;
      const found = await (isAmongFew ? amongFew : spelledBy(normal))(tenant, ids, scope);
      if (usual === undefined) return found;
      const others = ids.filter((id) => !found.has(id) && usual(id) !== id);
      if (others.length === 0) return found;
      return new Map([...found, ...(await spelledBy(usual)(tenant, others, scope))]);
    };
    return {
      byIds,
      open: async (tenant, filter, opening, scope) => {
        const named: unknown = row.byIds === undefined ? undefined : filter[row.byIds];
        if (!Array.isArray(named)) return collection.open(tenant, filter, opening, scope);
        const ids = [...new Set(named.map((id) => normal(String(id))))];
        const found = [...(await byIds(tenant, ids, scope)).values()];
        const failure = found.find((entity) => entity instanceof Error);
        if (failure !== undefined) throw failure;
        const read = found.flatMap((entity) => (entity instanceof Error ? [] : [entity]));
        const entities = [...new Map(read.map((entity) => [idOf(entity), entity])).values()];
        return rowsAtHand<T>('mde', entities, { idOf, timeOf: null }, opening.from, rowMatcher(filter, rows));
      },
    };
  };
};
