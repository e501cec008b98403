import type { Tenant } from '../config/tenants.ts';
import type { Made, Recipe } from '../made.ts';
import type { CallScope } from '../scope.ts';
import { answeredAs, type Operation, type Page } from '../upstream/http/operation.ts';
import type { Capability } from './capabilities.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { mapFound } from './each-id.ts';
import { fewRows, readFew } from './few-rows.ts';
import { type FilterRows, rowMatcher } from './filters/rows.ts';
import type { CountRows } from './graph-counts.ts';
import { createIdReader, type IdReads } from './ids-in-filter.ts';
import type { ListSource } from './list-source.ts';
import { withNewest } from './newest.ts';
import { openSource } from './open-source.ts';
import type { ListOpening, OpenedRows, OpenRows } from './opened-list.ts';

/** What only Defender for Endpoint serves, listed and read by id: everything that differs from kind to kind. */
export interface MdeCollection<F, W, T>
  extends Pick<IdReads<W>, 'single' | 'otherwise' | 'filterable' | 'property' | 'areOptional'> {
  readonly capability: Capability;
  readonly rows: FilterRows<F, T>;
  readonly source: (tenant: Tenant) => ListSource<W, T>;
  /** Whether a row of the list has all that one that is read alone has, by their pages: then those that are asked for at once are read together. False unless said. */
  readonly isListedWhole?: boolean;
  /** What stands under `property`; `id` unless said. */
  readonly wireIdOf?: (wire: W) => string;
}

/** The two reads of a collection. */
export interface CollectionReads<F, T> {
  /** Opens the list of a tenant, in Microsoft's order. */
  readonly open: OpenRows<F, T>;
  /** Calls at 39 ids a URL: 1 key 1, 100 keys 3, 10,000 keys 257, or 1 of the list where it is short; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, T | Error>>;
  /** Absent: no page of the API documents `$count`. */
  readonly count?: CountRows<F>;
}

/** As the two reads, and the list with its condition on some other property answered by the way that it is read. */
export interface MdeReads<F, T> extends CollectionReads<F, T> {
  /** What of a filter is left to be checked when a way of reading has answered some of it. */
  readonly rest: (filter: F, answered: readonly (keyof F)[]) => ((row: T) => boolean) | undefined;
  /** The list, with other rules for pushing where a way of reading has its own. */
  readonly openBy: (rows: FilterRows<F, T>) => OpenRows<F, T>;
  /** All of a tenant that has few; `null`: it has more, or its list shows nothing at all, which proves nothing of ids. */
  readonly few: (tenant: Tenant, scope: CallScope) => Promise<readonly T[] | null>;
}

/** Rows of a page where an id may have several, all of which have to be there. */
const severalOfEach = 1000;

/** A row as it came, and what it is mapped to when that is asked for. */
interface ReadRow<W, T> {
  readonly wire: W;
  readonly row: () => T;
}

