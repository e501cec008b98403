/** What each API calls one of our enum values: `null` where it has no word that it takes, and other spellings that are read. */
export interface Words {
  readonly graph: string | null;
  readonly m365d: string | null;
  readonly mde: string | null;
  readonly also?: readonly string[];
}

/** Every value of an enum and its words: a missing value is a compile error. */
export type WordTable<Value extends string> = Readonly<Record<Value, Words>>;

/** Spellings that differ in case, underscores, spaces, commas and hyphens alone are one word. */
export const fold = (word: string): string => word.replace(/[\s_,-]/g, '').toLowerCase();

/** Reads any API's word for a value; an unknown one is `fallback`. Words spelled as documented are found without folding. */
export const readerOf = <Value extends string>(
  values: readonly Value[],
  table: WordTable<Value>,
  fallback: Value,
): ((word: unknown) => Value) => {
  const known = new Map<string, Value>();
  for (const value of values) {
    const { graph, m365d, mde, also = [] } = table[value];
    for (const word of [value, graph, m365d, mde, ...also])
      if (word !== null) known.set(word, value).set(fold(word), value);
  }
  return (word) => (typeof word === 'string' ? (known.get(word) ?? known.get(fold(word)) ?? fallback) : fallback);
};

/** As `read`, but null when nothing was sent: a reader for what need not be known. */
export const orNull =
  <Value>(read: (word: unknown) => Value) =>
  (word: unknown): Value | null =>
    typeof word === 'string' && word !== '' ? read(word) : null;

/** Whose words they are. */
type Api = 'graph' | 'm365d' | 'mde';

/** A word as services write it: as it is printed, with a small or a capital letter or abbreviation before it, and in one case. */
const cases = (word: string): readonly string[] => [
  word,
  word.replace(/^[A-Z]+(?=[A-Z][a-z])/, (abbreviation) => abbreviation.toLowerCase()),
  word.charAt(0).toLowerCase() + word.slice(1),
  word.charAt(0).toUpperCase() + word.slice(1),
  word.toLowerCase(),
  word.toUpperCase(),
];

/** What an API may write for a value, each list beginning with its own word. */
export interface Spellings {
  readonly own: string;
  /** Its own word, and those that are printed beside it: of before, or by another page. */
  readonly printed: readonly string[];
  /** These, other APIs' words and ours, in any case: all that is read as the value. */
  readonly all: readonly string[];
}

/** `null`: the API has no word for the value. */
export const spellingsOf = <Value extends string>(
  table: WordTable<Value>,
  value: Value,
  api: Api,
): Spellings | null => {
  const { [api]: own, graph, m365d, mde, also = [] } = table[value];
  if (own === null) return null;
  const words = [own, graph, m365d, mde, ...also].filter((word) => word !== null);
  return { own, printed: [own, ...also], all: [...new Set([...words.flatMap(cases), value])] };
};

/** The word of one API for a value, for its updates; null when it has none. */
export const writerOf =
  <Value extends string>(table: WordTable<Value>, api: Api) =>
  (value: Value): string | null =>
    table[value][api];

/** Reads an open set of names: a known one, or another product's name for it, in Graph's spelling; any other as sent. */
export const namesOf = (
  names: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): ((word: unknown) => string | null) => {
  const known = new Map<string, string>();
  for (const name of names) known.set(name, name).set(fold(name), name);
  for (const [alias, name] of Object.entries(aliases)) known.set(alias, name).set(fold(alias), name);
  return (word) =>
    typeof word === 'string' && word !== '' ? (known.get(word) ?? known.get(fold(word)) ?? word) : null;
};
