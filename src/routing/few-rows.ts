import { firstPages } from './first-pages.ts';
import type { FactPlace, Learned } from './learned.ts';
import type { OpenedRows } from './opened-list.ts';

/** Rows of a page: some megabyte. */
export const fewRows = 1000;

/** The second page proves that there is no other. */
const pages = 2;

/**
 * All rows of a list that has few, for those of many ids together: as few calls however many ids there are. `null`: it has more,
 * which is remembered for some minutes, or not all could be read: the ids are asked for instead. Calls: 2; while it is remembered none.
 */
export const readFew = async <T>(
  learned: Pick<Learned, 'recall' | 'note'>,
  list: Pick<FactPlace, 'tenant' | 'api' | 'operation'>,
  open: () => Promise<OpenedRows<T>>,
): Promise<readonly T[] | null> => {
  const tooMany: FactPlace = { ...list, fact: 'moreThanOneQuestionReads' };
  if (learned.recall(tooMany) !== undefined) return null;
  const opened = await open();
  const { items, isAll } = await firstPages(opened, pages);
  if (isAll) return items;
  if (opened.remark?.() === undefined) learned.note(tooMany, 'yes');
  return null;
};
