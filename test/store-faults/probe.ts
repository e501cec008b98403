import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What one request got. */
export interface Probed {
  /** Milliseconds from the beginning of the measuring. */
  readonly atMs: number;
  readonly tookMs: number;
  /** `OK`, an error code, or why there was no answer. */
  readonly outcome: string;
}

/** One kind of request. Resolves with its outcome; a rejection is one as well. */
export type Ask = (signal: AbortSignal) => Promise<string>;

/** Milliseconds after which a caller gives up. */
const patienceMs = 15_000;

export interface Probing {
  readonly series: Readonly<Record<string, readonly Probed[]>>;
  /** Milliseconds since the beginning. */
  elapsedMs(): number;
  /** The longest that the event loop was held up, in milliseconds. */
  blockedMs(): number;
  stop(): Promise<void>;
}

/** Asks each kind every few milliseconds, whether those before have been answered or not. */
export const startProbing = (kinds: Readonly<Record<string, Ask>>, everyMs: number): Probing => {
  const beganMs = performance.now();
  const elapsedMs = (): number => performance.now() - beganMs;
  const stopped = new AbortController();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const series: Record<string, Probed[]> = {};
  const asked = new Set<Promise<void>>();
  const one = async (name: string, ask: Ask): Promise<void> => {
    const atMs = elapsedMs();
    const signal = AbortSignal.timeout(patienceMs);
    const outcome = await ask(signal).catch((error: unknown) =>
      signal.aborted ? 'NO ANSWER' : error instanceof Error ? error.message : String(error),
    );
    series[name]?.push({ atMs, tookMs: elapsedMs() - atMs, outcome });
  };
  const go = async (name: string, ask: Ask): Promise<void> => {
    while (!stopped.signal.aborted) {
      const mine = one(name, ask).finally(() => asked.delete(mine));
      asked.add(mine);
      await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const going = Object.entries(kinds).map(([name, ask]) => {
    series[name] = [];
    return go(name, ask);
  });
  return {
    series,
    elapsedMs,
    blockedMs: () => delay.max / 1e6,
    stop: async () => {
      stopped.abort();
      await Promise.all(going);
      await Promise.all(asked);
      delay.disable();
    },
  };
};
