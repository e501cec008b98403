import { systemClock } from '../../src/clock.ts';
import type { Program } from '../support/process.ts';
import { askOnce } from './answers.ts';
import type { CallerName, Column, Plan } from './cells.ts';
import { inputOf, startInProcess } from './in-process.ts';
import type { Lab } from './lab.ts';
import { startMicrosoft } from './microsoft.ts';
import { places, type StoreName } from './places.ts';
import { mutationNames } from './requests.ts';
import { momentNow, type NotedStep } from './steps.ts';

const callers = ['repeats', 'once'] as const satisfies readonly CallerName[];

/** So long a step may take from the process to who notes it. */
const settleMs = 100;

/**
 * Finds the steps of every column of a store: one process that nobody kills does a request of each, and what it writes and
 * sends meanwhile are the column's steps. The first request has those of a process that has just been started, too.
 */
export const findSteps = (lab: Lab, store: StoreName): Promise<Plan> =>
  lab.withDatabase(async (database) => {
    let victim: Program | undefined;
    const kill = async (): Promise<void> => {};
    const place = await places[store]({ point: null, kill, redis: { port: lab.redisPort, database } });
    const microsoft = await startMicrosoft({ ...lab, point: null, kill, isVictimDead: () => false });
    const settings = lab.settings(microsoft, place.victim.settings);
    const plan: { readonly column: Column; readonly steps: readonly NotedStep[] }[] = [];
    try {
      const url = await lab.startProcess(place.folder, settings, place.victim, (program) => {
        victim = program;
      });
      const noted = (): readonly NotedStep[] => [
        ...(victim === undefined ? [] : place.steps(victim)),
        ...microsoft.steps,
      ];
      for (const mutation of mutationNames) {
        for (const caller of callers) {
          const request = lab.requests[mutation]();
          const input = await inputOf(request, caller, () =>
            startInProcess({ lab, microsoft, place, clock: systemClock }),
          );
          const since = momentNow();
          const { text } = await askOnce(url, request, input);
          if (request.targets.some(({ found }) => found().length !== 1))
            throw new Error(`${mutation} is not done even without a kill: ${text}`);
          await new Promise((resolve) => setTimeout(resolve, settleMs));
          const steps = noted()
            .filter(({ at }) => at > since)
            .sort((a, b) => a.at - b.at);
          plan.push({ column: { store, mutation, caller, finder: 'restart', reads: 'answered' }, steps });
        }
      }
    } finally {
      // In peace: what it compiled is kept only then.
      await victim?.stop();
      await microsoft.stop();
      await place.remove();
    }
    const [first] = plan;
    const besideReplica =
      first === undefined ? [] : [{ ...first, column: { ...first.column, finder: 'replica' as const } }];
    const seeing = [...plan, ...besideReplica];
    return [...seeing, ...seeing.map((row) => ({ ...row, column: { ...row.column, reads: 'failing' as const } }))];
  });
