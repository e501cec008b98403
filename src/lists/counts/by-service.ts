import type { Grouping } from '../../entities/groupings.ts';
import type { CountRows } from '../../routing/graph-counts.ts';
import { createTally, type Tally } from './tally.ts';

/** What a tenant is counted by. */
interface ServiceQuestion<F, T> {
  readonly grouping: Grouping<F, T>;
  readonly filter: F;
  readonly tenant: string;
  readonly now: number;
  /** Counts the rows that meet each filter. */
  readonly count: (filters: readonly F[]) => ReturnType<CountRows<F>>;
}

/**
 * The groups as Microsoft counts them: the whole and each part, so that what is in no part is known, and a service whose numbers
 * do not add up is found out. `null`: rows have to be read.
 */
export const countedByService = async <F, T>(asked: ServiceQuestion<F, T>): Promise<Tally | null> => {
  const parted = asked.grouping.parted?.(asked.filter, { tenant: asked.tenant, now: asked.now }) ?? null;
  if (parted === null) return null;
  const counts = await asked.count([asked.filter, ...parted.parts.map(({ filter }) => filter)]);
  if (counts === null) return null;
  const [whole = 0, ...each] = counts;
  const rest = each.reduce((left, count) => left - count, whole);
  if (rest < 0 || (rest > 0 && parted.rest === undefined)) return null;
  const tally = createTally();
  parted.parts.forEach(({ key }, place) => {
    tally.add(key, each[place] ?? 0);
  });
  tally.add(parted.rest ?? null, rest);
  return tally;
};
