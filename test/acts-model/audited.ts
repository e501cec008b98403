import type { AuditLog, AuditOutcome, AuditRecord } from '../../src/audit/record.ts';

/** One act, as the audit has it. */
export interface AuditedAct extends Pick<AuditRecord, 'mutation' | 'target' | 'actionId'> {
  /** Null: there is none. */
  readonly end: AuditOutcome | null;
  /** Ends that say what became of it: there is one at most. */
  readonly ends: number;
}

/** Every act of the log by the request that it was done by. */
export const recordsByAct = async (audit: AuditLog): Promise<ReadonlyMap<string, readonly AuditedAct[]>> => {
  const acts = new Map<string, AuditedAct & { readonly requestId: string }>();
  for await (const { actId, requestId, mutation, target, outcome, actionId } of audit.newest()) {
    const isEnd = outcome !== 'INTENDED' && outcome !== 'UNKNOWN';
    // The newest record of an act comes first.
    const newer = acts.get(actId);
    const own = newer ?? {
      requestId,
      mutation,
      target,
      actionId,
      end: outcome === 'INTENDED' ? null : outcome,
      ends: 0,
    };
    acts.set(actId, { ...own, ends: own.ends + (isEnd ? 1 : 0) });
  }
  return Map.groupBy(acts.values(), ({ requestId }) => requestId);
};
