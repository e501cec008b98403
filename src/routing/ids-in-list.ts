import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import type { RoutingDependencies } from './dependencies.ts';
import type { FactPlace } from './learned.ts';

/** Calls by ids from which on a look at the list itself is worth it: so many are spared but one. */
export const manyCalls = 3;

/** Rows that are read for each one that is wanted, at most. */
const rowsForOne = 4;

/** Rows that are read of a list, at most: some megabytes. */
const mostRows = 4000;

/** A list, and how one of its rows is told. */
interface ListOfAll<W> {
  readonly list: (top: number) => Operation<Page<W>>;
  readonly idOf: (wire: W) => string | number;
}

/** What was found of some ids, and what is known of the list by then. */
export interface ReadOfList {
  /** One that it showed; absent: none, or there are more rows than it showed. */
  readonly witness?: string | undefined;
  /** Some that were asked for by their ids then were there: the list does not show all, or is longer. */
  sawMore(): void;
}

/**
 * Many ids out of the list itself, where a tenant has no more than a few times as many rows: those that it shows come in one call, into
 * `found`. Those that it does not show are not known to be absent. Where it did not do, it is not tried for some minutes.
 * `null`: it was not asked. Calls: 1 at most.
 */
export const readOfList = async <W>(
  { send, learned }: Pick<RoutingDependencies, 'send' | 'learned'>,
  { list, idOf }: ListOfAll<W>,
  { tenant, ids, scope }: { readonly tenant: Tenant; readonly ids: readonly string[]; readonly scope: CallScope },
  found: { set(id: string, wire: W): unknown },
): Promise<ReadOfList | null> => {
  const top = Math.min(ids.length * rowsForOne, mostRows);
  if (top <= ids.length) return null;
  const listed = list(top);
  const isLong: FactPlace = { tenant, api: listed.api, operation: listed.id, fact: 'longList' };
  if (learned.recall(isLong) !== undefined) return null;
  const sawMore = (): void => void learned.note(isLong, 'yes');
  try {
    const { items, nextLink } = await send(tenant, { ...listed, once: true }, scope);
    const wanted = new Map(ids.map((id) => [id.toLowerCase(), id]));
    const shown = items.flatMap((wire) => {
      const id = wanted.get(String(idOf(wire)).toLowerCase());
      if (id !== undefined) found.set(id, wire);
      return id ?? [];
    });
    if (items.length < top && nextLink === null) return { witness: shown[0], sawMore };
  } catch {
    // They are asked for by their ids, which tells what is wrong.
    scope.signal.throwIfAborted();
  }
  sawMore();
  return { sawMore };
};
