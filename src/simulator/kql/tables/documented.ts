import type { DocumentedTable } from '../../../microsoft/hunting/table.ts';
import { type Json, typeNames } from '../value.ts';
import { type Estate, type TableSource, toValue } from './table.ts';

/** How the rows of a table are made, column by column; a name that is no column is nowhere. */
export type Rendered = (estate: Estate) => readonly Readonly<Record<string, Json>>[];

/** A table with its documented columns, and the rows that the estate has for it; without rows unless said. */
export function documentedTable({ timeColumn, columns }: DocumentedTable, render: Rendered = () => []): TableSource {
  const typed = columns
    .trim()
    .split(/\s+/)
    .map((column) => {
      const [name = '', spelled = ''] = column.split(':');
      const type = typeNames.get(spelled);
      if (type === undefined) throw new TypeError(`${name} has no Kusto type`);
      return { name, type };
    });
  return {
    timeColumn,
    columns: typed,
    rows: (estate) => render(estate).map((cells) => typed.map(({ name, type }) => toValue(cells[name], type))),
  };
}
