import { setTimeout as sleep } from 'node:timers/promises';

/** What the process takes while there is no fault. */
export interface Sample {
  readonly rssMb: number;
  /** The least that was seen: what is between two collections says nothing. */
  readonly heapMb: number;
  readonly handles: number;
  /** The 99th percentile of how late the event loop was since the last sample, milliseconds. */
  readonly lateMs: number;
}

const mebibyte = 1024 ** 2;

/** Reads the gateway's own metrics. */
const readSample = async (url: string): Promise<Sample> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    rssMb: metric('process_resident_memory_bytes') / mebibyte,
    heapMb: metric('nodejs_heap_size_used_bytes') / mebibyte,
    handles: metric('nodejs_active_resources_total'),
    lateMs: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
  };
};

const betweenLooksMs = 500;

/** Looks for so many milliseconds. */
export const sampleFor = async (url: string, lastsMs: number): Promise<Sample> => {
  const endMs = performance.now() + lastsMs;
  let heapMb = Number.POSITIVE_INFINITY;
  for (;;) {
    const seen = await readSample(url);
    heapMb = Math.min(heapMb, seen.heapMb);
    if (performance.now() + betweenLooksMs > endMs) return { ...seen, heapMb };
    await sleep(betweenLooksMs);
  }
};

/** How much more the last third may take than the first: a part, and what comes and goes. */
const mayGrow = {
  rssMb: { factor: 1.2, more: 50 },
  heapMb: { factor: 1.3, more: 30 },
  handles: { factor: 1.2, more: 40 },
} as const satisfies Readonly<Partial<Record<keyof Sample, { readonly factor: number; readonly more: number }>>>;

const measured = ['rssMb', 'heapMb', 'handles'] as const satisfies readonly (keyof typeof mayGrow)[];

/** The 99th percentile that callers do not notice, with the noise of a shared machine. */
const mostLateMs = 500;

/** Samples by which growth can be told from a heap that was not collected yet. */
const enough = 9;

/** What the process may take at most, however short it is looked at. */
const mostRssMb = 450;

/** What grew, was late, or took too much, a sentence each; empty: all is flat. */
export const growthOf = (samples: readonly Sample[]): readonly string[] => {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const middle = (part: readonly Sample[], name: keyof Sample): number => {
    const sorted = part.map((sample) => sample[name]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  const grown = (samples.length < enough ? [] : measured).flatMap((name) => {
    const { factor, more } = mayGrow[name];
    const [first, last] = [middle(samples.slice(0, third), name), middle(samples.slice(-third), name)];
    return last <= first * factor + more ? [] : [`${name} grew from ${Math.round(first)} to ${Math.round(last)}`];
  });
  const late = middle(samples, 'lateMs');
  const rss = Math.max(...samples.map(({ rssMb }) => rssMb));
  return [
    ...grown,
    ...(late <= mostLateMs ? [] : [`the event loop was ${Math.round(late)} ms late`]),
    ...(rss <= mostRssMb ? [] : [`RSS was ${Math.round(rss)} MB`]),
  ];
};
