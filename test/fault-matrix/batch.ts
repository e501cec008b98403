import pLimit from 'p-limit';
import type { Cell } from './cells.ts';
import { broken, type Judgement } from './judge.ts';
import type { Lab } from './lab.ts';
import { recover } from './recover.ts';
import { openScene, runVictim, type Scene } from './scene.ts';

/** Gateways that start or do their request at the same time. */
const startingAtOnce = 4;
/** Cells in which time passes at the same time. */
const recoveringAtOnce = 8;

/** Runs the victims of all cells in one process, kills it when each has come as far as it may, and judges what is left. */
export const runBatch = async (
  lab: Lab,
  cells: readonly Cell[],
  onJudged: (cell: Cell, judgement: Judgement) => void,
): Promise<void> => {
  const victims = lab.startVictims();
  const open: Scene[] = [];
  /** Goes on with each of `all`; what fails is judged broken, and the others go on. */
  const eachOf = async <From extends { readonly cell: Cell }, To>(
    all: readonly From[],
    atOnce: number,
    work: (each: From) => Promise<To>,
  ): Promise<readonly To[]> => {
    const done = await pLimit(atOnce).map(all, (each) =>
      work(each).catch((thrown: unknown) => {
        onJudged(each.cell, broken(thrown instanceof Error ? thrown.message : String(thrown)));
        return null;
      }),
    );
    return done.filter((each) => each !== null);
  };
  try {
    const all = cells.map((cell) => ({ cell }));
    const opened = await eachOf(all, startingAtOnce, async ({ cell }) => {
      const scene = await openScene(lab, cell, cell.point, victims);
      open.push(scene);
      return { cell, scene };
    });
    const halted = await eachOf(opened, startingAtOnce, async ({ cell, scene }) => ({
      ...{ cell, scene },
      halted: await runVictim(scene, cell.point),
    }));
    await victims.kill();
    await eachOf(halted, recoveringAtOnce, async ({ cell, scene, halted }) => {
      onJudged(cell, await recover(cell, scene, halted));
      await scene.close();
    });
  } finally {
    await victims.kill();
    for (const scene of open) await scene.close();
  }
};
