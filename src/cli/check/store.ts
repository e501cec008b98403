import { asGatewayError } from '../../errors.ts';
import { sentenceOf } from '../../store/loss.ts';
import type { Store } from '../../store/store.ts';

/** What of `check --json` is about the store. */
export interface StoreReport {
  /** Settings under which it may lose entries, and what it lost, a sentence each. */
  readonly problems: readonly string[];
}

/** Never rejects: a store that does not answer is a problem too. */
export const storeProblems = async (store: Pick<Store, 'continuity' | 'warnings'>): Promise<readonly string[]> => {
  try {
    const warnings = await store.warnings();
    const loss = await store.continuity.look();
    return loss === null ? warnings : [...warnings, sentenceOf(loss)];
  } catch (thrown) {
    return [asGatewayError(thrown).message];
  }
};

/** The same for people; nothing when there is nothing to tell. */
export const storeSection = ({ problems }: StoreReport): string =>
  problems.length === 0 ? '' : `\nstore\n${problems.map((problem) => `  ! ${problem}\n`).join('')}`;
