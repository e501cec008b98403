import type { DocumentedTable } from '../../../microsoft/hunting/table.ts';
import { typeNames } from '../value.ts';
import type { TableSource } from './table.ts';

/** A table that the estate has no rows for, with its documented columns. */
export function emptyTable({ timeColumn, columns }: DocumentedTable): TableSource {
  return {
    timeColumn,
    rows: () => [],
    columns: columns
      .trim()
      .split(/\s+/)
      .map((column) => {
        const [name = '', spelled = ''] = column.split(':');
        const type = typeNames.get(spelled);
        if (type === undefined) throw new TypeError(`${name} has no Kusto type`);
        return { name, type };
      }),
  };
}
