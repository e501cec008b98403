/**
 * Loaded into every process that is measured (`node --import`): answers the parent's questions about its use of the
 * machine, so that even the demo, which knows nothing of benchmarks, can be asked.
 */

const megabyte = 1024 * 1024;

process.on('message', (message) => {
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
