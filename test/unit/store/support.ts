import type { Clock } from '../../../src/clock.ts';
import type { Log, LogFields } from '../../../src/log.ts';

/** A clock that stands still until it is moved. */
export const createStoppedClock = (startMs = Date.now()): Clock & { advance(ms: number): void } => {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    sleep: async () => undefined,
    advance: (ms) => {
      nowMs += ms;
    },
  };
};

/** A log that keeps what it is told. */
export const createMemoryLog = (): Log & { readonly lines: readonly string[] } => {
  const lines: string[] = [];
  const write = (message: string, fields: LogFields = {}): void => {
    lines.push(
      `${message} ${JSON.stringify(fields, (_key, value) => (value instanceof Error ? String(value) : value))}`,
    );
  };
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  return { ...log, lines };
};
