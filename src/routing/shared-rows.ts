import type { Tenant } from '../config/tenants.ts';
import type { Recipe } from '../made.ts';
import type { Page } from '../upstream/http/operation.ts';

/** How the rows of a tenant are mapped. */
export interface RowMapping<W, T> {
  readonly toDomain: (wire: W) => T;
  /** All rows of a page. */
  readonly rowsOf: (page: Pick<Page<W>, 'items' | 'made'>) => readonly T[];
}

/** Keeps what rows were mapped to; those of answers that are long past go. */
const remember = <W, T>(before: Map<W, T>, items: readonly W[], rows: readonly T[]): void => {
  if (before.size > 2 * items.length) before.clear();
  for (const [index, row] of rows.entries()) {
    const wire = items[index];
    if (wire !== undefined) before.set(wire, row);
  }
};

/**
 * Maps the rows of a page once for all requests that share its answer, which is of one tenant. Nobody changes them in place.
 * One for each way of reading, made once.
 */
export const sharedRows = <W, T>(map: (tenant: Tenant, wire: W) => T): ((tenant: Tenant) => RowMapping<W, T>) => {
  // By the rows that they are of: some readings leave rows of an answer out.
  const mapped: Recipe<Map<readonly W[], readonly T[]>> = {};
  // Of answers that come one after the other and have most of their rows in common.
  const single: Recipe<Map<W, T>> = {};
  return (tenant) => ({
    toDomain: (wire) => map(tenant, wire),
    rowsOf: ({ items, made }) => {
      const pages = made?.once(mapped, () => new Map<readonly W[], readonly T[]>());
      const known = pages?.get(items);
      if (known !== undefined) return known;
      const before = made?.parts?.once(single, () => new Map<W, T>());
      const rows = items.map((wire) => before?.get(wire) ?? map(tenant, wire));
      if (before !== undefined) remember(before, items, rows);
      pages?.set(items, rows);
      return rows;
    },
  });
};
