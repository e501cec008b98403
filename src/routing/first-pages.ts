/** A page, as far as it is read here. */
interface Page<T> {
  readonly items: readonly T[];
  readonly next: (() => Promise<Page<T>>) | null;
}

/** A list that was opened, as far as it is read here. */
interface Opened<T> {
  readonly page: Page<T>;
  remark?(): string | undefined;
  missing?(): unknown;
}

/** Rows of the first pages of a list. */
export interface FirstPages<T> {
  readonly items: readonly T[];
  /** Whether there are no others: no further page, and nothing is said of rows that are missing. */
  readonly isAll: boolean;
}

/** The rows of at most `maxPages` pages of a list. Calls: one a page behind the first, which is at hand. */
export const firstPages = async <T>(opened: Opened<T>, maxPages: number): Promise<FirstPages<T>> => {
  let { page } = opened;
  const items = [...page.items];
  for (let pages = 1; page.next !== null && pages < maxPages; pages += 1) {
    page = await page.next();
    for (const item of page.items) items.push(item);
  }
  return { items, isAll: page.next === null && opened.remark?.() === undefined && opened.missing?.() === undefined };
};
