import type { HuntColumn, HuntRowMark } from '../domain/hunt.ts';

/** The first column of every answer, over one tenant as over many: a script must not break when a second tenant arrives. */
export const tenantColumn: HuntColumn = { name: 'TenantName', type: 'String' };

const hasOwn = (columns: readonly HuntColumn[]): boolean => columns.some(({ name }) => name === tenantColumn.name);

/** What a query's own column of that name is called instead, as KQL's `join` names a second one. */
const otherName = (columns: readonly HuntColumn[]): string => {
  const taken = new Set(columns.map(({ name }) => name));
  let number = 1;
  while (taken.has(`${tenantColumn.name}${number}`)) number += 1;
  return `${tenantColumn.name}${number}`;
};

/** The columns of the query itself, by the names that they have beside the tenant's. */
export const besideTenant = (columns: readonly HuntColumn[]): readonly HuntColumn[] => {
  if (!hasOwn(columns)) return columns;
  const own = otherName(columns);
  return columns.map((column) => (column.name === tenantColumn.name ? { ...column, name: own } : column));
};

/** What says of every row that it is of this tenant. */
export const tenantMark = (tenant: string): HuntRowMark => ({
  name: tenantColumn.name,
  value: tenant,
  write: (row, columns) => {
    if (hasOwn(columns)) row[otherName(columns)] = row[tenantColumn.name];
    row[tenantColumn.name] = tenant;
  },
});
