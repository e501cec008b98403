import type { Clock } from '../../clock.ts';
import type { Store } from '../../store/store.ts';
import type { ActRow } from './act.ts';
import type { Approval, ApprovalDecision, ApprovalRequest, ApprovalState } from './record.ts';

/** Requests and what became of them are shown for this long; the audit keeps them for good. */
const keepMs = 30 * 24 * 60 * 60 * 1000;

/** Requests for approval in the store, shared by all replicas. */
export interface ApprovalMemory {
  add(request: ApprovalRequest): Promise<void>;
  find(approvalId: string): Promise<Approval | undefined>;
  /** Newest first. */
  all(): Promise<readonly Approval[]>;
  /** False: it was decided before. Of two at once one wins. */
  decide(approvalId: string, decision: ApprovalDecision): Promise<boolean>;
  keepResults(approvalId: string, results: readonly ActRow[]): Promise<void>;
}

const stateOf = ({ expiresAt }: ApprovalRequest, decision: ApprovalDecision | undefined, now: number): ApprovalState =>
  decision?.state ?? (now >= expiresAt ? 'EXPIRED' : 'PENDING');

export const createApprovalMemory = (store: Store, clock: Clock): ApprovalMemory => {
  const kept = { ttlMs: keepMs, encrypted: true };
  // Apart, so that nothing is read, changed and written back: what is written once cannot be lost by two writers.
  const requests = store.space<ApprovalRequest>('approval', kept);
  const decisions = store.space<ApprovalDecision>('approval-decision', kept);
  const results = store.space<readonly ActRow[]>('approval-results', kept);

  const find: ApprovalMemory['find'] = async (approvalId) => {
    const request = await requests.get(approvalId);
    if (request === undefined) return undefined;
    const decision = await decisions.get(approvalId);
    const state = stateOf(request, decision, clock.now());
    const rows = state === 'APPROVED' ? await results.get(approvalId) : undefined;
    return { ...request, state, decision: decision ?? null, results: rows ?? null };
  };

  return {
    find,
    add: (request) => requests.set(request.approvalId, request),
    all: async () => {
      const found = await Promise.all((await requests.keys()).map(find));
      return found.filter((approval) => approval !== undefined).sort((a, b) => b.requestedAt - a.requestedAt);
    },
    decide: (approvalId, decision) => decisions.add(approvalId, decision),
    keepResults: (approvalId, rows) => results.set(approvalId, rows),
  };
};
