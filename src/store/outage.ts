import { redactText } from '../log/redact.ts';
import type { Log } from '../log.ts';

/** Milliseconds from one line about an outage to the next, while it lasts. */
const toldEveryMs = 60_000;

/** Characters of a reason that are told: enough for a sentence of Redis or SQLite. */
const reasonLength = 200;

/** Keeps the log quiet while something does not answer: a line when that begins, one a minute, and a line when it is over. */
export interface Outage {
  /** It failed, once more or for the first time. */
  failed(reason: unknown): void;
  worked(): void;
  /** Why it fails, cut to a sentence; null: it works. */
  readonly reason: () => string | null;
}

/** The message of an error without its stack: what is behind it is told once. */
export const reasonOf = (reason: unknown): string => {
  const messages = reason instanceof AggregateError ? reason.errors.map(String).join('; ') : '';
  const text = messages || (reason instanceof Error ? reason.message || reason.name : String(reason));
  return redactText(text).slice(0, reasonLength);
};

export interface OutageOptions {
  readonly log?: Log | undefined;
  /** What does not answer, to begin a sentence with: `The Redis of the store`. */
  readonly what: string;
  /** Whether somebody else tells of this failure. */
  readonly isTold?: (reason: unknown) => boolean;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

export const createOutage = ({
  log,
  what,
  isTold = () => false,
  now = () => performance.now(),
}: OutageOptions): Outage => {
  let outage: { readonly sinceMs: number; reason: string; toldMs: number | null; failures: number } | null = null;
  const secondsSince = (ms: number): number => Math.round((now() - ms) / 1000);
  return {
    failed: (thrown) => {
      const reason = reasonOf(thrown);
      outage ??= { sinceMs: now(), reason, toldMs: null, failures: 0 };
      outage.failures += 1;
      outage.reason = reason;
      if (isTold(thrown)) return;
      const { toldMs, sinceMs, failures } = outage;
      if (toldMs === null) log?.warn(`${what} does not answer`, { reason });
      else if (now() - toldMs < toldEveryMs) return;
      else log?.warn(`${what} still does not answer`, { reason, seconds: secondsSince(sinceMs), failures });
      outage.toldMs = now();
    },
    worked: () => {
      if (outage === null) return;
      const { toldMs, sinceMs, failures } = outage;
      outage = null;
      if (toldMs !== null) log?.info(`${what} answers again`, { seconds: secondsSince(sinceMs), failures });
    },
    reason: () => outage?.reason ?? null,
  };
};
