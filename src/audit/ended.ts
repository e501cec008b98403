import type { AuditRecord } from './record.ts';

/** Clocks of replicas differ, and a record is written a moment after its action was made: so much is allowed, in milliseconds. */
export const clockSlackMs = 600_000;

/**
 * The record of an action's end, from records newest first; null: none is there. It stops at the record of the action's beginning,
 * before which no end can stand, and at what was written before `sinceMs` (epoch milliseconds).
 */
export const findEnd = async (
  newest: AsyncIterable<AuditRecord>,
  auditId: string,
  sinceMs = Number.NEGATIVE_INFINITY,
): Promise<AuditRecord | null> => {
  for await (const record of newest) {
    if (record.auditId === auditId) return record.outcome === 'INTENDED' ? null : record;
    if (Date.parse(record.at) < sinceMs - clockSlackMs) return null;
  }
  return null;
};