/** The reads of one collection; `idsPerCall`: ids gathered into one `$filter`. */
export const createMdeCollection = <F extends object, W extends { readonly id: string }, T>(
  parts: RoutingDependencies & { readonly idsPerCall: number },
  {
    capability,
    rows,
    source,
    wireIdOf = ({ id }: W): string => id,
    single,
    otherwise = () => null,
    filterable,
    property = 'id',
    areOptional = false,
    isListedWhole = false,
  }: MdeCollection<F, W, T>,
): MdeReads<F, T> => {
  const { routing } = parts;
  const readByIds = createIdReader(parts);

  /** What those that are read alone are mapped to, for all who share their answer: some are looked for in a list that has others, too. */
  const mapped: Recipe<Map<W, T>> = {};
  const mappedIn = (made: Made, wire: W, toDomain: (wire: W) => T): T => {
    const rowsOfAnswer = made.once(mapped, () => new Map());
    const row = rowsOfAnswer.get(wire) ?? toDomain(wire);
    rowsOfAnswer.set(wire, row);
    return row;
  };

  const makeReads = (tenant: Tenant): IdReads<ReadRow<W, T>> => {
    const { list, toDomain, rowsOf, newer } = source(tenant);
    const newest = newer === undefined ? null : withNewest(wireIdOf, newer);
    const listed = list({ filter: undefined, top: 1, skip: undefined });

    const alone = (operation: Operation<W | null>): Operation<ReadRow<W, T> | null> =>
      answeredAs(operation, (wire, made) => {
        if (wire === null) return null;
        return { wire, row: () => (made === undefined ? toDomain(wire) : mappedIn(made, wire, toDomain)) };
      });

    /** Of a page that others share, its rows are mapped once for all of them. */
    const rowsIn = (page: Page<W>): readonly ReadRow<W, T>[] => {
      let rows: readonly T[] | undefined;
      return page.items.map((wire, index) => ({
        wire,
        row: () => {
          rows ??= rowsOf?.(page) ?? [];
          return rows[index] ?? toDomain(wire);
        },
      }));
    };

    const ofAll = (top: number): Operation<Page<ReadRow<W, T>>> =>
      answeredAs(list({ filter: undefined, top, skip: undefined }), (page) => ({
        nextLink: page.nextLink,
        items: rowsIn(page),
      }));

    return {
      ...{ filterable, property, areOptional },
      ...(isListedWhole ? { gathers: { many: listed, jsonOf: ({ wire }) => wire } } : {}),
      ...(isListedWhole && newest === null ? { ofAll } : {}),
      idOf: ({ wire }) => wireIdOf(wire),
      single: (id) => alone(single(id)),
      otherwise: (id) => {
        const operation = otherwise(id);
        return operation === null ? null : alone(operation);
      },
      list: (filter, top) => {
        const asked = list({ filter, top: newest === null ? top : severalOfEach, skip: undefined });
        return answeredAs(asked, (page) => {
          const { nextLink } = page;
          // Of more than was asked for, few are wanted.
          if (newest === null && page.items.length <= top) return { nextLink, items: rowsIn(page) };
          const { items } = newest?.(page) ?? page;
          return { nextLink, items: items.map((wire) => ({ wire, row: () => toDomain(wire) })) };
        });
      },
    };
  };
  /** How entities are read by id, which is the same for all requests. */
  const madeReads = new WeakMap<Tenant, ReturnType<typeof makeReads>>();
  const readsOf = (tenant: Tenant): ReturnType<typeof makeReads> => {
    const made = madeReads.get(tenant) ?? makeReads(tenant);
    madeReads.set(tenant, made);
    return made;
  };

  const openBy =
    (ruled: FilterRows<F, T>): OpenRows<F, T> =>
    (tenant, filter, opening, scope) =>
      routing.run<OpenedRows<T>>(tenant, capability, scope, {
        mde: () => openSource(parts, source(tenant), { tenant, scope, filter, rows: ruled, opening }),
      });

  return {
    open: openBy(rows),
    openBy,
    few: (tenant, scope) =>
      routing.run<readonly T[] | null>(tenant, capability, scope, {
        mde: async () => {
          const listed = source(tenant);
          const { id: operation, api } = listed.list({ filter: undefined, top: 1, skip: undefined });
          const opening: ListOpening = { from: { kind: 'start' }, top: fewRows };
          const all = await readFew(parts.learned, { tenant, api, operation }, () =>
            openSource(parts, listed, { tenant, scope, filter: {}, rows: {}, opening }),
          );
          return all?.length === 0 ? null : all;
        },
      }),
    rest: (filter, answered) => rowMatcher(filter, rows, answered),
    byIds: (tenant, ids, scope) =>
      routing.run(tenant, capability, scope, {
        mde: async () => {
          return mapFound(await readByIds(tenant, ids, readsOf(tenant), scope), ({ row }) => row());
        },
      }),
  };
};
