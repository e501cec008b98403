import type { Tenant } from '../config/tenants.ts';
import { checkedId, type IdForm } from '../domain/id-forms.ts';
import { asError } from '../errors.ts';
import type { Fact } from '../microsoft/operation.ts';
import { rowsAtHand } from '../routing/at-hand.ts';
import type { Capability } from '../routing/capabilities.ts';
import { allFound } from '../routing/each-id.ts';
import { amongIds, checkFilter, type FilterRow, type FilterRows, rowMatcher } from '../routing/filters/rows.ts';
import type { FactPlace } from '../routing/learned.ts';
import { type CollectionReads, createMdeCollection } from '../routing/mde-collection.ts';
import { type Newer, newestOf } from '../routing/newest.ts';
import { sharedRows } from '../routing/shared-rows.ts';
import { isRefused } from '../routing/taken-conditions.ts';
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
export interface MdeReadsRow<F, T> {
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
  /** Whether the list shows all that `one` does, by their pages; false by default. */
  readonly isListedWhole?: boolean;
  /** Whether many are looked for in the list, where it is short. */
  readonly listsFew?: boolean;
  /** Whether a row is newer than another with its id, where there may be several: the newest counts. */
  readonly newer?: Newer<WireObject>;
}

/**
 * Ids that Microsoft makes of names, joined by `-_-`. Vendors and products have signs of their own: `c++`, `7-zip`, spaces, as in CPEs a
 * backslash before a sign, a slash (`tcp/ip`), `%`. What a list shows can be asked for; no part of such a path climbs.
 */
export const joinedNames = /^(?=.*-_-)(?!(?:.*(?:[/\\]|%2f|%5c))?\.\.?(?:[/\\]|%2f|%5c|$))[^\p{Cc}]{5,300}$/iu;

