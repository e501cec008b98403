import type { LiveResponseCommand, MachineAction } from '../unification/machine-action.ts';
import type { MachineActionStatus } from './enums.ts';

/** What an action and a command of a live response session are, as their tables of fields read them. */
export type { LiveResponseCommand, MachineAction } from '../unification/machine-action.ts';

/** States that do not change any more. */
export const finalStatuses: ReadonlySet<MachineActionStatus> = new Set([
  'SUCCEEDED',
  'FAILED',
  'TIME_OUT',
  'CANCELLED',
]);

/** Whether it goes on, by a word that is known: one of tomorrow says neither that it does nor that it has ended. */
export const isUnderWay = ({ status }: Pick<MachineAction, 'status'>): boolean =>
  status === 'PENDING' || status === 'IN_PROGRESS';

/** Whether the state will not change any more. */
export const isFinal = (action: Pick<MachineAction, 'status'>): boolean => finalStatuses.has(action.status);

const isWord =
  (...words: readonly string[]) =>
  ({ status }: Pick<LiveResponseCommand, 'status'>): boolean =>
    words.includes(status.toLowerCase());

/** Whether a command was done, so that it has a result. run-live-response.md */
export const isCompleted = isWord('completed');

/** Whether a command came to nothing, by the documented word and by those that actions end with; what was skipped stays `Created`. */
export const hasFailed = isWord('failed', 'timeout', 'cancelled', 'canceled');

/** Whether it goes on though somebody has cancelled it: the machine has yet to hear of it. */
export const isBeingCancelled = (
  action: Pick<MachineAction, 'status' | 'cancelledAt' | 'cancellationComment'>,
): boolean => isUnderWay(action) && (action.cancelledAt !== null || action.cancellationComment !== null);

/** What a completed `RUN_SCRIPT` left behind. */
export interface LiveResponseScriptResult {
  readonly scriptName: string | null;
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}
