import type { Tenant } from '../../config/tenants.ts';
import type { ActionOutcome } from '../../domain/outcome.ts';
import { asGatewayError } from '../../errors.ts';
import type { ReadsById } from '../../routing/reads-by-id.ts';
import type { CallScope } from '../../scope.ts';
import type { JournalSubject } from '../once/journal.ts';

/** An action that is looked for at Microsoft's side. */
export interface Sought<Subject extends JournalSubject = JournalSubject> {
  readonly subject: Subject;
  /** It was sent then or later; epoch milliseconds, by the store's clock. */
  readonly since: number;
  /** Whether it would be there by now if it had been begun. */
  readonly settled: boolean;
}

/** What became of an action, with what Microsoft's side shows of it. */
export interface Found<Shown = unknown> {
  readonly outcome: ActionOutcome;
  readonly actionId: string | null;
  readonly shown: Shown | null;
}

/**
 * Finds out what became of actions of one kind in one tenant; null: it is not there, and may still come; an error: it could not be
 * read, which says nothing. Resumed runs, repeats and the journal's reconciliation ask this alone.
 */
export type FindOutcomes<Subject extends JournalSubject, Shown> = (
  tenant: Tenant,
  sought: readonly Sought<Subject>[],
  scope: CallScope,
) => Promise<readonly (Found<Shown> | Error | null)[]>;

/** It is there: it was done. */
export const there = <Shown>(shown: Shown | null, actionId: string | null = null): Found<Shown> => ({
  outcome: 'DONE',
  actionId,
  shown,
});

/** Not there: it was not done if it would be there by now. */
export const absent = <Shown>(settled: boolean, shown: Shown | null = null): Found<Shown> | null =>
  settled ? { outcome: 'NOT_BEGUN', actionId: null, shown } : null;

/** Gives each its own failure, where the read of all failed. */
export const orFailure =
  <Subject extends JournalSubject, Shown>(find: FindOutcomes<Subject, Shown>): FindOutcomes<Subject, Shown> =>
  async (tenant, sought, scope) => {
    try {
      return await find(tenant, sought, scope);
    } catch (thrown) {
      scope.signal.throwIfAborted();
      return sought.map(() => asGatewayError(thrown));
    }
  };

/** Finds actions by what the entity of each shows; undefined: there is none. Calls: those of reading them by id. */
export const foundById = <Subject extends JournalSubject, Entity>(
  reads: ReadsById<Entity>,
  idOf: (subject: Subject) => string,
  judge: (sought: Sought<Subject>, entity: Entity | undefined) => Found<Entity> | Error | null,
): FindOutcomes<Subject, Entity> =>
  orFailure(async (tenant, sought, scope) => {
    const found = await reads.byIds(tenant, [...new Set(sought.map(({ subject }) => idOf(subject)))], scope);
    return sought.map((one) => {
      const entity = found.get(idOf(one.subject));
      return entity instanceof Error ? entity : judge(one, entity);
    });
  });
