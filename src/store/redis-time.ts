import type { RedisConnection } from './redis-connection.ts';

/** Milliseconds of a round trip from which on it is worth to have the time brought along. */
const farMs = 20;

/** Milliseconds for which a time that was brought along serves: as long as one step of work follows another. */
const servesMs = 50;

/** Commands of Redis, and the time that all replicas share. */
export interface RedisTime {
  /** As the connection's: where Redis is far, its time comes along with each answer, without a round trip of its own. */
  readonly run: RedisConnection['run'];
  /** Redis's time, epoch milliseconds, as it was when its answer was sent and has gone on since that came. Rejects as `run` does. */
  now(): Promise<number>;
}

/** All replicas count by Redis's time. Over a Redis that is far an action would wait for it three times. */
export const createRedisTime = (run: RedisConnection['run']): RedisTime => {
  let tripMs = 0;
  let isAsking = false;
  let known: { readonly timeMs: number; readonly atMs: number } | null = null;
  /** Noted at the very answer: who asked for something beside it goes on right after. */
  const ask = (): Promise<number> => {
    const sentMs = performance.now();
    isAsking = true;
    return run(async (client) => {
      const [seconds, microseconds] = await client.sendCommand<readonly string[]>(['TIME']);
      isAsking = false;
      const atMs = performance.now();
      const timeMs = Number(seconds) * 1000 + Number(microseconds) / 1000;
      tripMs = atMs - sentMs;
      known = { timeMs, atMs };
      return timeMs;
    }).finally(() => {
      isAsking = false;
    });
  };
  return {
    run: (command) => {
      // Sent first, so that it is there before who asked goes on.
      if (tripMs >= farMs && !isAsking) ask().catch(() => {});
      return run(command);
    },
    now: async () => {
      if (known === null || tripMs < farMs) return ask();
      const sinceMs = performance.now() - known.atMs;
      return sinceMs < servesMs ? known.timeMs + sinceMs : ask();
    },
  };
};
