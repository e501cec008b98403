import type { AuditRecord } from './record.ts';

/** Clocks of replicas differ, and a record is written a moment after its action was made: so much is allowed, in milliseconds. */
export const clockSlackMs = 600_000;

/**
 * The newest record of an action, from records newest first; null: none is there. It stops at what was written before `sinceMs` (epoch
 * milliseconds).
 */
export const findLast = async (
  newest: AsyncIterable<AuditRecord>,
  auditId: string,
  sinceMs = Number.NEGATIVE_INFINITY,
): Promise<AuditRecord | null> => {
  for await (const record of newest) {
    if (record.auditId === auditId) return record;
    if (Date.parse(record.at) < sinceMs - clockSlackMs) return null;
  }
  return null;
};
