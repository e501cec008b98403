import type { AuditLog, AuditOutcome, AuditRecord } from '../../src/audit/record.ts';

/** One act, as the audit has it. */
export interface AuditedAct extends Pick<AuditRecord, 'mutation' | 'target' | 'actionId'> {
  /** Null: there is none. */
  readonly end: AuditOutcome | null;
}

/** Every act of the log by the request that it was done by. */
export const recordsByAct = async (audit: AuditLog): Promise<ReadonlyMap<string, readonly AuditedAct[]>> => {
  const acts = new Map<string, AuditedAct & { readonly requestId: string }>();
  for await (const { actId, requestId, mutation, target, outcome, actionId } of audit.newest()) {
    // The newest record of an act comes first.
    if (acts.has(actId)) continue;
    acts.set(actId, { requestId, mutation, target, actionId, end: outcome === 'INTENDED' ? null : outcome });
  }
  return Map.groupBy(acts.values(), ({ requestId }) => requestId);
};
