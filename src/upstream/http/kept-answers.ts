import type { Answer } from './call.ts';

/** Which answers are kept in the memory of the process, and how many. */
export interface KeptAnswersOptions {
  /** The longest that one is kept, milliseconds. */
  readonly maxMs: number;
  /** Bytes of all answers, as they came. */
  readonly maxBytes: number;
  readonly maxEntries: number;
  readonly now: () => number;
}

/** Answers in the memory of the process. The oldest goes first. */
export interface KeptAnswers {
  /** One that is not too old for anybody. */
  get(key: string): Answer | undefined;
  /** Keeps what was read; an answer that is a large part of all is not kept. */
  set(key: string, answer: Answer): void;
}

/** The largest answer, as a part of all bytes. */
const largestPart = 1 / 8;

/** Nothing is kept yet. */
export const createKeptAnswers = ({ maxMs, maxBytes, maxEntries, now }: KeptAnswersOptions): KeptAnswers => {
  // In the order in which they were kept.
  const kept = new Map<string, Answer>();
  let bytes = 0;

  const drop = (key: string): void => {
    const answer = kept.get(key);
    if (answer === undefined) return;
    bytes -= answer.read?.bytes ?? 0;
    kept.delete(key);
  };

  /** A clock that was set back makes an answer of no known age. */
  const isTooOld = ({ read }: Answer): boolean => {
    const ageMs = read === undefined ? maxMs : now() - read.begunMs;
    return ageMs < 0 || ageMs >= maxMs;
  };

  return {
    get: (key) => {
      const answer = kept.get(key);
      if (answer === undefined || !isTooOld(answer)) return answer;
      drop(key);
      return undefined;
    },
    set: (key, answer) => {
      if (answer.read === undefined || answer.read.bytes > maxBytes * largestPart) return;
      drop(key);
      kept.set(key, answer);
      bytes += answer.read.bytes;
      for (const [oldest, old] of kept) {
        if (bytes <= maxBytes && kept.size <= maxEntries && !isTooOld(old)) break;
        drop(oldest);
      }
    },
  };
};
