import { ticksOfDate } from '../time.ts';
import type { Relation } from '../value.ts';
import type { Estate, TableSource } from './table.ts';

/** The rows of a table inside the estate's window; a table without a time column is read whole. */
export function readTable(source: TableSource, estate: Estate): Relation {
  const { columns } = source;
  const rows = source.rows(estate);
  const place = columns.findIndex(({ name }) => name === source.timeColumn);
  if (place < 0) return { columns, rows };
  const from = ticksOfDate(new Date(estate.window.fromMs));
  const to = ticksOfDate(new Date(estate.window.toMs));
  const inside = rows.filter((row) => {
    const time = row[place];
    return typeof time === 'bigint' && time >= from && time <= to;
  });
  return { columns, rows: inside };
}
