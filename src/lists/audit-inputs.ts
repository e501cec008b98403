import type { AuditLog, AuditRecord } from '../audit/record.ts';

/** Inputs that are remembered, of up to 16 KiB each: a page's records are of few mutations. */
const mostRemembered = 256;
/** Records that are looked through for the beginning of an action whose end does not name its input. */
const mostRead = 2000;

/** What was asked, of a record that names the one which has it: an input is written once for all targets of a mutation. */
export type AuditInput = (record: AuditRecord) => Promise<unknown>;

/** Null: the record that had the input is gone, or nothing was asked. Rejects when the log cannot be read. */
export const createAuditInputs = ({ audit }: { readonly audit: Pick<AuditLog, 'at' | 'newest'> }): AuditInput => {
  const remembered = new Map<number, Promise<unknown>>();

  const inputAt = (seq: number): Promise<unknown> => {
    const known = remembered.get(seq);
    if (known !== undefined) return known;
    if (remembered.size >= mostRemembered) remembered.clear();
    // Of mutations that were written at once, equal inputs are written once.
    const read = audit
      .at(seq)
      .then((record) => (record?.inputSeq === undefined ? (record?.input ?? null) : inputAt(record.inputSeq)));
    remembered.set(seq, read);
    // Asked again by the next.
    read.catch(() => remembered.delete(seq));
    return read;
  };

  /** Of an end that was found out after a restart: the record of the action's beginning knows where the input is. */
  const beginningOf = async ({ auditId, seq }: AuditRecord): Promise<AuditRecord | null> => {
    let read = 0;
    for await (const record of audit.newest({ beforeSeq: seq })) {
      if (record.seq < seq && record.auditId === auditId) return record;
      read += 1;
      if (read === mostRead) return null;
    }
    return null;
  };

  return async (record) => {
    if (record.input != null || record.inputSha256 === undefined) return record.input ?? null;
    if (record.inputSeq !== undefined) return inputAt(record.inputSeq);
    const beginning = await beginningOf(record);
    if (beginning === null) return null;
    return beginning.inputSeq === undefined ? (beginning.input ?? null) : inputAt(beginning.inputSeq);
  };
};
