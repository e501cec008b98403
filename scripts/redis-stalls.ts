/**
 * Stalls Redis at every write of some actions, in every way, and says what was sent, told and left: `npm run redis-stalls [-- --only TEXT]`.
 * `TEXT` is a part of e.g. `isolateMachines hangs journal written`. Exits with 1 when anything was sent twice, forgotten or told wrongly.
 */
import { parseArgs } from 'node:util';
import { type StallPoint, stalls } from '../test/redis-stalls/proxy.ts';
import { startStallLab } from '../test/redis-stalls/run.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });

/** Found again by a tag; by its time; by its state, with a comment of its own; performed by an approval. */
const mutations = ['isolateMachines', 'createAlert', 'addComment', 'updateIncidents', 'approveAction'] as const;

const lab = await startStallLab();
try {
  for (const mutation of mutations) {
    const { writes } = await lab.run(mutation, null);
    const counts = new Map<string, number>();
    const points = writes.flatMap((name): readonly StallPoint[] => {
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      return stalls.map((stall) => ({ stall, name, nth }));
    });
    for (const point of points) {
      const what = `${mutation} ${point.stall} ${point.name}${point.nth === 1 ? '' : ` (${point.nth})`}`;
      if (!what.includes(values.only)) continue;
      const { first, audit, faults } = await lab.run(mutation, point);
      const [told] = first.targets;
      const ends = audit.map(({ outcome }) => outcome).join(' ');
      process.stdout.write(`${what.padEnd(66)} ${told?.error ?? told?.outcome}; audit, newest first: ${ends}\n`);
      for (const fault of faults) process.stdout.write(`  WRONG: ${fault}\n`);
      if (faults.length > 0) process.exitCode = 1;
    }
  }
} finally {
  await lab.stop();
}
