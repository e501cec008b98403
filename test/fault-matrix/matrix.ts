import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import pLimit from 'p-limit';
import { runBatch } from './batch.ts';
import {
  allCells,
  allColumns,
  type Cell,
  type Column,
  nameOfCell,
  nameOfColumn,
  type Plan,
  someCells,
  someColumns,
} from './cells.ts';
import { findSteps } from './dry-run.ts';
import type { Judgement } from './judge.ts';
import { startLab } from './lab.ts';

/** A cell with what became of it. */
export interface JudgedCell {
  readonly cell: Cell;
  readonly judgement: Judgement;
}

export interface Matrix {
  readonly plan: Plan;
  readonly judged: readonly JudgedCell[];
  /** Cells that came about at the second attempt, or not at all. */
  readonly again: number;
  readonly seconds: number;
}

export interface MatrixOptions {
  /** A sample instead of all. */
  readonly short: boolean;
  /** Of the cells that are left one of so many. */
  readonly every: number;
  /** Processes that run side by side. */
  readonly atOnce: number;
  /** Cells whose gateways share a process that is killed. */
  readonly together: number;
  /** Of the cells only those in whose name one of these texts occurs, which commas separate. */
  readonly only: string;
  /** A file to which each cell is added when it is judged: those that came about are not run again. */
  readonly journal?: string | undefined;
  /** Called after each cell, with how many there are. */
  readonly onCell?: (judged: JudgedCell, total: number) => void;
}

/** Those in whose name one of the texts occurs; all of them where the texts are of steps, as in no column's name. */
const columnsFor = (only: string, columns: readonly Column[]): readonly Column[] => {
  const texts = only.split(',').map((text) => text.split(':')[0] ?? '');
  const named = columns.filter((column) => texts.some((text) => nameOfColumn(column).includes(text)));
  return named.length === 0 ? columns : named;
};

/** A line of the journal. */
type Line = Judgement & { readonly name: string };

const readJournal = (file: string | undefined): ReadonlyMap<string, Judgement> => {
  if (file === undefined || !existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const judged = lines.map((line): Line => JSON.parse(line)).filter(({ verdict }) => verdict !== 'BROKEN');
  return new Map(judged.map(({ name, ...judgement }) => [name, judgement]));
};

/** Each batch has cells from all over the table, so that a run that is broken off has seen something of everything. */
const spread = <T>(all: readonly T[], size: number): readonly (readonly T[])[] => {
  const count = Math.ceil(all.length / size);
  return Array.from({ length: count }, (_, batch) => all.filter((_, index) => index % count === batch));
};

/** Finds the steps, kills a gateway at each of them, and judges what is left. */
export const runMatrix = async (options: MatrixOptions): Promise<Matrix> => {
  const { short, every, atOnce, together, only, journal, onCell } = options;
  const started = performance.now();
  const lab = await startLab();
  try {
    const columns = columnsFor(only, short ? someColumns : allColumns);
    const plan = await findSteps(lab, columns, together);
    const cells = (short ? someCells(plan) : allCells(plan))
      .filter((cell) => only.split(',').some((text) => nameOfCell(cell).includes(text)))
      .filter((_, index) => index % every === 0);
    const judged = new Map<Cell, Judgement>();
    const run = (some: readonly Cell[], size: number): Promise<unknown> =>
      pLimit(atOnce).map(spread(some, size), (batch) =>
        runBatch(lab, batch, (cell, judgement) => {
          judged.set(cell, judgement);
          if (journal !== undefined)
            appendFileSync(journal, `${JSON.stringify({ name: nameOfCell(cell), ...judgement } satisfies Line)}\n`);
          onCell?.({ cell, judgement }, cells.length);
        }),
      );
    const known = readJournal(journal);
    for (const cell of cells) {
      const judgement = known.get(nameOfCell(cell));
      if (judgement !== undefined) judged.set(cell, judgement);
    }
    await run(
      cells.filter((cell) => !judged.has(cell)),
      together,
    );
    // What did not come about, as on a machine that is busy, is tried once more, with fewer beside it.
    const again = cells.filter((cell) => judged.get(cell)?.verdict === 'BROKEN');
    await run(again, Math.ceil(together / 4));
    const all = [...judged].map(([cell, judgement]): JudgedCell => ({ cell, judgement }));
    return { plan, judged: all, again: again.length, seconds: (performance.now() - started) / 1000 };
  } finally {
    await lab.stop();
  }
};