/** Ids that can stand in a filter: no quotes in them. */
const quotable = /^[^'"]+$/;
const none = /^(?!)/;

/** Of a list of ids, those of the entity; they are read by id, so that nothing is pushed. */
export const namedBy = <T>(idOf: (row: T) => string, form: IdForm): FilterRow<readonly string[], T> =>
  amongIds(idOf, {}, (id, field) => checkedId(form, id, field));

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet. */
export const checkedBy =
  <F extends object, T>(rows: FilterRows<F, T>) =>
  (filter: F): void =>
    checkFilter(filter, rows);

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
    readonly newer?: Newer<WireObject> | undefined;
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

/** What was found under a spelling of each id, under the ids as they were asked for. */
const asAsked = <Found>(
  ids: readonly string[],
  spelling: (id: string) => string,
  found: ReadonlyMap<string, Found>,
): Map<string, Found> =>
  new Map(
    ids.flatMap((id) => {
      const one = found.get(spelling(id));
      return one === undefined ? [] : [[id, one] as const];
    }),
  );

/**
 * List and look-ups of such a type. Calls: as `CollectionReads` says; with `many: 'each'` one an id; ids in an unusual spelling
 * that are not there are asked for twice; those of a list that takes no condition on them, and is all that has them, cost two more.
 */
export const mdeReads = <F extends object, T>(row: MdeReadsRow<F, T>) => {
  const { rows, kind, idOf, normal = (id) => id, usual, property = 'id', newer } = row;
  const listedOne = (id: string, { text }: Condition): Operation<IdentifiedWire | null> =>
    oneOfPage(kind, page(row.list, {}, kind, { filter: text, top: newer === undefined ? 1 : statesOfOne }), id, {
      newer,
    });
  const single = (id: string): Operation<IdentifiedWire | null> =>
    row.one?.(id, kind) ?? listedOne(id, compareText(property, 'eq', id));
  const listing = page(row.list, {}, kind).id;
  /** Whether nothing but a condition of the list reads one. */
  const isByList = (id: string): boolean => single(id).id === listing;
  const mapped = sharedRows(row.read);
  return (parts: ReadParts): CollectionReads<F, T> => {
    const collection = createMdeCollection<F, IdentifiedWire, T>(parts, {
      capability: row.capability,
      rows,
      single,
      otherwise: (id) => (row.one === undefined && isGuid(id) ? listedOne(id, compareGuid(property, id)) : null),
      property,
      areOptional: property !== 'id',
      wireIdOf: (wire) => String(wire[property]),
      filterable: row.many === 'filter' ? quotable : none,
      isListedWhole: row.isListedWhole === true && row.one !== undefined && property === 'id' && newer === undefined,
      source: (tenant) => ({
        api: 'mde',
        list: (asked) => page(row.list, {}, kind, asked),
        ...mapped(tenant),
        idOf,
        ...(newer === undefined ? {} : { newer }),
        time: null,
        maxTop: row.list.maxTop ?? 10_000,
        shortIsLast: false,
      }),
    });
    const spelledBy =
      (spelling: (id: string) => string): CollectionReads<F, T>['byIds'] =>
      async (tenant, ids, scope) =>
        asAsked(ids, spelling, await collection.byIds(tenant, [...new Set(ids.map(spelling))], scope));
    /** Of a list that is read whole in two calls, where as many ids would take more, or the list takes no condition on them. */
    const amongFew =
      (spelling: (id: string) => string): CollectionReads<F, T>['byIds'] =>
      async (tenant, ids, scope) => {
        const all = await collection.few(tenant, scope);
        if (all === null) return spelledBy(spelling)(tenant, ids, scope);
        return asAsked(ids, spelling, new Map(all.map((entity) => [normal(idOf(entity)), entity])));
      };
    const refusedIds = (tenant: Tenant): FactPlace => ({
      ...{ tenant, api: 'mde', operation: listing },
      ...{ fact: 'refusedCondition', of: `ids in ${property}` },
    });
    /** That the list takes no condition on ids is known when it has one that it refused to be asked for. */
    const readBy =
      (spelling: (id: string) => string): CollectionReads<F, T>['byIds'] =>
      async (tenant, ids, scope) => {
        const isMany = row.listsFew === true && ids.length > idsOfUrl;
        const isRefusing = parts.learned.recall(refusedIds(tenant)) !== undefined;
        if (isMany || isRefusing) return amongFew(spelling)(tenant, ids, scope);
        const asked = await spelledBy(spelling)(tenant, ids, scope).catch((error: unknown) => {
          if (!isRefused(error) || !ids.every(isByList)) throw error;
          return new Map(ids.map((id) => [id, asError(error)]));
        });
        const refused = ids.filter((id) => isRefused(asked.get(id)) && isByList(id));
        if (refused.length === 0) return asked;
        const listed = await amongFew(spelling)(tenant, ids, scope);
        if (refused.some((id) => listed.has(id) && !(listed.get(id) instanceof Error)))
          parts.learned.note(refusedIds(tenant), '1');
        return listed;
      };
    const byIds: CollectionReads<F, T>['byIds'] = async (tenant, ids, scope) => {
      const found = await readBy(normal)(tenant, ids, scope);
      if (usual === undefined) return found;
      const others = ids.filter((id) => !found.has(id) && usual(id) !== id);
      if (others.length === 0) return found;
      return new Map([...found, ...(await readBy(usual)(tenant, others, scope))]);
    };
    return {
      byIds,
      open: async (tenant, filter, opening, scope) => {
        const named: unknown = row.byIds === undefined ? undefined : filter[row.byIds];
        if (!Array.isArray(named)) return collection.open(tenant, filter, opening, scope);
        const ids = [...new Set(named.map((id) => normal(String(id))))];
        const read = allFound(await byIds(tenant, ids, scope));
        const entities = [...new Map(read.map((entity) => [idOf(entity), entity])).values()];
        return rowsAtHand<T>('mde', entities, { idOf, timeOf: null }, opening.from, rowMatcher(filter, rows));
      },
    };
  };
};
