import type { HttpAnswer } from './http.ts';
import type { Operation } from './operation.ts';
import { quotaWindowInWords, readCharacters, waitInWords } from './wait-words.ts';

/** How long to leave an API alone, and how that is known. */
export interface Wait {
  readonly seconds: number;
  /** By `Retry-After`, by the words of the body, or only by the window that the API counts its quota in. */
  readonly said: 'header' | 'words' | 'window';
}

/** Nothing is left alone for longer without another look: a mistaken `Retry-After` would last until the next start. */
const maxSeconds = 3600;

/** Most APIs count by the minute (mde-notes: 100 calls a minute); M365D renews CPU quota every 15 minutes. */
const windowSeconds = 60;
const cpuWindowSeconds = 15 * 60;
const cpuWords = /\b(cpu|processing|compute|resources?|run\s?time|running time|execution time)\b/i;

/** The same header twice arrives joined: `120, 120`; some write the unit that is the only one: `120s`. */
const firstNumber = /^\s*(\d+(?:\.\d+)?)\s*(?:s|secs?|seconds?)?\s*(?:,|$)/i;

/**
 * `Retry-After` in seconds: a whole or fractional number, or an HTTP date (RFC 9110, 10.2.3); null when absent, negative or
 * unreadable.
 */
export const retryAfterSeconds = (header: string | undefined, nowMs: number): number | null => {
  if (header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds < 0 ? null : seconds;
  const [, number] = firstNumber.exec(header) ?? [];
  if (number !== undefined) return Number(number);
  if (!/^\s*(?:[a-z]{3,9},?\s|\d{4}-\d)/i.test(header)) return null;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - nowMs) / 1000);
};

/** A date is read by the clock that it was written by, where the answer shows that: ours may differ by minutes. */
const nowOf = ({ headers }: Pick<HttpAnswer, 'headers'>, nowMs: number): number => {
  const shown = Date.parse(headers.date ?? '');
  return Number.isNaN(shown) ? nowMs : shown;
};

/** The wait that `Retry-After` names, at most an hour; `null`: none. */
export const headerWait = (answer: Pick<HttpAnswer, 'headers'>, nowMs: number): Wait | null => {
  const seconds = retryAfterSeconds(answer.headers['retry-after'], nowOf(answer, nowMs));
  return seconds === null ? null : { seconds: Math.min(seconds, maxSeconds), said: 'header' };
};

/** A wait in words; `window`: also the window that a quota is counted in, which is no wait but the longest that it can be. */
const wordedWait = (body: string, nowMs: number, window: boolean): Wait | null => {
  const seconds = waitInWords(body, nowMs) ?? (window ? quotaWindowInWords(body) : null);
  return seconds === null ? null : { seconds: Math.min(Math.max(seconds, 1), maxSeconds), said: 'words' };
};

/**
 * The wait after a 429, at most an hour. Where header and words differ the longer of them counts; beside a header of nothing
 * (`0`, a date that is past) words count as without one, and where there are none it is taken at its word.
 */
export const throttleWait = (
  answer: Pick<HttpAnswer, 'headers' | 'body'>,
  operation: Pick<Operation<unknown>, 'pace'>,
  nowMs: number,
): Wait => {
  const header = headerWait(answer, nowMs);
  const isHeaderSaid = header !== null && header.seconds >= 1;
  const worded = wordedWait(answer.body, nowMs, !isHeaderSaid);
  if (header !== null && (worded === null || header.seconds >= worded.seconds)) return header;
  if (worded !== null) return worded;
  const isCpu = operation.pace === 'hunting' && cpuWords.test(answer.body.slice(0, readCharacters));
  return { seconds: isCpu ? cpuWindowSeconds : windowSeconds, said: 'window' };
};
