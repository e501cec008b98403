import type { ApiName } from '../../clouds/endpoints.ts';
import { notAfter, notBlank, notEmpty } from '../../domain/filter-faults.ts';
import { conditionsOf } from '../../domain/filters.ts';
import { compareTimes } from '../../domain/time.ts';
import { InputError } from '../../errors.ts';
import { spellingsOf, type Words, type WordTable } from '../../unification/words/words.ts';
import { anyOf, type Condition, compareNumber, compareText, compareTime, noneOf } from '../../upstream/http/odata.ts';

/** A condition in the forms that an API may take it in, in the order of trying; the second follows on a 400. */
export type PushedForms = readonly [Condition, ...Condition[]];

/**
 * One condition of a filter. `meets` decides, whoever answered: it reads the value once, and then judges row after row, so that
 * thousands of values take no longer than one. `push` only narrows what an API sends: **every row that `meets` accepts has to
 * pass it**, so what an API may write in another case, or leave null, is not pushed.
 */
export interface FilterRow<V, T> {
  readonly meets: (value: V) => (entity: T) => boolean;
  /** By API; absent or `null`: it does not take the condition (with this value), and the gateway looks for the rows itself. */
  readonly push: Readonly<Partial<Record<ApiName, (value: V) => PushedForms | null>>>;
  /** Throws `BAD_USER_INPUT` for a value that nothing can meet. */
  readonly check?: (value: V, field: string) => void;
  /** The pushed text is a guess (of letter case): an answer without rows proves nothing and is asked again without it. */
  readonly isGuess?: boolean;
}

/** Every condition of a filter: a missing one is a compile error. */
export type FilterRows<F, T> = { readonly [K in keyof F]-?: FilterRow<NonNullable<F[K]>, T> };

/** Where an API keeps what a condition is about, and the words of our values. */
type WordPlaces<V extends string> = Readonly<
  Partial<Record<ApiName, readonly [property: string, words: WordTable<V>]>>
>;
type Places = Readonly<Partial<Record<ApiName, string>>>;
type Push<V> = FilterRow<V, never>['push'];

/** Texts as they are compared without regard to case. */
const lowered = (values: readonly string[]): ReadonlySet<string> => new Set(values.map((value) => value.toLowerCase()));

const pushAll = <P, V>(
  places: Readonly<Partial<Record<ApiName, P>>>,
  pushTo: (place: P, value: V, api: ApiName) => PushedForms | null,
): Push<V> => {
  const at = (api: ApiName) => {
    const place = places[api];
    return place === undefined ? undefined : (value: V) => pushTo(place, value, api);
  };
  const [graph, m365d, mde] = [at('graph'), at('m365d'), at('mde')];
  return { ...(graph && { graph }), ...(m365d && { m365d }), ...(mde && { mde }) };
};

/** Comparisons of one condition; ASP.NET's OData takes 25 of them a filter unless it is told otherwise. */
const maxComparisons = 20;

/**
 * Every spelling of the values, for a service may keep any of them; one that refuses some checks words against an enum, and keeps
 * those that it takes alone: the printed ones, or its own. Of many values, those words are shut out that stand for others.
 */
const wordForms = <V extends string>(
  property: string,
  words: WordTable<V>,
  values: readonly V[],
  api: ApiName,
): PushedForms | null => {
  const asked = [...new Set(values)];
  const spelled = asked.flatMap((value) => spellingsOf(words, value, api) ?? []);
  if (spelled.length === 0 || spelled.length < asked.length) return null;
  const among = (texts: readonly string[]) => anyOf(texts.map((text) => compareText(property, 'eq', text)));
  const all = spelled.flatMap((each) => each.all);
  const printed = spelled.flatMap((each) => each.printed);
  const own = spelled.map((each) => each.own);
  // Always three, for a form that was refused is known by its place.
  if (all.length <= maxComparisons) return [among(all), among(printed), among(own)];
  const names = new Set<string>(asked);
  const others = Object.entries<Words>(words).flatMap(([value, row]) => (names.has(value) ? [] : (row[api] ?? [])));
  if (others.length === 0 || others.length > maxComparisons) return null;
  const none = noneOf(property, others);
  return [none, none, none];
};

/**
 * The entity's word is one of ours. `fallback`: the value that stands for null and for words that Microsoft added, none of
 * which a comparison finds: with it among the values nothing is pushed, nor with a value that an API has no word for.
 */
export const amongWords = <V extends string, T>(
  of: (entity: T) => V,
  places: WordPlaces<V>,
  fallback: NoInfer<V> | 'UNKNOWN' = 'UNKNOWN',
): FilterRow<readonly V[], T> => ({
  meets: (values) => {
    const wanted = new Set(values);
    return (entity) => wanted.has(of(entity));
  },
  push: pushAll(places, ([property, words], values: readonly V[], api) =>
    values.some((value) => value === fallback) ? null : wordForms(property, words, values, api),
  ),
  check: notEmpty,
});

/** The entity's texts have one of the values, without regard to case. Not pushed: OData compares with case. */
export const amongTexts = <T>(of: (entity: T) => readonly (string | null)[]): FilterRow<readonly string[], T> => ({
  meets: (values) => {
    const wanted = lowered(values);
    return (entity) => of(entity).some((text) => text !== null && wanted.has(text.toLowerCase()));
  },
  push: {},
  check: notEmpty,
});

/**
 * The entity's id is one of the values, without regard to case. `places`: properties that hold it in lower case.
 * `checkId`: throws for what has not the form of an id.
 */
