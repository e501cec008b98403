/** A page, as far as it is read here. */
interface Page<T> {
  readonly items: readonly T[];
  readonly next: (() => Promise<Page<T>>) | null;
}

/** A list that was opened, as far as it is read here. */
interface Opened<T> {
  readonly page: Page<T>;
  matches?(item: T): boolean;
  remark?(): string | undefined;
  missing?(): unknown;
}

/** Rows of the first pages of a list. */
export interface FirstPages<T> {
  /** Those that were asked for: an API may refuse the condition, or overlook it. */
  readonly items: readonly T[];
  /** Whether there are no others: no further page, and nothing is said of rows that are missing. */
  readonly isAll: boolean;
}

/** The rows that were asked for, of at most `maxPages` pages of a list. Calls: one a page behind the first, which is at hand. */
export const firstPages = async <T>(opened: Opened<T>, maxPages: number): Promise<FirstPages<T>> => {
  const matches = (item: T): boolean => opened.matches?.(item) !== false;
  let { page } = opened;
  const items = page.items.filter(matches);
  for (let pages = 1; page.next !== null && pages < maxPages; pages += 1) {
    page = await page.next();
    for (const item of page.items) if (matches(item)) items.push(item);
  }
  return { items, isAll: page.next === null && opened.remark?.() === undefined && opened.missing?.() === undefined };
};
