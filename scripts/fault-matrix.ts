/**
 * Kills a gateway at every step of an action's way, for each store, mutation and caller, and shows what became of each action:
 * `npm run fault-matrix [-- --short] [--only TEXT] [--every 10] [--journal FILE]`. Exits with 1 when one was lost, repeated or told wrongly.
 */
import { parseArgs } from 'node:util';
import { runMatrix } from '../test/fault-matrix/matrix.ts';
import { faultsOf, report } from '../test/fault-matrix/table.ts';

const { values } = parseArgs({
  options: {
    /** A sample of a minute. */
    short: { type: 'boolean', default: false },
    /** Of those cells one of so many. */
    every: { type: 'string', default: '1' },
    /** Processes that run side by side, and cells that share one. */
    'at-once': { type: 'string', default: '2' },
    together: { type: 'string', default: '32' },
    /** A run that was broken off goes on where this file ends. */
    journal: { type: 'string' },
    /** Only cells whose name has one of these, e.g. `redis isolateMachines,tagMachines once`. */
    only: { type: 'string', default: '' },
  },
});

// Who breaks it off ends what it started, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

let done = 0;
const matrix = await runMatrix({
  short: values.short,
  every: Number(values.every),
  atOnce: Number(values['at-once']),
  together: Number(values.together),
  only: values.only,
  journal: values.journal,
  onCell: (_, total) => {
    done += 1;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} `);
  },
});
process.stdout.write(`\n${report(matrix)}`);
if (matrix.judged.length === 0 || faultsOf(matrix).length > 0) process.exitCode = 1;
