import { typeNames } from '../value.ts';
import type { TableSource } from './table.ts';

/** A documented table that the estate has no rows for: its columns as `Name:type`, parted by white space. */
export interface Documented {
  readonly table: string;
  readonly timeColumn: string | null;
  readonly columns: string;
}

/** The table with its documented columns and no rows. */
export function emptyTable({ timeColumn, columns }: Documented): TableSource {
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
