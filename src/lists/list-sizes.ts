import type { ListQuestion } from './question.ts';

/** How many rows lists had when they were last read: a guess at what they will have, by which a page is read in fewer calls. */
export interface ListSizes {
  /** Of a tenant; `undefined`: nobody has read its list yet. */
  of(reader: string, tenant: string): number | undefined;
  note(reader: string, tenant: string, rows: number): void;
}

/**
 * Who reads which list, in pages of which size: each learns of their own alone. A question names what the caller may see; of a list
 * that is longer than a page it is not known by how much.
 */
export const readerOf = (asked: Pick<ListQuestion<unknown, unknown>, 'question' | 'scope' | 'page'>): string =>
  [asked.question, asked.scope.callerToken?.key ?? '', asked.page.first].join('\n');

/** Readers that are remembered at most. */
const mostReaders = 500;

/** Of this process. */
export const createListSizes = (): ListSizes => {
  const sizes = new Map<string, Map<string, number>>();
  return {
    of: (reader, tenant) => sizes.get(reader)?.get(tenant),
    note: (reader, tenant, rows) => {
      const known = sizes.get(reader) ?? new Map<string, number>();
      known.set(tenant, rows);
      // The one that was asked last stands last.
      sizes.delete(reader);
      sizes.set(reader, known);
      const [oldest] = sizes.keys();
      if (sizes.size > mostReaders && oldest !== undefined) sizes.delete(oldest);
    },
  };
};
