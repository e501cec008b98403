/** What a process took at one moment. */
export interface Reading {
  readonly rssMb: number;
  readonly heapMb: number;
  /** Buffers, outside the heap. */
  readonly externalMb: number;
  /** Sockets, timers and the like that keep it alive. */
  readonly handles: number;
  /** Milliseconds that the event loop was late, of a hundred turns the latest but one, since the last reading. */
  readonly lagMs: number;
}

const mebibyte = 1024 ** 2;

/** From `/metrics` of the gateway at `url`. */
export const readOf = async (url: string): Promise<Reading> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const metric = (name: string): number => {
    const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`/metrics has no ${name}`);
    return Number(found);
  };
  return {
    rssMb: metric('process_resident_memory_bytes') / mebibyte,
    heapMb: metric('nodejs_heap_size_used_bytes') / mebibyte,
    externalMb: metric('nodejs_external_memory_bytes') / mebibyte,
    handles: metric('nodejs_active_resources_total'),
    lagMs: metric('nodejs_eventloop_lag_p99_seconds') * 1000,
  };
};

/** The least of each of them: what is left where nothing is under way and what nobody needs has been cleared away. */
export const leastOf = (readings: readonly Reading[]): Reading => {
  const least = (of: (reading: Reading) => number): number => Math.min(...readings.map(of));
  return {
    rssMb: least(({ rssMb }) => rssMb),
    heapMb: least(({ heapMb }) => heapMb),
    externalMb: least(({ externalMb }) => externalMb),
    handles: least(({ handles }) => handles),
    lagMs: least(({ lagMs }) => lagMs),
  };
};

/** How much of each may be left at the end beyond what was left at the beginning. */
const growth: Readonly<Record<keyof Reading, { readonly factor: number; readonly more: number }>> = {
  rssMb: { factor: 1.2, more: 30 },
  heapMb: { factor: 1.2, more: 10 },
  externalMb: { factor: 1.2, more: 10 },
  handles: { factor: 1, more: 10 },
  lagMs: { factor: 2, more: 20 },
};

/** Which of them grew from round to round, in words. The first round fills caches and is left out; two are too few to say. */
export const grownIn = (rounds: readonly Reading[]): readonly string[] => {
  const [, early] = rounds;
  const late = rounds.slice(-2);
  if (early === undefined || rounds.length < 4) return [];
  const end = leastOf(late);
  return (['rssMb', 'heapMb', 'externalMb', 'handles', 'lagMs'] as const).flatMap((name) => {
    const { factor, more } = growth[name];
    return end[name] > early[name] * factor + more
      ? [`${name} grew from ${early[name].toFixed(1)} to ${end[name].toFixed(1)}`]
      : [];
  });
};
