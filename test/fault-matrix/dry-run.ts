import pLimit from 'p-limit';
import type { Column, Plan } from './cells.ts';
import type { Lab } from './lab.ts';
import { openScene, runVictim, type Scene } from './scene.ts';
import type { Step } from './steps.ts';

const atOnce = 4;

/** What a gateway does that was started for the request, as in each cell, and that nobody kills. */
const stepsOf = async (column: Column, scene: Scene): Promise<readonly Step[]> => {
  const { answer, steps } = await runVictim(scene, null);
  if (scene.request.targets.some(({ found }) => found().length !== 1))
    throw new Error(`${column.mutation} is not done even without a kill: ${answer?.text}`);
  return steps;
};

/** Finder and reads come after the victim's death: neither changes what it does. */
const alike = ({ store, mutation, caller }: Column): string => `${store} ${mutation} ${caller}`;

/** A request may fail on a machine that is busy; one that fails so often is not done. */
const attempts = 3;

/** Finds the steps of the columns: what a run of its request writes and sends when nobody kills it. */
export const findSteps = async (lab: Lab, columns: readonly Column[], together: number): Promise<Plan> => {
  const found = new Map<string, readonly Step[]>();
  const failures = new Map<string, unknown>();
  const findSome = async (some: readonly Column[]): Promise<void> => {
    const victims = lab.startVictims();
    const scenes: Scene[] = [];
    try {
      const opened = await pLimit(atOnce).map(some, async (column) => {
        const scene = await openScene(lab, { ...column, finder: 'restart' }, null, victims);
        scenes.push(scene);
        return { column, scene };
      });
      await pLimit(atOnce).map(opened, ({ column, scene }) =>
        stepsOf(column, scene).then(
          (steps) => found.set(alike(column), steps),
          (failure: unknown) => failures.set(alike(column), failure),
        ),
      );
    } finally {
      await victims.end();
      for (const scene of scenes) await scene.close();
    }
  };
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const left = [...Map.groupBy(columns, alike)].flatMap(([name, [column]]) =>
      column === undefined || found.has(name) ? [] : [column],
    );
    for (let from = 0; from < left.length; from += together) await findSome(left.slice(from, from + together));
  }
  return columns.map((column) => {
    const steps = found.get(alike(column));
    if (steps === undefined) throw failures.get(alike(column));
    return { column, steps };
  });
};
