/**
 * Loaded into every process that is measured (`node --import`): answers the parent's questions about its use of the
 * machine, so that even the demo, which knows nothing of benchmarks, can be asked.
 */

import { getHeapSpaceStatistics } from 'node:v8';

const megabyte = 1024 * 1024;

/** Bytes of V8's old space, and of what is too large for it. */
const oldBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name }) => /^(?:old|trusted|large_object|trusted_large_object)_space$/.test(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);

/** Collects all garbage, or twice the young alone, after which what was in use the first time stands in the old space. */
const collect = (type: 'major' | 'minor'): void => {
  for (let times = 0; times < 2; times += 1) globalThis.gc?.({ type, execution: 'sync' });
  process.send?.({ kind: 'collected', oldBytes: oldBytes() });
};

process.on('message', (message) => {
  if (message === 'collect') collect('major');
  if (message === 'collect young') collect('minor');
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({
    kind: 'usage',
    cpuMs: (user + system) / 1000,
    rssMb: process.memoryUsage.rss() / megabyte,
    // Kilobytes on every platform.
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  });
});

// The parent is the reason to run.
process.on('disconnect', () => process.exit(0));
// Whoever only reports must not be kept alive by it.
process.channel?.unref();
