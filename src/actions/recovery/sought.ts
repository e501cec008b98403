import type { Tenant } from '../../config/tenants.ts';
import type { ActOutcome } from '../../domain/outcome.ts';
import type { CallScope } from '../../scope.ts';
import type { JournalSubject } from '../once/journal.ts';

/** An act that is looked for at Microsoft's side. */
export interface Sought<Subject extends JournalSubject = JournalSubject> {
  readonly subject: Subject;
  /** It was sent then or later; epoch milliseconds, by the store's clock. */
  readonly since: number;
  /** Whether it would be there by now if it had been begun. */
  readonly settled: boolean;
}

/** What became of an act, with what Microsoft's side shows of it. */
export interface Found<Shown = unknown> {
  readonly outcome: ActOutcome;
  readonly actionId: string | null;
  readonly shown: Shown | null;
}

/**
 * Finds out what became of acts of one kind in one tenant; null: it is not there, and may still come; an error: it could not be
 * read, which says nothing. Resumed runs, repeats and the journal's reconciliation ask this alone.
 */
export type FindOutcomes<Subject extends JournalSubject, Shown> = (
  tenant: Tenant,
  sought: readonly Sought<Subject>[],
  scope: CallScope,
) => Promise<readonly (Found<Shown> | Error | null)[]>;
