import type { Acting } from '../access/acting.ts';
import { asError, GatewayError, type ResultError, resultErrorOf } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { ActionRow } from './action.ts';
import type { ApprovalsParts } from './parts.ts';
import type { Approval, Performance, PerformedRow } from './record.ts';

/** Whether every target was done and is shown, so that there is nothing left to perform. */
const isPerformed = (performance: Performance | null): boolean =>
  performance !== null &&
  performance.rows.length > 0 &&
  performance.rows.every(({ error, unread }) => error === null && unread !== true);

/** Whether nothing is performed by it any more, whatever became of it. */
export const isOver = ({ performance, expiresAt }: Approval, now: number): boolean =>
  isPerformed(performance) || now >= expiresAt;

const neverTold = ({ performance }: Approval): ResultError =>
  resultErrorOf(
    new GatewayError(
      'CONFLICT',
      performance === null
        ? 'Nothing was done, and the time of this approval is over: ask for a new one'
        : 'This was begun and interrupted, and the time of the approval is over, so nothing more is sent: the audit log tells what became of it',
    ),
  );

const notAgain = (error: ResultError): ResultError => ({
  ...error,
  message: `${error.message} (The time of this approval is over: it is not tried again)`,
});

/** What became of an approval that is over; nobody is asked, and nothing is sent. */
export const rowsWhenOver = (approval: Approval): readonly ActionRow[] =>
  approval.targets.map((target, index) => {
    const row = approval.performance?.rows[index];
    const outcome = approval.performance === null ? 'NOT_BEGUN' : 'UNKNOWN';
    if (row === undefined) return { target, action: null, outcome, error: neverTold(approval) };
    return row.error === null ? row : { ...row, error: notAgain(row.error) };
  });

/**
 * Performs an approved action once: what was done is answered from what was kept, for as long as the approval is. What surely was not
 * begun is tried again until the approval's last moment, and nothing after it.
 */
export const createPerformApproved =
  ({ actions, memory, clock, log }: Pick<ApprovalsParts, 'actions' | 'memory' | 'clock' | 'log'>) =>
  async (approval: Approval, acting: Acting, waitSeconds: number, scope: CallScope): Promise<readonly ActionRow[]> => {
    if (isOver(approval, clock.now())) return rowsWhenOver(approval);
    const { approvalId, action } = approval;
    await memory.begin(approvalId);
    // The keys of approvals are apart from those of callers.
    const changes = { dryRun: false, waitSeconds, idempotencyKey: approvalId };
    const rows = await actions.perform(acting, action, changes, scope);
    const at = clock.now();
    const performed = rows.map((row): PerformedRow => ({ ...row, at }));
    try {
      return (await memory.keep(approvalId, performed)).rows;
    } catch (thrown) {
      // The actions stand; the caller must hear of them. A repeat gets them from the key.
      log.error('What became of an approved action could not be kept', { approvalId, err: asError(thrown) });
      return performed;
    }
  };
