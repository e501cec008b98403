import type { AuditLog, AuditOutcome } from '../../audit/record.ts';

/** Records that are gone through for the end of one act: it stands behind its beginning, which is met first if there is none. */
const maxRecords = 20_000;

/** What the audit tells of the end of an act; null: nothing, as far back as its beginning. */
export const endInAudit = async (audit: Pick<AuditLog, 'newest'>, actId: string): Promise<AuditOutcome | null> => {
  let records = 0;
  for await (const record of audit.newest()) {
    if (record.actId === actId) return record.outcome === 'INTENDED' ? null : record.outcome;
    records += 1;
    if (records === maxRecords) return null;
  }
  return null;
};