export const amongIds = <T>(
  of: (entity: T) => string | null,
  places: Places,
  checkId: (id: string, field: string) => unknown,
): FilterRow<readonly string[], T> => ({
  meets: (ids) => {
    const wanted = lowered(ids);
    return (entity) => wanted.has(of(entity)?.toLowerCase() ?? '');
  },
  push: pushAll(places, (property, ids: readonly string[]) => [
    anyOf(ids.map((id) => compareText(property, 'eq', id.toLowerCase()))),
  ]),
  check: (ids, field) => {
    notEmpty(ids, field);
    for (const id of ids) checkId(id, field);
  },
});

/** The entity's text is the value, without regard to case. `push`: for values whose form in an API is certain. */
export const sameText = <T>(
  of: (entity: T) => string | null,
  push: Push<string> = {},
  check?: (value: string, field: string) => unknown,
): FilterRow<string, T> => ({
  meets: (value) => {
    const wanted = value.toLowerCase();
    return (entity) => of(entity)?.toLowerCase() === wanted;
  },
  push,
  ...(check === undefined ? {} : { check: (value, field) => void check(value, field) }),
});

/** A number that an API may keep as text: compared as a number, then as text. `null` for what is no number. */
export const numberForms = (property: string, value: string): PushedForms | null =>
  /^(0|[1-9]\d{0,14})$/.test(value)
    ? [compareNumber(property, 'eq', Number(value)), compareText(property, 'eq', value)]
    : null;

/** Part of a text, without regard to case. */
export const containsText = <T>(of: (entity: T) => string | null): FilterRow<string, T> => ({
  meets: (part) => {
    const wanted = part.toLowerCase();
    return (entity) => of(entity)?.toLowerCase().includes(wanted) ?? false;
  },
  push: {},
});

/** At or after the moment; what has no time does not meet it. */
export const since = <T>(of: (entity: T) => string | null, places: Places): FilterRow<string, T> => ({
  meets: (moment) => (entity) => of(entity) !== null && compareTimes(of(entity), moment) >= 0,
  push: pushAll(places, (property, moment: string) => [compareTime(property, 'ge', moment)]),
});

/** Before the moment; what has no time does not meet it. */
export const until = <T>(of: (entity: T) => string | null, places: Places): FilterRow<string, T> => ({
  meets: (moment) => (entity) => of(entity) !== null && compareTimes(of(entity), moment) < 0,
  push: pushAll(places, (property, moment: string) => [compareTime(property, 'lt', moment)]),
});

/** Whether a text is there. Not pushed: what is unset is null in one API and empty in another. */
export const isUnset = <T>(of: (entity: T) => string | null): FilterRow<boolean, T> => ({
  meets: (unset) => (entity) => ((of(entity) ?? '') === '') === unset,
  push: {},
});

/** Conditions of a filter whose `null` would be taken for a value, and what to ask instead. */
const nullIsAsked: Readonly<Record<string, string>> = { assignedTo: 'unassigned: true' };

/**
 * Throws `BAD_USER_INPUT` where the filter asks for what cannot be: an empty list, a malformed id, an end before its start,
 * `assignedTo: null`. Any other condition that is `null` is none.
 */
export const checkFilter = <F extends object, T>(filter: F, rows: FilterRows<F, T>): void => {
  for (const [name, instead] of Object.entries(nullIsAsked)) {
    const field = `filter.${name}`;
    if (Object.entries(filter).some(([key, value]) => key === name && value === null))
      throw new InputError(`${field}: null is no name; for what nobody works on ask ${instead}`, { field });
  }
  const texts = new Map<string, string>();
  for (const key of conditionsOf(filter)) {
    const value = filter[key];
    if (value === null || value === undefined) continue;
    notBlank(value, `filter.${String(key)}`);
    rows[key].check?.(value, `filter.${String(key)}`);
    if (typeof value === 'string') texts.set(String(key), value);
  }
  for (const [name, after] of texts) {
    const stem = name.endsWith('After') ? name.slice(0, -'After'.length) : null;
    const before = stem === null ? undefined : texts.get(`${stem}Before`);
    if (before !== undefined) notAfter({ field: `filter.${name}`, after }, { name: `${stem}Before`, before });
  }
};

/** Whether an entity meets every condition but those of `answered`; `undefined`: there is no other. */
export const rowMatcher = <F extends object, T>(
  filter: F,
  rows: FilterRows<F, T>,
  answered: readonly (keyof F)[] = [],
): ((entity: T) => boolean) | undefined => {
  const rules = conditionsOf(filter)
    .filter((key) => !answered.includes(key))
    .flatMap((key) => {
      const value = filter[key];
      return value === null || value === undefined ? [] : [rows[key].meets(value)];
    });
  return rules.length === 0 ? undefined : (entity) => rules.every((rule) => rule(entity));
};

/** What of a filter one API can be asked for. */
export interface PushedFilter {
  /** By the name of the condition. */
  readonly conditions: readonly { readonly name: string; readonly forms: PushedForms; readonly isGuess: boolean }[];
  /** Whether every condition is among them. */
  readonly whole: boolean;
}

/** The conditions that an API takes, but for those of `answered`, which the way of reading meets by itself. */
export const pushedTo = <F extends object, T>(
  api: ApiName,
  filter: F,
  rows: FilterRows<F, T>,
  answered: readonly (keyof F)[] = [],
): PushedFilter => {
  const asked = conditionsOf(filter).filter((key) => !answered.includes(key));
  const conditions = asked.flatMap((key) => {
    const value = filter[key];
    const forms = value === null || value === undefined ? null : (rows[key].push[api]?.(value) ?? null);
    return forms === null ? [] : [{ name: String(key), forms, isGuess: rows[key].isGuess ?? false }];
  });
  return { conditions, whole: conditions.length === asked.length };
};
