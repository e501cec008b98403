/** How one string operator tests; both texts as written, the operator folds case itself if it does. */
type Test = (text: string, term: string) => boolean;

const wordCharacter = /[\p{L}\p{N}]/u;

function isWord(character: string): boolean {
  return character !== '' && wordCharacter.test(character);
}

/** Whether the term stands in the text with term borders at the sides asked for. */
function findsTerm(text: string, term: string, sides: { readonly before: boolean; readonly after: boolean }): boolean {
  if (term === '') return true;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
    const end = at + term.length;
    const before = !sides.before || !isWord(text.charAt(at - 1)) || !isWord(term.charAt(0));
    const after = !sides.after || !isWord(text.charAt(end)) || !isWord(term.charAt(term.length - 1));
    if (before && after) return true;
  }
  return false;
}

const whole = { before: true, after: true };
const prefix = { before: true, after: false };
const suffix = { before: false, after: true };

const sensitive: Readonly<Record<string, Test>> = {
  has: (text, term) => findsTerm(text, term, whole),
  hasprefix: (text, term) => findsTerm(text, term, prefix),
  hassuffix: (text, term) => findsTerm(text, term, suffix),
  contains: (text, term) => text.includes(term),
  startswith: (text, term) => text.startsWith(term),
  endswith: (text, term) => text.endsWith(term),
};

/**
 * The positive string operators by name: the plain ones fold case, `_cs` ones do not.
 * https://learn.microsoft.com/kusto/query/datatypes-string-operators
 */
export const textOperators: ReadonlyMap<string, Test> = new Map<string, Test>([
  ...Object.entries(sensitive).flatMap(([name, test]): [string, Test][] => [
    [`${name}_cs`, test],
    [name, (text, term) => test(text.toLowerCase(), term.toLowerCase())],
  ]),
  ['=~', (text, term) => text.toLowerCase() === term.toLowerCase()],
]);

/** `has` for `has_any` and `has_all`. */
export const hasTerm: Test = (text, term) => findsTerm(text.toLowerCase(), term.toLowerCase(), whole);
