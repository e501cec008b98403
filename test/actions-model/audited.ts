import type { AuditLog, AuditOutcome, AuditRecord } from '../../src/audit/record.ts';
import { type Ask, Violation } from './ask.ts';

/** One action, as the audit has it. */
interface AuditedAction extends Pick<AuditRecord, 'mutation' | 'target' | 'actionId'> {
  /** Null: there is none. */
  readonly end: AuditOutcome | null;
  /** Ends that say what became of it: there is one at most. */
  readonly ends: number;
}

/** Every action of the log by the request that it was done by. */
const recordsByAction = async (audit: AuditLog): Promise<ReadonlyMap<string, readonly AuditedAction[]>> => {
  const actions = new Map<string, AuditedAction & { readonly requestId: string }>();
  for await (const { auditId, requestId, mutation, target, outcome, actionId } of audit.newest()) {
    const isEnd = outcome !== 'INTENDED' && outcome !== 'UNKNOWN';
    // The newest record of an action comes first.
    const newer = actions.get(auditId);
    const own = newer ?? {
      requestId,
      mutation,
      target,
      actionId,
      end: outcome === 'INTENDED' ? null : outcome,
      ends: 0,
    };
    actions.set(auditId, { ...own, ends: own.ends + (isEnd ? 1 : 0) });
  }
  return Map.groupBy(actions.values(), ({ requestId }) => requestId);
};

/** Holds the ends that the audit tells against Microsoft's side. */
export const checkAudit = async (list: readonly Ask[], audit: AuditLog): Promise<void> => {
  const byRequest = await recordsByAction(audit);
  for (const ask of list) {
    const actions = [...ask.requestIds]
      .flatMap((id) => byRequest.get(id) ?? [])
      .filter(({ mutation }) => mutation === ask.asked.name);
    for (const target of ask.asked.targets) {
      const own = actions.filter((action) => action.target === target);
      if (own.some(({ end }) => end === null)) throw new Violation('LOST', ask, 'the audit has no end of an action');
      if (own.some(({ ends }) => ends > 1)) throw new Violation('UNTRUE', ask, 'the audit has two ends of an action');
      const done = own.filter(({ end }) => end === 'DONE');
      const found = ask.asked.found(target);
      if (found.length > 0 && done.length === 0) {
        throw new Violation(
          'LOST',
          ask,
          `done, and the audit tells ${own.map(({ end }) => end).join(', ') || 'nothing'}`,
        );
      }
      if (ask.asked.hasActionId && done.length > found.length) {
        throw new Violation('UNTRUE', ask, `the audit has DONE for ${done.length} actions, done were ${found.length}`);
      }
      if (found.length === 0 && done.length > 0)
        throw new Violation('UNTRUE', ask, 'the audit has DONE, and it is not there');
      if (ask.asked.hasActionId && done.some(({ actionId }) => actionId !== found[0])) {
        throw new Violation('UNTRUE', ask, 'the audit names another action');
      }
    }
  }
};
