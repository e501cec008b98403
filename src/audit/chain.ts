import type { AuditHead } from './head.ts';
import { type AuditKey, seal } from './key.ts';
import { type ChainEvent, hashOf, lineVersion } from './line.ts';
import type { AuditEntry } from './record.ts';

/** Lines that were made, and the head behind them. */
export interface Grown {
  readonly lines: readonly string[];
  readonly head: AuditHead;
  /** Number of the line of each entry. */
  readonly seqs: readonly number[];
}

/** What lines are sealed with, and when they are written. */
export interface ChainParts {
  readonly key: AuditKey | null;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * An input is written once: entries behind it that were asked by the same name the line that has it, by its number and by the
 * input's SHA-256.
 */
const inputsOnce = () => {
  const written = new Map<string, number>();
  return (entry: AuditEntry, seq: number): AuditEntry => {
    const { inputSha256 } = entry;
    if (inputSha256 === undefined || entry.inputSeq !== undefined || entry.input === null) return entry;
    const name = `${entry.requestId} ${inputSha256}`;
    const before = written.get(name);
    if (before !== undefined) return { ...entry, input: null, inputSeq: before };
    written.set(name, seq);
    return entry;
  };
};

/** The entries as lines behind `head`, each with its number, the time, the hash of the line before it and the key's seal. */
export const chain = (
  entries: readonly (AuditEntry | ChainEvent)[],
  head: AuditHead,
  { key, at }: ChainParts,
): Grown => {
  const once = inputsOnce();
  const lines: string[] = [];
  const seqs: number[] = [];
  let next = head;
  for (const entry of entries) {
    // A loss that was accepted leaves its numbers out for ever.
    const seq = 'event' in entry && entry.event === 'LOSS_ACCEPTED' ? Math.max(next.seq, entry.to) + 1 : next.seq + 1;
    const content = 'event' in entry ? entry : once(entry, seq);
    const sealer = key === null ? {} : { key: key.id };
    const line = seal(JSON.stringify({ v: lineVersion, seq, at, ...content, prev: next.hash, ...sealer }), key);
    const hash = hashOf(line);
    lines.push(line);
    seqs.push(seq);
    next = {
      ...next,
      seq,
      hash,
      first: next.first ?? (next.count === 0 ? { seq, hash } : null),
      count: next.count + 1,
      keyedFrom: next.keyedFrom ?? (key === null ? null : seq),
      key: key?.id ?? null,
    };
  }
  return { lines, head: next, seqs };
};
