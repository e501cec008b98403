import { createMade } from '../../made.ts';
import { parseExactly } from '../exact-json.ts';
import type { Answer, ReadMark } from './call.ts';

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
  /** Keeps what was read from a text; an answer that is a large part of all is not kept. */
  set(key: string, answer: Answer): void;
}

/** The largest answer, as a part of all bytes. */
const largestPart = 1 / 8;

/** An answer that is kept: by its bytes until somebody is given it. Most are for nobody, and objects that live on burden the garbage collector. */
interface Kept {
  readonly read: ReadMark;
  answer(): Answer | undefined;
  /** What V8 may hold of it in the tables of a map (src/under-way.ts) is empty from now on. */
  forget(): void;
}

const keptOf = ({ status, none, requestId, permissions }: Answer, read: ReadMark, came: Uint8Array): Kept => {
  // A copy: they may be a small part of what was read from a connection.
  let bytes: Buffer | undefined = Buffer.allocUnsafeSlow(came.length);
  bytes.set(came);
  let parsed: Answer | undefined;
  return {
    read,
    answer: () => {
      if (bytes !== undefined)
        parsed ??= {
          ...{ status, none, requestId, permissions, read },
          json: parseExactly(bytes.toString(), bytes),
          made: createMade(),
        };
      return parsed;
    },
    forget: () => {
      bytes = undefined;
      parsed = undefined;
    },
  };
};

/** Nothing is kept yet. */
export const createKeptAnswers = ({ maxMs, maxBytes, maxEntries, now }: KeptAnswersOptions): KeptAnswers => {
  // In the order in which they were kept.
  const kept = new Map<string, Kept>();
  let bytes = 0;

  const drop = (key: string): void => {
    const old = kept.get(key);
    if (old === undefined) return;
    bytes -= old.read.bytes;
    kept.delete(key);
    old.forget();
  };

  /** A clock that was set back makes an answer of no known age. */
  const isTooOld = ({ read }: Kept): boolean => {
    const ageMs = now() - read.begunMs;
    return ageMs < 0 || ageMs >= maxMs;
  };

  return {
    get: (key) => {
      const found = kept.get(key);
      if (found === undefined || !isTooOld(found)) return found?.answer();
      drop(key);
      return undefined;
    },
    set: (key, answer) => {
      const { read, bytes: came } = answer;
      if (read === undefined || came === undefined || read.bytes > maxBytes * largestPart) return;
      drop(key);
      kept.set(key, keptOf(answer, read, came));
      bytes += read.bytes;
      for (const [oldest, old] of kept) {
        if (bytes <= maxBytes && kept.size <= maxEntries && !isTooOld(old)) break;
        drop(oldest);
      }
    },
  };
};
