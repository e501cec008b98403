/** How many rows lists had when they were last read: a guess at what they will have, by which as many are opened as a page takes. */
export interface ListSizes {
  /** Of a tenant; `undefined`: nobody has read its list yet. */
  of(question: string, tenant: string): number | undefined;
  /** `rows`: at least so many. */
  note(question: string, tenant: string, rows: number): void;
}

/** Questions that are remembered at most. */
const mostQuestions = 500;

/** Of this process. A question names what the caller may see, so that each learns of their own lists alone. */
export const createListSizes = (): ListSizes => {
  const sizes = new Map<string, Map<string, number>>();
  return {
    of: (question, tenant) => sizes.get(question)?.get(tenant),
    note: (question, tenant, rows) => {
      const known = sizes.get(question) ?? new Map<string, number>();
      known.set(tenant, rows);
      // The one that was asked last stands last.
      sizes.delete(question);
      sizes.set(question, known);
      const [oldest] = sizes.keys();
      if (sizes.size > mostQuestions && oldest !== undefined) sizes.delete(oldest);
    },
  };
};
