import type { Clock } from '../../clock.ts';
import { isSurelyNotSent } from '../../errors.ts';
import type { TargetEnd } from '../once/target-ends.ts';
import type { Ended } from './kind.ts';

/** What is kept under a key of a target to which something was done; null: nothing was, as far as is known. */
export const createKept =
  ({ now, clock }: { readonly now: () => Promise<number>; readonly clock: Clock }) =>
  async ({ outcome, error, actionId }: Ended<unknown>): Promise<TargetEnd | null> => {
    if (outcome !== 'DONE' && outcome !== 'PARTLY_DONE' && outcome !== 'UNDER_WAY') return null;
    if (error === null) return { outcome, actionId, left: null };
    const maybeSentAt = isSurelyNotSent(error) ? null : await now().catch(() => clock.now());
    return { outcome, actionId, left: { code: error.code, message: error.message, maybeSentAt } };
  };
