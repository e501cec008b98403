import pLimit from 'p-limit';
import { allCells, type Cell, type Plan, someCells } from './cells.ts';
import { findSteps } from './dry-run.ts';
import { broken, type Judgement } from './judge.ts';
import { startLab } from './lab.ts';
import { storeNames } from './places.ts';
import { runCell } from './run-cell.ts';

/** A cell with what became of it. */
export interface JudgedCell {
  readonly cell: Cell;
  readonly judgement: Judgement;
}

export interface Matrix {
  readonly plan: Plan;
  readonly judged: readonly JudgedCell[];
  readonly seconds: number;
}

export interface MatrixOptions {
  /** A sample instead of all. */
  readonly short: boolean;
  /** Of the cells that are left one of so many. */
  readonly every: number;
  /** Cells that run side by side, at most 16. */
  readonly atOnce: number;
  /** Of the cells only those in whose name one of these texts occurs, which commas separate. */
  readonly only: string;
  /** Called after each cell, with how many there are. */
  readonly onCell?: (judged: JudgedCell, total: number) => void;
}

/** e.g. `sqlite isolateMachines repeats restart answered: after journal written 1`. */
export const nameOfCell = ({ store, mutation, caller, finder, reads, point }: Cell): string =>
  `${store} ${mutation} ${caller} ${finder} ${reads}: ${point.moment} ${point.name} ${point.nth}`;

/** Finds the steps, kills a process at each of them, and judges what is left. */
export const runMatrix = async ({ short, every, atOnce, only, onCell }: MatrixOptions): Promise<Matrix> => {
  const started = performance.now();
  const lab = await startLab();
  try {
    const plans = await Promise.all(storeNames.map((store) => findSteps(lab, store)));
    const plan = plans.flat();
    const cells = (short ? someCells(plan) : allCells(plan))
      .filter((cell) => only.split(',').some((text) => nameOfCell(cell).includes(text)))
      .filter((_, index) => index % every === 0);
    const judged = await pLimit(atOnce).map(cells, async (cell): Promise<JudgedCell> => {
      // The others go on, so that each ends the process that it started.
      const judgement = await runCell(lab, cell).catch((thrown: unknown) => broken(String(thrown)));
      const done = { cell, judgement };
      onCell?.(done, cells.length);
      return done;
    });
    return { plan, judged, seconds: (performance.now() - started) / 1000 };
  } finally {
    await lab.stop();
  }
};
