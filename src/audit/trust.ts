import { type AuditHead, type ChainHead, emptyHead, type HeadText } from './head.ts';
import type { AuditKey } from './key.ts';
import { type ChainEvent, hashOf, laterVersion, readLine } from './line.ts';
import { AuditLoss, type KnownHead, recordsFromTo } from './loss.ts';

/** The number of a line; null: it is no line of the log. */
export const seqOf = (text: string): number | null => {
  const line = readLine(text);
  return line.kind === 'record' || line.kind === 'event' ? line.link.seq : null;
};

/** What is wrong with the beginning; null: it is where the head says. */
export const beginningFault = (first: string | null, expected: ChainHead | null): string | null => {
  if (expected === null) return null;
  if (first === null) return 'its beginning is gone';
  const seq = seqOf(first);
  if (seq === null) return 'its first line is no record';
  if (seq > expected.seq) return `${recordsFromTo(expected.seq, seq - 1)} gone at the beginning`;
  return seq === expected.seq && hashOf(first) !== expected.hash ? `record ${seq} was changed` : null;
};

/** Whose head it is: a key that was changed is told from one that somebody made up by what the store knows. */
export const sealFault = (
  head: AuditHead,
  sealed: boolean,
  { key, known }: { readonly key: AuditKey | null; readonly known: KnownHead | null },
): string | null => {
  if (head.key !== null && key === null) return 'its records are sealed, and this gateway has no store.encryptionKey';
  if (head.key !== null && head.key === key?.id && !sealed) return 'its head was changed, or written without the key';
  if (known !== null && known.key !== null && known.key === key?.id && head.key !== known.key) {
    return head.key === null ? 'its head has no seal, though it had one' : 'its head has the seal of another key';
  }
  return null;
};

/** The head to go on from. Throws `AuditLoss` for one that cannot be, and for one of a later version. */
export const trustedHead = (
  read: HeadText,
  { key, known, seq }: { readonly key: AuditKey | null; readonly known: KnownHead | null; readonly seq: number },
): AuditHead => {
  const knownSeq = Math.max(seq, known?.seq ?? 0);
  switch (read.kind) {
    case 'later':
      throw new Error(`The audit log cannot be written: ${laterVersion(read.version)}`);
    case 'unreadable':
      throw new AuditLoss('its head cannot be read', knownSeq);
    case 'absent':
      if (seq > 0) throw new AuditLoss('its head is gone', knownSeq);
      return emptyHead;
    case 'head': {
      const fault = sealFault(read.head, read.sealed, { key, known });
      if (fault !== null) throw new AuditLoss(fault, Math.max(knownSeq, read.head.seq));
      return read.head;
    }
  }
};

/** The head behind the last line that is left of a log whose loss the operator accepts. */
export const headOfRest = (
  read: HeadText,
  {
    first,
    last,
    count,
  }: { readonly first: string | null; readonly last: string | null; readonly count: number | null },
): AuditHead => {
  if (read.kind === 'later') throw new Error(`The audit log cannot be written: ${laterVersion(read.version)}`);
  const seq = last === null ? 0 : seqOf(last);
  const firstSeq = first === null ? 0 : seqOf(first);
  if (seq === null || firstSeq === null) throw new Error('The first or the last line of the audit log is no record');
  const signed = read.kind === 'head' && read.sealed ? read.head : emptyHead;
  if (last === null || first === null) return { ...emptyHead, removed: signed.removed };
  return {
    ...emptyHead,
    seq,
    hash: hashOf(last),
    first: { seq: firstSeq, hash: hashOf(first) },
    count: count ?? seq - firstSeq + 1,
    keyedFrom: signed.keyedFrom,
    removed: signed.removed,
  };
};

/** What the log has to say of itself when it goes on: a change of the key is a record of its own, sealed by the new one. */
export const keyEvents = ({ key: from, seq }: AuditHead, key: AuditKey | null): readonly ChainEvent[] =>
  key === null || from === key.id || seq === 0 ? [] : [{ event: 'KEY_CHANGED', from, to: key.id }];

/** The record by which a log says for ever what was lost and that the operator accepted it. */
export const lossEvents = (head: AuditHead, { knownSeq }: AuditLoss): readonly ChainEvent[] => [
  { event: 'LOSS_ACCEPTED', from: head.seq + 1, to: Math.max(knownSeq, head.seq) },
];
