import fc from 'fast-check';
import { type Model, steps } from './commands.ts';
import { startEstate } from './estate.ts';
import { createSystem } from './system.ts';

/** Steps of one sequence. */
const stepsPerSequence = 80;

export interface ModelRun {
  readonly steps: number;
  readonly sequences: number;
  readonly asks: number;
  /** Processes that died in the middle of a request. */
  readonly kills: number;
  readonly seconds: number;
  /** Null: nothing was lost, repeated or told wrongly. Otherwise what was, with the shortest sequence that shows it. */
  readonly fault: string | null;
}

/** Runs random sequences until there were so many steps, or something is found. */
export const runModel = async (options: {
  readonly steps: number;
  readonly seed: number;
  /** Shorten the sequence of what is found: takes many more runs. */
  readonly shrinks: boolean;
  readonly onSequence?: (steps: number) => void;
}): Promise<ModelRun> => {
  const started = performance.now();
  const estate = await startEstate();
  let done = 0;
  let asks = 0;
  let kills = 0;
  let sequences = 0;
  const property = fc.asyncProperty(
    fc.commands([...steps], { maxCommands: stepsPerSequence, size: 'max' }),
    async (commands) => {
      if (done >= options.steps) return;
      const model: Model = { steps: 0 };
      const system = await createSystem(estate);
      try {
        await fc.asyncModelRun(() => ({ model, real: system }), commands);
        await system.settle();
      } finally {
        await system.stop();
        done += model.steps;
        asks += system.asks.length;
        kills += system.kills();
        sequences += 1;
        options.onSequence?.(done);
      }
    },
  );
  try {
    const details = await fc.check(property, {
      seed: options.seed,
      numRuns: options.steps,
      endOnFailure: !options.shrinks,
    });
    return {
      steps: done,
      sequences,
      asks,
      kills,
      seconds: (performance.now() - started) / 1000,
      fault: details.failed ? `${details.errorInstance}\n${fc.defaultReportMessage(details)}` : null,
    };
  } finally {
    await estate.stop();
  }
};
