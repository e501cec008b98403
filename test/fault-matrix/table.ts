import type { Column, Plan } from './cells.ts';
import { faults, type Verdict } from './judge.ts';
import { type JudgedCell, type Matrix, nameOfCell } from './matrix.ts';
import { type StoreName, storeNames } from './places.ts';
import { type KillPoint, pointsOf } from './steps.ts';

/** What the moments of a point are called in front of its name. */
const momentWords = {
  before: 'before',
  torn: 'half of',
  after: 'after',
  arrived: 'never done:',
  done: 'done, not answered:',
  doneLater: 'done a minute late:',
  unavailable: 'done, told as 503:',
  reset: 'done, cut:',
} as const satisfies Record<KillPoint['moment'], string>;

const rowName = ({ name, nth, moment }: KillPoint): string =>
  `${momentWords[moment]} ${name}${nth === 1 ? '' : ` (${nth}.)`}`;

const columnName = ({ mutation, caller, finder, reads }: Column): string =>
  [
    mutation,
    caller === 'repeats' ? 'key' : 'no key',
    ...(finder === 'replica' ? ['replica'] : []),
    ...(reads === 'failing' ? ['reads fail'] : []),
  ].join(', ');

const isIn = (cell: Column, column: Column): boolean =>
  cell.mutation === column.mutation &&
  cell.caller === column.caller &&
  cell.finder === column.finder &&
  cell.reads === column.reads;

const isFault = ({ judgement: { verdict } }: JudgedCell): boolean => faults.some((fault) => fault === verdict);

const text = (judged: JudgedCell): string => (isFault(judged) ? `${judged.judgement.verdict}!` : judged.judgement.what);

/** Rows of all columns in one order: each column keeps its own, and what only one has stands where it has it. */
const mergedRows = (columns: readonly (readonly string[])[]): readonly string[] => {
  const rows: string[] = [];
  for (const column of columns) {
    let at = 0;
    for (const name of column) {
      const known = rows.indexOf(name);
      if (known < 0) rows.splice(at, 0, name);
      at = (known < 0 ? at : known) + 1;
    }
  }
  return rows;
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const padded = (lines: readonly (readonly string[])[]): readonly string[] => {
  const widths = (lines[0] ?? []).map((_, index) => Math.max(...lines.map((cells) => cells[index]?.length ?? 0)));
  const filled = lines.map((cells) => line(cells.map((cell, index) => cell.padEnd(widths[index] ?? 0))));
  return [...filled.slice(0, 1), line(widths.map((width) => '-'.repeat(width))), ...filled.slice(1)];
};

const tableOf = (store: StoreName, plan: Plan, judged: readonly JudgedCell[]): readonly string[] => {
  const columns = plan.filter(({ column }) => column.store === store);
  const rows = mergedRows(columns.map(({ steps }) => pointsOf(steps).flat().map(rowName)));
  const ofStore = judged.filter(({ cell }) => cell.store === store);
  const body = rows.map((row) => [
    row,
    ...columns.map(({ column, steps }) => {
      const found = ofStore.find(({ cell }) => isIn(cell, column) && rowName(cell.point) === row);
      if (found !== undefined) return text(found);
      return pointsOf(steps).flat().map(rowName).includes(row) ? '.' : '';
    }),
  ]);
  return padded([[`killed (${store})`, ...columns.map(({ column }) => columnName(column))], ...body]);
};

/** e.g. `cells 312, lost 0, repeated 0, untrue 0, broken 0; 310 s`. */
export const totalsOf = ({ judged, seconds }: Matrix): string => {
  const count = (verdict: Verdict): number => judged.filter(({ judgement }) => judgement.verdict === verdict).length;
  const absent = count('absent');
  const counts = faults.map((verdict) => `${verdict.toLowerCase()} ${count(verdict)}`);
  const note = absent === 0 ? '' : `; ${absent} did not come about`;
  return `cells ${judged.length - absent}, ${counts.join(', ')}; ${Math.round(seconds)} s${note}`;
};

const faultOf = ({ cell, judgement }: JudgedCell): string =>
  `${judgement.verdict} ${nameOfCell(cell)}: ${judgement.what}`;

/** Cells with a fault, each on a line with what is wrong. */
export const faultsOf = ({ judged }: Matrix): readonly string[] => judged.filter(isFault).map(faultOf);

/**
 * A table for each store, the faults and the totals. `.`: not in the sample; `-`: did not come about; empty: that mutation has
 * no such step.
 */
export const report = (matrix: Matrix): string =>
  [
    ...storeNames.flatMap((store) => [...tableOf(store, matrix.plan, matrix.judged), '']),
    ...faultsOf(matrix),
    totalsOf(matrix),
    '',
  ].join('\n');
