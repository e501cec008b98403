import type { Clock } from '../clock.ts';
import type { ApprovalLimits } from '../config/approvals.ts';
import { asError } from '../errors.ts';
import type { Log } from '../log.ts';
import { checked } from '../store/forms.ts';
import { approvalShownMs, namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';
import { placeOf } from './action.ts';
import { listOfCallerIn, listOfTenant, memberOf, timeText } from './index-entry.ts';
import { createOpenRequests } from './limits.ts';
import { createPages } from './pages.ts';
import {
  type Approval,
  type ApprovalDecision,
  type ApprovalRequest,
  isDecision,
  isPerformance,
  isRequest,
  type Performance,
  type PerformedRow,
  rightsTakenAt,
  stateOf,
} from './record.ts';

const later = (before: readonly PerformedRow[], now: readonly PerformedRow[]): readonly PerformedRow[] =>
  now.map((row, index) => {
    const earlier = before[index];
    const isShown = earlier?.error === null && (earlier.unread !== true || row.action === null);
    return isShown ? earlier : row;
  });

/** Requests for approval in the store, shared by all replicas. */
export const createApprovalMemory = (parts: {
  readonly store: Store;
  readonly limits: ApprovalLimits;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  const { store, limits, clock, log } = parts;
  // Apart, so that nothing is read, changed and written back: what is written once cannot be lost by two writers.
  const requests = store.space<ApprovalRequest>('approval', checked(namespaces.approval, isRequest));
  const decisions = store.space<ApprovalDecision>(
    'approval-decision',
    checked(namespaces['approval-decision'], isDecision),
  );
  const performances = store.space<Performance>(
    'approval-performance',
    checked(namespaces['approval-performance'], isPerformance),
  );
  const index = store.sorted('approval-index', namespaces['approval-index']);
  const open = createOpenRequests(store, limits, clock);
  const shownFrom = (): string => timeText(clock.now() - approvalShownMs);

  const find = async (approvalId: string): Promise<Approval | undefined> => {
    const request = await requests.get(approvalId);
    if (request === undefined) return undefined;
    const decision = await decisions.get(approvalId);
    const performance = decision?.state === 'APPROVED' ? await performances.get(approvalId) : undefined;
    return {
      ...request,
      state: stateOf(request, decision, clock.now()),
      decision: decision ?? null,
      rightsTakenAt: rightsTakenAt(request),
      performance: performance ?? null,
    };
  };

  /** All stands without: then it counts as waiting until it expires. */
  const released = async (request: ApprovalRequest, otherwise: string): Promise<void> => {
    const { approvalId } = request;
    await open.release(request).catch((thrown: unknown) => log.warn(otherwise, { approvalId, err: asError(thrown) }));
  };

  return {
    /** Throws `CONFLICT` for one that another version of the gateway stored. */
    find,
    /** Throws `RATE_LIMITED` when too many wait. */
    add: async (request: ApprovalRequest): Promise<void> => {
      const { requester } = request;
      await open.take(request);
      await requests.set(request.approvalId, request).catch(async (thrown: unknown) => {
        await released(request, 'A request that could not be kept still counts as waiting');
        throw thrown;
      });
      const member = memberOf(request);
      const from = shownFrom();
      await index.add(listOfTenant(...placeOf(request)), member, { from });
      await index.add(listOfCallerIn(requester.id, ...placeOf(request)), member, { from });
    },
    /** Newest first; only the rows of the page are read. */
    page: createPages({ index, decisionOf: (approvalId) => decisions.get(approvalId), find, shownFrom, clock, log }),
    /** False: it was decided before. Of two at once one wins. */
    decide: async (request: ApprovalRequest, decision: ApprovalDecision): Promise<boolean> => {
      if (!(await decisions.add(request.approvalId, decision))) return false;
      await released(request, 'A decided approval still counts as waiting');
      return true;
    },
    /** Writes that the action is about to be performed, before it is. */
    begin: async (approvalId: string): Promise<void> => {
      await performances.add(approvalId, { begunAt: clock.now(), rows: [] });
    },
    /** Writes what became of its targets. What was done stays done, whatever a later attempt says. */
    keep: async (approvalId: string, rows: readonly PerformedRow[]): Promise<Performance> => {
      const before = await performances.get(approvalId);
      const kept = { begunAt: before?.begunAt ?? clock.now(), rows: later(before?.rows ?? [], rows) };
      await performances.set(approvalId, kept);
      return kept;
    },
  };
};

export type ApprovalMemory = ReturnType<typeof createApprovalMemory>;
