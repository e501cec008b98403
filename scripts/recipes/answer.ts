/** Members of a list that an abridged answer shows, and of a list inside of one. */
const shownMembers = 2;
const shownInside = 1;
/** Characters of a text that an abridged answer shows. */
const shownCharacters = 90;

/** An answer as the page prints it: long lists and texts are cut, and what was cut is said in their place. */
export const abridged = (value: unknown, most = shownMembers): unknown => {
  if (typeof value === 'string')
    return value.length > shownCharacters + 10 ? `${value.slice(0, shownCharacters)} ...` : value;
  if (Array.isArray(value)) {
    const shown = value.slice(0, most).map((each) => abridged(each, shownInside));
    const left = value.length - shown.length;
    return left > 0 ? [...shown, `... ${left} more`] : shown;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, abridged(each, most)]));
};

const isWord = (text: string): boolean => /^[A-Z][A-Z_]+$/.test(text);

/**
 * What has to be the same whenever the demo is asked: names of fields, kinds of values, and words of enums. Times, ids and
 * figures differ from start to start.
 */
export const shapeOf = (value: unknown): unknown => {
  if (typeof value === 'string') return isWord(value) ? value : 'text';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object' || value === null) return value === null ? null : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
};
