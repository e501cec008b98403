/**
 * Asks, repeats, kills, lets fail, approves and revokes in random order, and holds what Microsoft's side shows against what was
 * told: `npm run actions-model [-- --steps 10000] [--seed N] [--shrink]`. Exits with 1 for one that was lost, repeated or told wrongly.
 */
import { parseArgs } from 'node:util';
import { runModel } from '../test/actions-model/run.ts';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    /** Look for the shortest sequence of what is found. */
    shrink: { type: 'boolean', default: false },
  },
});

const run = await runModel({
  steps: Number(values.steps),
  seed: Number(values.seed),
  shrinks: values.shrink,
  onSequence: (steps) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${steps} steps `);
  },
});
if (run.fault !== null) {
  process.stdout.write(`${run.fault}\n`);
  process.exitCode = 1;
}
process.stdout.write(
  `seed ${values.seed}: ${run.steps} steps in ${run.sequences} sequences, ${run.asks} requests, ${run.kills} killed in the middle of one; ${Math.round(run.seconds)} s\n`,
);
