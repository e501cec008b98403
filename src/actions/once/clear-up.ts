import type { CallScope } from '../../scope.ts';
import type { JournalSubject } from './journal.ts';

/**
 * Clears up what was left behind of these subjects, by who is about to send the same anew: afterwards Microsoft's side shows
 * the new act, and who looks then would take it for the old one.
 */
export type ClearUp = (tenant: string, is: (subject: JournalSubject) => boolean, scope: CallScope) => Promise<void>;
