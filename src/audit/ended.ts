import type { AuditRecord } from './record.ts';

/** Clocks of replicas differ, and a record is written a moment after its act was made: so much is allowed, in milliseconds. */
export const clockSlackMs = 600_000;

/**
 * The record of an act's end, from records newest first; null: none is there. It stops at the record of the act's beginning,
 * before which no end can stand, and at what was written before `sinceMs` (epoch milliseconds).
 */
export const findEnd = async (
  newest: AsyncIterable<AuditRecord>,
  actId: string,
  sinceMs = Number.NEGATIVE_INFINITY,
): Promise<AuditRecord | null> => {
  for await (const record of newest) {
    if (record.actId === actId) return record.outcome === 'INTENDED' ? null : record;
    if (Date.parse(record.at) < sinceMs - clockSlackMs) return null;
  }
  return null;
};
