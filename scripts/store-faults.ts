/**
 * Harms the store under a gateway that is asked all the time, and shows what reads and actions got, and how long it took until all was
 * well again without a restart: `npm run store-faults [-- --short] [--only TEXT] [--log]`. Exits with 1 when that took more than 5 s.
 */
import { parseArgs } from 'node:util';
import { storeFaults } from '../test/store-faults/places.ts';
import { runStoreFault } from '../test/store-faults/run.ts';

const { values } = parseArgs({
  options: {
    /** Faults of 3 seconds at most. */
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    /** Shows the lines of the gateway's log, too. */
    log: { type: 'boolean', default: false },
  },
});

/** Milliseconds after a fault in which all has to be well. */
const wellWithinMs = 5000;

for (const fault of storeFaults.filter(({ name }) => name.includes(values.only))) {
  const { name, skipped, kinds, blockedMs, logLines } = await runStoreFault(fault, { short: values.short });
  process.stdout.write(`\n${name}${skipped === null ? '' : `: not tried, ${skipped}`}\n`);
  if (skipped !== null) continue;
  for (const [kind, { outcomes, slowestMs, wellAfterMs }] of Object.entries(kinds)) {
    const counts = Object.entries(outcomes).map(([outcome, count]) => `${count} x ${outcome}`);
    const well = wellAfterMs === null ? 'never well again' : `well after ${wellAfterMs} ms`;
    process.stdout.write(`  ${kind.padEnd(16)} slowest ${slowestMs} ms, ${well}; during it: ${counts.join(', ')}\n`);
    if (wellAfterMs === null || wellAfterMs > wellWithinMs) process.exitCode = 1;
  }
  process.stdout.write(`  event loop held up for ${blockedMs} ms at most; ${logLines.length} warnings and errors\n`);
  if (values.log) for (const line of logLines) process.stdout.write(`    ${line.slice(0, 300)}\n`);
}
