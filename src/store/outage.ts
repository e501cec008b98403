import { redactText } from '../log/redact.ts';
import type { Log } from '../log.ts';
import { faultAdvice } from './faults.ts';

/** Milliseconds from one line about an outage to the next, while it lasts. */
const toldEveryMs = 60_000;

/** Milliseconds without a failure after which something that works again is believed: small writes may go where larger fail. */
const overAfterMs = 1000;

/** Characters of a reason that are told: enough for a sentence of Redis, SQLite or the audit log. */
const reasonLength = 300;

/** Keeps the log quiet while something does not answer: a line when that begins, one a minute, and a line when it is over. */
export interface Outage {
  /** It failed, once more or for the first time. */
  failed(reason: unknown): void;
  /** It works: the outage is over unless it failed a moment ago. */
  worked(): void;
  /** It is over, whenever it failed last. */
  over(): void;
  /** The work with its end noted. */
  noted<T>(work: Promise<T>): Promise<T>;
  /** What it failed with last; null: it works. */
  readonly failure: () => { readonly cause: unknown } | null;
}

/** The message of an error without its stack: what is behind it is told once. */
export const reasonOf = (reason: unknown): string => {
  const messages = reason instanceof AggregateError ? reason.errors.map(String).join('; ') : '';
  const text = messages || (reason instanceof Error ? reason.message || reason.name : String(reason));
  return redactText(text).slice(0, reasonLength);
};

/** Of what an outage is told, and in which words. */
export interface OutageOptions {
  readonly log?: Log | undefined;
  /** What does not answer, to begin a sentence with: `The Redis of the store`. */
  readonly what: string;
  /** How the sentence goes on. */
  readonly says?: { readonly fails: string; readonly works: string };
  /** Of the lines while it lasts; `warn` by default. */
  readonly level?: 'warn' | 'error';
  /** Whether somebody else tells of this failure. */
  readonly isTold?: (reason: unknown) => boolean;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

const usual = { fails: 'does not answer', works: 'answers again' };

/** Of one thing, which works at first. */
export const createOutage = (options: OutageOptions): Outage => {
  const { log, what, says = usual, level = 'warn', isTold = () => false, now = () => performance.now() } = options;
  let outage: {
    readonly sinceMs: number;
    lastMs: number;
    toldMs: number | null;
    failures: number;
    cause: unknown;
  } | null = null;
  const secondsSince = (ms: number): number => Math.round((now() - ms) / 1000);
  const failed = (thrown: unknown): void => {
    outage ??= { sinceMs: now(), lastMs: now(), toldMs: null, failures: 0, cause: thrown };
    outage.failures += 1;
    outage.cause = thrown;
    outage.lastMs = now();
    if (isTold(thrown)) return;
    const { toldMs, sinceMs, failures } = outage;
    if (toldMs !== null && now() - toldMs < toldEveryMs) return;
    outage.toldMs = now();
    const advice = faultAdvice(thrown);
    const why = { reason: reasonOf(thrown), ...(advice === null ? {} : { advice }) };
    if (toldMs === null) log?.[level](`${what} ${says.fails}`, why);
    else log?.[level](`Still: ${what} ${says.fails}`, { ...why, seconds: secondsSince(sinceMs), failures });
  };
  const worked = (): void => {
    if (outage !== null && now() - outage.lastMs >= overAfterMs) over();
  };
  const over = (): void => {
    if (outage === null) return;
    const { toldMs, sinceMs, failures } = outage;
    outage = null;
    if (toldMs !== null) log?.info(`${what} ${says.works}`, { seconds: secondsSince(sinceMs), failures });
  };
  return {
    failed,
    worked,
    over,
    noted: async (work) => {
      try {
        const result = await work;
        worked();
        return result;
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    failure: () => outage,
  };
};
