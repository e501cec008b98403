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

/** Finds the steps of the columns: what a run of its request writes and sends when nobody kills it. */
export const findSteps = async (lab: Lab, columns: readonly Column[], together: number): Promise<Plan> => {
  const found = new Map<string, readonly Step[]>();
  const asked = [...Map.groupBy(columns, alike).values()].flatMap(([column]) => column ?? []);
  for (let from = 0; from < asked.length; from += together) {
    const victims = lab.startVictims();
    const scenes: Scene[] = [];
    try {
      const opened = await pLimit(atOnce).map(asked.slice(from, from + together), async (column) => {
        const scene = await openScene(lab, { ...column, finder: 'restart' }, null, victims);
        scenes.push(scene);
        return { column, scene };
      });
      await pLimit(atOnce).map(opened, async ({ column, scene }) => {
        found.set(alike(column), await stepsOf(column, scene));
      });
    } finally {
      await victims.end();
      for (const scene of scenes) await scene.close();
    }
  }
  return columns.map((column) => ({ column, steps: found.get(alike(column)) ?? [] }));
};
