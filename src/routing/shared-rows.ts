import type { Tenant } from '../config/tenants.ts';
import type { Recipe } from '../made.ts';
import type { Page } from '../upstream/http/operation.ts';

/** How the rows of a tenant are mapped. */
export interface RowMapping<W, T> {
  readonly toDomain: (wire: W) => T;
  /** All rows of a page. */
  readonly rowsOf: (page: Pick<Page<W>, 'items' | 'made'>) => readonly T[];
}

/**
 * Maps the rows of a page once for all requests that share its answer, which is of one tenant. Nobody changes them in place.
 * One for each way of reading, made once.
 */
export const sharedRows = <W, T>(map: (tenant: Tenant, wire: W) => T): ((tenant: Tenant) => RowMapping<W, T>) => {
  // By the rows that they are of: some readings leave rows of an answer out.
  const mapped: Recipe<Map<readonly W[], readonly T[]>> = {};
  return (tenant) => ({
    toDomain: (wire) => map(tenant, wire),
    rowsOf: ({ items, made }) => {
      const pages = made?.once(mapped, () => new Map<readonly W[], readonly T[]>());
      const known = pages?.get(items);
      if (known !== undefined) return known;
      const rows = items.map((wire) => map(tenant, wire));
      pages?.set(items, rows);
      return rows;
    },
  });
};
