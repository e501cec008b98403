import type { Clock } from '../../clock.ts';
import type { CallScope } from '../../scope.ts';
import { type Journal, type JournalSubject, settledMs } from './journal.ts';

/**
 * Reconciles what was left behind of these subjects, before the same is sent anew: afterwards Microsoft's side shows the new
 * act, and a later look would take it for the old one.
 */
export type ClearUp = (tenant: string, is: (subject: JournalSubject) => boolean, scope: CallScope) => Promise<void>;

/** Seconds until an act of an earlier run that Microsoft does not show is known not to have begun; null: it is known. */
export type SettlesIn = (is: (subject: JournalSubject) => boolean) => number | null;

/** What may still be on its way, as of now. One read of the journal. */
export const settlingOf = async (journal: Pick<Journal, 'unsettled'>, clock: Clock): Promise<SettlesIn> => {
  const open = await journal.unsettled();
  return (is) => {
    const ats = open.flatMap(({ subject, at }) => (is(subject) ? [at] : []));
    return ats.length === 0 ? null : Math.max(1, Math.ceil((Math.max(...ats) + settledMs - clock.now()) / 1000));
  };
};
