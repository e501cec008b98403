import { createHash } from 'node:crypto';
import { type AuditEntry, type AuditLog, isOfTenant } from '../../audit/record.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { JournalEntry, JournalSubject } from '../once/journal.ts';
import type { Found } from './sought.ts';

/** An action as a repeat knows it. */
export interface RepeatedAction extends Pick<AuditEntry, 'callerId' | 'mutation' | 'tenant' | 'tenantId'> {
  readonly subject: JournalSubject;
}

const placeOf = ({ tenant, callerId, mutation, subject }: RepeatedAction): string =>
  createHash('sha256')
    .update(JSON.stringify([tenant, callerId, mutation, subject]))
    .digest('base64url');

/** The record of the action's beginning, and when it was sent, by the store's clock. */
export interface ToldAction {
  readonly audit: AuditEntry;
  readonly at: number;
}

const isToldAction = hasFields({ audit: hasFields({ auditId: 'text' }), at: 'number' });

/**
 * Actions that the audit tells as not begun, or of which nobody knows. Microsoft may do one after the look for it has ended: a repeat that finds it then tells
 * the audit so, under the same `auditId`, so that answer and audit agree. Nothing here rejects: actions and answers stand without it.
 */
export const createLateEnds = (parts: { readonly store: Store; readonly audit: AuditLog; readonly log: Log }) => {
  const { store, audit, log } = parts;
  const told = store.space<ToldAction>('told-not-begun', checked(namespaces['told-not-begun'], isToldAction));
  const lenient = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (thrown) {
      log.warn('A late end of an action could not be brought to the audit', { err: asError(thrown) });
      return undefined;
    }
  };

  const tell = async ({ audit: entry }: ToldAction, { outcome, actionId }: Found): Promise<void> => {
    const { auditId } = entry;
    await audit.append([{ ...entry, outcome, actionId }]);
    log.info('An action that was told as not begun was done later', { auditId, outcome, actionId });
  };
  const isOf = (one: ToldAction | undefined, action: RepeatedAction, since: number): one is ToldAction =>
    one !== undefined && one.at >= since && isOfTenant(one.audit, action);

  return {
    /** It is told as not begun, or nobody knows. */
    note: async ({ audit: entry, subject, at }: JournalEntry): Promise<void> => {
      await lenient(() => told.set(placeOf({ ...entry, subject }), { audit: entry, at }));
    },

    /** Whether it was sent under a key that was first used at `since`, and nobody knows that it was done. */
    isNoted: async (action: RepeatedAction, since: number): Promise<boolean> =>
      isOf(await lenient(() => told.get(placeOf(action))), action, since),

    /**
     * It is sent anew under a key that was first used at `since`: what is found from now on is that. What was told of the earlier run;
     * undefined: nothing.
     */
    take: (action: RepeatedAction, since: number): Promise<ToldAction | undefined> =>
      lenient(async () => {
        const one = await told.get(placeOf(action));
        if (one !== undefined) await told.delete(placeOf(action));
        return isOf(one, action, since) ? one : undefined;
      }),

    /** What was taken was done after all. False: that could not be written. */
    tell: async (one: ToldAction, found: Found): Promise<boolean> =>
      (await lenient(() => tell(one, found).then(() => true))) ?? false,

    /**
     * A repeat under a key that was first used at `since` found it, though nothing is told of that: writes it, where it was told as
     * not begun.
     */
    correct: async (action: RepeatedAction, since: number, found: Found): Promise<void> => {
      await lenient(async () => {
        const one = await told.get(placeOf(action));
        if (!isOf(one, action, since)) return;
        await tell(one, found);
        await told.delete(placeOf(action));
      });
    },
  };
};

export type LateEnds = ReturnType<typeof createLateEnds>;
