/**
 * Mixed load on a gateway in a process of its own, with faults of Microsoft, Redis and callers switched on in turn: what callers got,
 * and whether memory, handles and the event loop stay as they are. `npm run soak [-- --minutes 10] [--only TEXT]`. Exits with 1 when an
 * answer was neither right nor told, something was not well again in time, or something grew.
 */
import { parseArgs } from 'node:util';
import { soakFaults } from '../test/soak/faults.ts';
import { lookedAtMs, type Row, runSoak } from '../test/soak/run.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '6' }, only: { type: 'string', default: '' } },
});

const usualFaultMs = 10_000;

const chosen = soakFaults.filter(({ name }) => name.includes(values.only));
const wholeMs = Number(values.minutes) * 60_000;
const calmMs = chosen.reduce((sum, { wellWithinMs }) => sum + wellWithinMs + lookedAtMs, 0);
const rounds = Math.max(1, Math.round(wholeMs / (chosen.length * usualFaultMs + calmMs)));
const faultMs = Math.max(2000, (wholeMs / rounds - calmMs) / chosen.length);

const print = ({ fault, kinds, sample }: Row): void => {
  process.stdout.write(`\n${fault}\n`);
  for (const [kind, { outcomes, slowestMs }] of Object.entries(kinds)) {
    const counts = Object.entries(outcomes).map(([outcome, times]) => `${times} x ${outcome}`);
    process.stdout.write(`  ${kind.padEnd(16)} slowest ${String(slowestMs).padStart(5)} ms: ${counts.join(', ')}\n`);
  }
  const { rssMb, heapMb, handles, lateMs } = sample;
  process.stdout.write(
    `  afterwards       RSS ${Math.round(rssMb)} MB, heap ${Math.round(heapMb)} MB, ${handles} handles, event loop p99 ${Math.round(lateMs)} ms late\n`,
  );
};

const { faults } = await runSoak({ faultMs, rounds, only: (fault) => chosen.includes(fault), onRow: print });
process.stdout.write(
  faults.length === 0 ? '\nAll answers were right or told, and nothing grew\n' : `\n${faults.join('\n')}\n`,
);
if (faults.length > 0) process.exitCode = 1;
