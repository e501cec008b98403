import { nameOfCell, nameOfColumn } from './cells.ts';
import { faults, type Verdict } from './judge.ts';
import type { JudgedCell, Matrix } from './matrix.ts';

const isFault = ({ judgement: { verdict } }: JudgedCell): boolean => faults.some((fault) => fault === verdict);

/** How many cells had each end, the most frequent first, e.g. `31 by the first, 20 by the repeat`. */
const endsOf = (judged: readonly JudgedCell[]): string =>
  [...Map.groupBy(judged, (each) => (isFault(each) ? `${each.judgement.verdict}!` : each.judgement.what))]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([what, cells]) => `${cells.length} ${what}`)
    .join(', ');

/** Each column with what became of its cells, in the order of the plan. */
const lines = ({ plan, judged }: Matrix): readonly string[] => {
  const byColumn = Map.groupBy(judged, ({ cell }) => nameOfColumn(cell));
  return plan.flatMap(({ column }) => {
    const name = nameOfColumn(column);
    const cells = byColumn.get(name);
    return cells === undefined ? [] : [`${name}: ${endsOf(cells)}`];
  });
};

/** e.g. `cells 312, lost 0, repeated 0, untrue 0, broken 0; 310 s`. */
export const totalsOf = ({ judged, again, seconds }: Matrix): string => {
  const count = (verdict: Verdict): number => judged.filter(({ judgement }) => judgement.verdict === verdict).length;
  const absent = count('absent');
  const counts = faults.map((verdict) => `${verdict.toLowerCase()} ${count(verdict)}`);
  const notes = [
    ...(absent === 0 ? [] : [`${absent} did not come about`]),
    ...(again === 0 ? [] : [`${again} were tried twice`]),
  ];
  return [`cells ${judged.length - absent}, ${counts.join(', ')}`, `${Math.round(seconds)} s`, ...notes].join('; ');
};

const faultOf = ({ cell, judgement }: JudgedCell): string =>
  `${judgement.verdict} ${nameOfCell(cell)}: ${judgement.what}`;

/** Cells with a fault, each on a line with what is wrong. */
export const faultsOf = ({ judged }: Matrix): readonly string[] => judged.filter(isFault).map(faultOf);

/** What became of the cells of each column, the faults and the totals; `-`: did not come about. */
export const report = (matrix: Matrix): string =>
  [...lines(matrix), '', ...faultsOf(matrix), totalsOf(matrix), ''].join('\n');
