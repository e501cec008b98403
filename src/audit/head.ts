import { type AuditKey, isSealed, seal } from './key.ts';
import { isOfLater, lineVersion } from './line.ts';

/** A place in the chain: what the next line is tied to. */
export interface ChainHead {
  /** Of the line; 0 before the first. */
  readonly seq: number;
  /** SHA-256 of the line, 64 hex digits. */
  readonly hash: string;
}

/** What the first line is tied to. */
export const emptyChain: ChainHead = { seq: 0, hash: '0'.repeat(64) };

/** Both ends of the log, kept apart from the lines: without it a cut would not show. */
export interface AuditHead extends ChainHead {
  /** The oldest line that has to be there; null: the log is empty, or of a version that did not say. */
  readonly first: ChainHead | null;
  /** Lines that there are. */
  readonly count: number;
  /** Number of the first line that a key seals; null: none does. */
  readonly keyedFrom: number | null;
  /** Up to which line retention removed, and when (ISO 8601); null: nothing yet. */
  readonly removed: { readonly through: number; readonly at: string } | null;
  /** Id of the key that seals it; null: none. */
  readonly key: string | null;
}

/** Of a log that is begun. */
export const emptyHead: AuditHead = {
  ...emptyChain,
  first: null,
  count: 0,
  keyedFrom: null,
  removed: null,
  key: null,
};

/** The head as it was found. */
export type HeadText =
  | { readonly kind: 'absent' }
  /** `sealed`: by the key that was given; false also when none was, or another sealed it. */
  | { readonly kind: 'head'; readonly head: AuditHead; readonly sealed: boolean }
  | { readonly kind: 'later'; readonly version: unknown }
  | { readonly kind: 'unreadable' };

/** As it is stored. */
export const headText = (head: AuditHead, key: AuditKey | null): string => {
  const { seq, hash, first, count, keyedFrom, removed } = head;
  return seal(
    JSON.stringify({ v: lineVersion, seq, hash, first, count, keyedFrom, removed, key: key?.id ?? null }),
    key,
  );
};

const isHead = (value: object): value is AuditHead =>
  'seq' in value &&
  typeof value.seq === 'number' &&
  'hash' in value &&
  typeof value.hash === 'string' &&
  'first' in value &&
  'count' in value &&
  typeof value.count === 'number' &&
  'keyedFrom' in value &&
  'removed' in value &&
  'key' in value;

/** As version 1 stored it: the number and the hash of the last line. */
const firstVersion = /^(\d+) ([0-9a-f]{64})\s*$/;

/** Back from its text; empty or null text: there is none. */
export const readHead = (text: string | null, key: AuditKey | null): HeadText => {
  if (text === null || text === '') return { kind: 'absent' };
  const old = firstVersion.exec(text);
  if (old !== null) {
    const seq = Number(old[1]);
    return { kind: 'head', head: { ...emptyHead, seq, hash: old[2] ?? '', count: seq }, sealed: false };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable' };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'unreadable' };
  if (isOfLater(value)) return { kind: 'later', version: value.v };
  if (!isHead(value)) return { kind: 'unreadable' };
  return { kind: 'head', head: value, sealed: key !== null && isSealed(text, key) };
};
