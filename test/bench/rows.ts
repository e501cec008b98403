/** One line of the table. */
export interface Row {
  readonly measure: string;
  readonly unit: string;
  readonly gateway: number;
  readonly baseline?: number;
  /** What must hold; a measure without a promise is there to be read. */
  readonly promise?: { readonly text: string; readonly held: boolean };
}

/** A promise on the figure itself. */
export const atMost = (limit: number, actual: number, unit = ''): NonNullable<Row['promise']> => ({
  text: `at most ${limit}${unit === '' ? '' : ` ${unit}`}`,
  held: actual <= limit,
});

/** A promise on the ratio to the baseline. */
export const ratioAtMost = (limit: number, gateway: number, baseline: number): NonNullable<Row['promise']> => ({
  text: `ratio at most ${limit}`,
  held: gateway <= limit * baseline,
});

const figure = (value: number | undefined): string => {
  if (value === undefined) return '';
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
};

const headings = ['measure', 'unit', 'gateway', 'baseline', 'ratio', 'promise', 'held?'] as const;

const cellsOf = ({ measure, unit, gateway, baseline, promise }: Row): readonly string[] => [
  measure,
  unit,
  figure(gateway),
  figure(baseline),
  baseline === undefined ? '' : (gateway / baseline).toFixed(2),
  promise?.text ?? '',
  promise === undefined ? '' : promise.held ? 'yes' : 'NO',
];

/** The rows as one Markdown table, aligned for a terminal. */
export const tableOf = (rows: readonly Row[]): string => {
  const lines = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const isFigure = (column: number): boolean => column >= 2 && column <= 4;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (isFigure(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (isFigure(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const [head = headings, ...body] = lines;
  return [line(head), rule, ...body.map(line)].join('\n');
};
