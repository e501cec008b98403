import type { HuntColumn, HuntTable } from '../domain/hunt.ts';

/** The first column of every answer, over one tenant as over many: a script must not break when a second tenant arrives. */
export const tenantColumn: HuntColumn = { name: 'TenantName', type: 'String' };

/** What a query's own column of that name is called instead, as KQL's `join` names a second one. */
const otherName = (columns: readonly HuntColumn[]): string => {
  const taken = new Set(columns.map(({ name }) => name));
  let number = 1;
  while (taken.has(`${tenantColumn.name}${number}`)) number += 1;
  return `${tenantColumn.name}${number}`;
};

/** Writes the tenant into every row of its table, in place, and gives the columns of the query itself. */
export const withTenant = ({ columns, rows }: HuntTable, tenant: string): readonly HuntColumn[] => {
  if (!columns.some(({ name }) => name === tenantColumn.name)) {
    for (const row of rows) row[tenantColumn.name] = tenant;
    return columns;
  }
  const own = otherName(columns);
  for (const row of rows) {
    row[own] = row[tenantColumn.name];
    row[tenantColumn.name] = tenant;
  }
  return columns.map((column) => (column.name === tenantColumn.name ? { ...column, name: own } : column));
};
