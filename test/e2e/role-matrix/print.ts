import { type Place, places } from './callers.ts';

/** What happened: by field, then by caller, then by place. */
export type Outcomes = ReadonlyMap<string, ReadonlyMap<string, Partial<Record<Place, string>>>>;

/** How an outcome is printed. */
const signs: Readonly<Record<string, string>> = {
  data: 'y',
  FORBIDDEN: 'F',
  NOT_FOUND: 'N',
  null: '0',
  UNAUTHENTICATED: 'U',
};

/**
 * Prints what happened, a row a field and a column a caller: of each cell three signs, for their own tenant, one of another customer
 * and one that does not exist; one sign for a field that names no tenant.
 */
export const printMatrix = (outcomes: Outcomes, callers: readonly string[]): void => {
  const cellOf = (cell: Partial<Record<Place, string>> | undefined): string =>
    places.map((place) => (cell?.[place] === undefined ? ' ' : (signs[cell[place]] ?? '?'))).join('');
  const head = ['field', ...callers];
  const rows = [...outcomes].map(([field, row]) => [field, ...callers.map((caller) => cellOf(row.get(caller)))]);
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const legend = 'y data, F FORBIDDEN, N NOT_FOUND, 0 null, U UNAUTHENTICATED; in their own, another, no tenant';
  process.stdout.write(`${[legend, '', line(head), rule, ...rows.map(line)].join('\n')}\n`);
};
