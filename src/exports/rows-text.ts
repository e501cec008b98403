import type { HuntRowsText } from '../domain/hunt.ts';
import type { ExportRow, ExportRows } from './export.ts';

const lineFeed = 0x0a;

/** The first rows of a text that has a line for each. */
export const firstRows = (rows: HuntRowsText, count: number): HuntRowsText => {
  if (count >= rows.count) return rows;
  const chunks: Uint8Array[] = [];
  let left = count;
  for (const chunk of rows.chunks) {
    let end = 0;
    while (left > 0 && end < chunk.length) {
      end = chunk.indexOf(lineFeed, end) + 1;
      left -= 1;
    }
    chunks.push(chunk.subarray(0, end));
    if (left === 0) break;
  }
  return { count, chunks };
};

/** Whether rows are values. */
const areValues = (rows: ExportRows): rows is readonly ExportRow[] => Array.isArray(rows);

/** The text of rows; `null`: they are values. */
export const textOfRows = (rows: ExportRows): Uint8Array | null => {
  if (areValues(rows)) return null;
  const [first, ...more] = rows.chunks;
  return first !== undefined && more.length === 0 ? first : Buffer.concat(rows.chunks);
};

/** The lines of a chunk, each of which is a row. */
const rowsOfLines = (text: string): readonly ExportRow[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** Rows as values. */
export const valuesOfRows = (rows: ExportRows): readonly ExportRow[] =>
  areValues(rows) ? rows : rows.chunks.flatMap((chunk) => rowsOfLines(new TextDecoder().decode(chunk)));
