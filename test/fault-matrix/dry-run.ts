import { randomUUID } from 'node:crypto';
import { askGateway } from '../support/gateway.ts';
import type { Program } from '../support/process.ts';
import type { CallerName, Column, Plan } from './cells.ts';
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
          const since = momentNow();
          const { document, input, targets } = lab.requests[mutation]();
          const key = caller === 'repeats' ? { idempotencyKey: randomUUID() } : {};
          const { text } = await askGateway(url, document, { input: { ...input, ...key } });
          if (targets.some(({ found }) => found().length !== 1))
            throw new Error(`${mutation} is not done even without a kill: ${text}`);
          await new Promise((resolve) => setTimeout(resolve, settleMs));
          const steps = noted()
            .filter(({ at }) => at > since)
            .sort((a, b) => a.at - b.at);
          plan.push({ column: { store, mutation, caller, finder: 'restart' }, steps });
        }
      }
    } finally {
      // In peace: what it compiled is kept only then.
      await victim?.stop();
      await microsoft.stop();
      await place.remove();
    }
    const [first] = plan;
    return first === undefined ? [] : [...plan, { ...first, column: { ...first.column, finder: 'replica' } }];
  });
