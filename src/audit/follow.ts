import type { ChainHead } from './head.ts';
import { emptyChain } from './head.ts';
import { type AuditKey, isSealed } from './key.ts';
import { hashOf, type Line, laterVersion, readLine } from './line.ts';

/** How far a chain was followed. */
export interface Followed extends ChainHead {
  /** Id of the key that sealed the last line; null: none did. */
  readonly key: string | null;
  /** Whether the last line bears a seal of the key at hand. */
  readonly proven: boolean;
}

/** Where a chain stands behind a line, or why the line does not fit. */
export type Step = { readonly at: Followed; readonly line: Line } | { readonly fault: string };

/** What a line says that may change the number or the key that is expected. */
const expectedSeq = (line: Line, before: ChainHead): number =>
  line.kind === 'event' && line.event.event === 'LOSS_ACCEPTED' && line.event.from === before.seq + 1
    ? Math.max(before.seq, line.event.to) + 1
    : before.seq + 1;

const sealFault = (text: string, line: Line, before: Followed | null, key: AuditKey | null): string | null => {
  if (line.kind !== 'record' && line.kind !== 'event') return null;
  const { key: sealer } = line.link;
  if (before !== null && before.key !== sealer) {
    if (sealer === null) return 'it has no seal, though the record before it has: it was written without the key';
    const told = line.kind === 'event' && line.event.event === 'KEY_CHANGED' && line.event.to === sealer;
    if (before.key !== null && !told)
      return 'its key is another than that of the record before it, and no record says so';
  }
  return key !== null && sealer === key.id && !isSealed(text, key)
    ? 'the record was changed, or written without the key: its seal does not fit'
    : null;
};

/**
 * One line behind another: number, tie and seal have to fit. `before` null: the first line there is, whose number and tie are
 * taken as they are, unless it is number 1. Without a key the seals are not looked at.
 */
export const follow = (before: Followed | null, text: string, key: AuditKey | null): Step => {
  const line = readLine(text);
  if (line.kind === 'none') return { fault: 'is no record of the audit log' };
  if (line.kind === 'later') return { fault: laterVersion(line.version) };
  const { seq, prev, key: sealer } = line.link;
  const tie: ChainHead = before ?? (seq === 1 ? emptyChain : { seq: seq - 1, hash: prev });
  const expected = before === null ? seq : expectedSeq(line, tie);
  if (seq !== expected) return { fault: `record ${expected} should stand here, not ${seq}` };
  if (prev !== tie.hash) return { fault: 'the record before it was changed' };
  const fault = sealFault(text, line, before, key);
  if (fault !== null) return { fault };
  return { at: { seq, hash: hashOf(text), key: sealer, proven: key !== null && sealer === key.id }, line };
};
