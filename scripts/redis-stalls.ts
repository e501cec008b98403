/**
 * Stalls Redis at every write of an action, in every way, and says what was sent, told and left: `npm run redis-stalls [-- --only TEXT]`.
 * `TEXT` is a part of e.g. `hangs journal written`. Exits with 1 when anything was sent twice, forgotten or told wrongly.
 */
import { parseArgs } from 'node:util';
import { type StallPoint, stalls } from '../test/redis-stalls/proxy.ts';
import { startStallLab } from '../test/redis-stalls/run.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

const lab = await startStallLab();
try {
  const { writes } = await lab.run(null);
  const counts = new Map<string, number>();
  const points = writes.flatMap((name): readonly StallPoint[] => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    return stalls.map((stall) => ({ stall, name, nth }));
  });
  for (const point of points) {
    const what = `${point.stall} ${point.name}${point.nth === 1 ? '' : ` (${point.nth})`}`;
    if (!what.includes(values.only)) continue;
    const { first, audit, faults } = await lab.run(point);
    const [told] = first.targets;
    const ends = audit.map(({ outcome }) => outcome).join(' ');
    process.stdout.write(`${what.padEnd(50)} ${told?.error ?? told?.outcome}; audit, newest first: ${ends}\n`);
    for (const fault of faults) process.stdout.write(`  WRONG: ${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
} finally {
  await lab.stop();
}
