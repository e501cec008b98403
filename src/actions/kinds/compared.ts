import type { FieldChange } from '../payloads.ts';

/** How one term of a thing is, and whether that is what is wanted; null: Microsoft does not show it. */
export type Compare<Terms, Now> = (
  now: Now,
  terms: Terms,
) => { readonly from: unknown; readonly isSame: boolean | null };

/** Compares what is wanted of a thing with what it is, by a row for each term; of terms that are not given nothing is told. */
export const comparing =
  <Terms extends object, Now>(rows: Readonly<Record<string, Compare<Terms, Now>>>) =>
  (terms: Terms, now: Now): readonly (FieldChange & { readonly isSame: boolean | null })[] => {
    const given = new Map<string, unknown>(Object.entries(terms));
    return Object.entries(rows).flatMap(([field, compare]) => {
      const to = given.get(field);
      if (to === undefined) return [];
      const { from, isSame } = compare(now, terms);
      return [{ field, from, to, isSame }];
    });
  };

/** From what to what each term goes that is not surely so already; empty: nothing need be sent. */
export const changesIn = (compared: ReturnType<ReturnType<typeof comparing>>): readonly FieldChange[] =>
  compared.flatMap(({ isSame, ...change }) => (isSame === true ? [] : [change]));

/** Whether two lists have the same names, in whatever order and letter case. */
export const sameNames = (a: readonly string[], b: readonly string[]): boolean => {
  const folded = (names: readonly string[]): string =>
    JSON.stringify([...new Set(names.map((name) => name.toLowerCase()))].sort());
  return folded(a) === folded(b);
};
