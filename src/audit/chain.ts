import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRecord } from './record.ts';

/** The end of the chain: what the next line is tied to. */
export interface ChainHead {
  /** Of the last line; 0 before the first. */
  readonly seq: number;
  /** SHA-256 of the last line, 64 hex digits. */
  readonly hash: string;
}

/** What the first line is tied to. */
export const emptyChain: ChainHead = { seq: 0, hash: '0'.repeat(64) };

export const hashOf = (line: string): string => createHash('sha256').update(line).digest('hex');

/** The entries as lines behind `head`, each with its number, the time and the hash of the line before it. */
export const chain = (
  entries: readonly AuditEntry[],
  head: ChainHead,
  at: string,
): { readonly lines: readonly string[]; readonly head: ChainHead } => {
  const lines: string[] = [];
  let { seq, hash } = head;
  for (const entry of entries) {
    seq += 1;
    const line = JSON.stringify({ seq, at, ...entry, prev: hash });
    lines.push(line);
    hash = hashOf(line);
  }
  return { lines, head: { seq, hash } };
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A line carries what `chain` wrote: nobody else writes there. */
const isRecord = (value: unknown): value is AuditRecord =>
  isObject(value) &&
  'seq' in value &&
  typeof value.seq === 'number' &&
  'prev' in value &&
  typeof value.prev === 'string' &&
  'actId' in value &&
  'outcome' in value;

/** The record of a line; null for a line that is none. */
export const recordOf = (line: string): AuditRecord | null => {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

/** The head as text, and back; null for text that is none. */
export const headText = ({ seq, hash }: ChainHead): string => `${seq} ${hash}`;

export const headOf = (text: string): ChainHead | null => {
  const match = /^(\d+) ([0-9a-f]{64})\s*$/.exec(text);
  return match === null ? null : { seq: Number(match[1]), hash: match[2] ?? '' };
};
