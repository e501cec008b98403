import type { Tenant } from '../config/tenants.ts';

/** How the rows of a tenant are mapped. */
export interface RowMapping<W, T> {
  readonly toDomain: (wire: W) => T;
  /** All rows of a page. */
  readonly rowsOf: (items: readonly W[]) => readonly T[];
}

/**
 * Maps the rows of a page once for all requests that share its answer, which is of one tenant. Nobody changes them in place.
 * One for each way of reading, made once.
 */
export const sharedRows = <W, T>(map: (tenant: Tenant, wire: W) => T): ((tenant: Tenant) => RowMapping<W, T>) => {
  const pages = new WeakMap<readonly W[], readonly T[]>();
  return (tenant) => ({
    toDomain: (wire) => map(tenant, wire),
    rowsOf: (items) => {
      const known = pages.get(items);
      if (known !== undefined) return known;
      const rows = items.map((wire) => map(tenant, wire));
      pages.set(items, rows);
      return rows;
    },
  });
};
