import { totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Load, LoadReadings } from './load.ts';

/** How often the event loop is looked at, in milliseconds: so much of what it measures is its own. */
const resolutionMs = 20;

const nanosecondsPerMs = 1e6;

/** Readings of this process; `stop` ends the measuring. */
export const processReadings = (): { readonly read: () => LoadReadings; readonly stop: () => void } => {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    read: () => {
      const lagMs = Math.max(0, delay.max / nanosecondsPerMs - resolutionMs);
      delay.reset();
      const { used_heap_size: used, heap_size_limit: most } = getHeapStatistics();
      return { lagMs, rssBytes: process.memoryUsage.rss(), heapShare: used / most };
    },
    stop: () => delay.disable(),
  };
};

/** Bytes of the heap that a point of a query may take while it is answered: measured with pages of incidents and their alerts. */
const bytesPerPoint = 1024;

/** Points of queries that the heap of this process has room for at the same time. */
export const pointsOfHeap = (): number => Math.floor(getHeapStatistics().heap_size_limit / bytesPerPoint);

/** Of what a container may have the gateway leaves some for the moment before it notices. */
const usableShare = 0.85;

/** Bytes that the process may take where no setting says: a share of its container's memory, or of the machine's. */
export const usableMemoryBytes = (constrained = process.constrainedMemory(), machine = totalmem()): number =>
  Math.floor(usableShare * (constrained > 0 && constrained < machine ? constrained : machine));

/** Looks once a second until it is stopped, and once now. */
export const watchLoad = (load: Pick<Load, 'look'>, everyMs = 1000): (() => void) => {
  load.look();
  const timer = setInterval(() => load.look(), everyMs).unref();
  return () => clearInterval(timer);
};
