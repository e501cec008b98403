/**
 * What became of an action on one target: the same word in results, in the journal, in the audit and under an idempotency key.
 *
 * `DONE`: Microsoft took it. `PARTLY_DONE`: a part of it was done. `UNDER_WAY`: the same is under way already, and nothing new
 * was begun. `REFUSED`: the gateway kept it back. `FAILED`: Microsoft said no or was not reached: nothing was done.
 * `NOT_BEGUN`: an earlier run was interrupted before it; of an export, it ended before any row of this tenant.
 * `UNKNOWN`: it was sent, or may have been, and nobody knows.
 */
export const actionOutcomes = [
  'DONE',
  'PARTLY_DONE',
  'UNDER_WAY',
  'REFUSED',
  'FAILED',
  'NOT_BEGUN',
  'UNKNOWN',
] as const;

export type ActionOutcome = (typeof actionOutcomes)[number];

const ended: ReadonlySet<ActionOutcome> = new Set(['DONE', 'PARTLY_DONE', 'UNDER_WAY']);

/** Whether something was done, or is, so that it is never sent again. */
export const isBegun = (outcome: ActionOutcome): boolean => ended.has(outcome);
