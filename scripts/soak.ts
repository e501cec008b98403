/**
 * Asks a gateway for all kinds of things while faults of Microsoft's APIs are switched on in turn, for `--minutes` (10): what callers
 * got, and whether memory, handles and the event loop stay as they are. Exits with 1 when an answer was wrong or something grew.
 * `npm run soak [-- --minutes 60] [--only TEXT]`.
 */
import { parseArgs } from 'node:util';
import { soakFaults } from '../test/soak/faults.ts';
import { runSoak, soakReport, wrongIn } from '../test/soak/run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    /** Only faults whose name has this. */
    only: { type: 'string', default: '' },
  },
});

const result = await runSoak({
  faults: soakFaults.filter(({ name }) => name.includes(values.only)),
  minutes: Number(values.minutes),
  faultMs: 5000,
  restMs: 2000,
  onRound: ({ rssMb, heapMb, externalMb }) =>
    process.stderr.write(`RSS ${rssMb.toFixed(0)}, heap ${heapMb.toFixed(1)}, buffers ${externalMb.toFixed(1)} MB\n`),
});
const wrong = [...wrongIn(result.table), ...result.grown];
process.stdout.write(`${soakReport(result)}\n`);
for (const one of wrong) process.stdout.write(`${one}\n`);
if (wrong.length > 0 || result.exitCode !== 0) process.exitCode = 1;
