import pLimit from 'p-limit';
import type { CallerName, Column, Plan } from './cells.ts';
import type { Lab } from './lab.ts';
import { storeNames } from './places.ts';
import { mutationNames } from './requests.ts';
import { openScene, runVictim, type Scene } from './scene.ts';
import type { Step } from './steps.ts';

const callers = ['repeats', 'once'] as const satisfies readonly CallerName[];
const atOnce = 4;

/** What a gateway does that was started for the request, as in each cell, and that nobody kills. */
const stepsOf = async (column: Column, scene: Scene): Promise<readonly Step[]> => {
  const { answer, steps } = await runVictim(scene, null);
  if (scene.request.targets.some(({ found }) => found().length !== 1))
    throw new Error(`${column.mutation} is not done even without a kill: ${answer?.text}`);
  return steps;
};

const columns = storeNames.flatMap((store) =>
  mutationNames.flatMap((mutation) =>
    callers.map((caller): Column => ({ store, mutation, caller, finder: 'restart', sight: 'sees' })),
  ),
);

/** The first of each store also with a replica, and all of them blind: neither changes what the victim does. */
const varied = (plan: Plan): Plan => {
  const isFirst = ({ store }: Column, index: number): boolean =>
    columns.findIndex((column) => column.store === store) === index;
  const beside = plan
    .filter(({ column }, index) => isFirst(column, index))
    .map((row) => ({ ...row, column: { ...row.column, finder: 'replica' as const } }));
  const seeing = [...plan, ...beside];
  return [...seeing, ...seeing.map((row) => ({ ...row, column: { ...row.column, sight: 'blind' as const } }))];
};

/** Finds the steps of every column: what a run of its request writes and sends when nobody kills it. */
export const findSteps = async (lab: Lab, together: number): Promise<Plan> => {
  const plan: { readonly column: Column; readonly steps: readonly Step[] }[] = [];
  for (let from = 0; from < columns.length; from += together) {
    const victims = lab.startVictims();
    const scenes: Scene[] = [];
    try {
      const some = columns.slice(from, from + together);
      const opened = await pLimit(atOnce).map(some, async (column) => {
        const scene = await openScene(lab, column, null, victims);
        scenes.push(scene);
        return { column, scene };
      });
      const find = async ({ column, scene }: (typeof opened)[number]) => ({
        column,
        steps: await stepsOf(column, scene),
      });
      plan.push(...(await pLimit(atOnce).map(opened, find)));
    } finally {
      await victims.end();
      for (const scene of scenes) await scene.close();
    }
  }
  return varied(plan);
};
