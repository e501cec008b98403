import { InputError } from '../errors.ts';

/** How old what a request is shown may be, and how old it was. Absent in a scope: all of it is read now, and nothing is kept. */
export interface Freshness {
  /** Milliseconds that a read may be old, whose own limit is `usualMs`. */
  acceptedMs(usualMs: number): number;
  /** Whether what is read may be kept for others. */
  readonly keeps: boolean;
  /** What answers were kept under, by tenant, as it was when the request asked first. */
  readonly generations: Map<string, Promise<string | undefined>>;
  /** Something so old was shown, in whole seconds. */
  used(ageSeconds: number): void;
  /** Of the oldest that was shown, in whole seconds; null: all of it was read for this request. */
  readonly ageSeconds: number | null;
  /** From now on the request reads anew, and keeps nothing: it changes something. */
  readAnew(): void;
}

/** The directives of a header, by name in small letters, each with all that is said of it. */
const directivesOf = (header: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const directives = new Map<string, Set<string>>();
  for (const part of header.split(',')) {
    const [word = '', text = ''] = part.split('=');
    const [name, value] = [word.trim().toLowerCase(), text.trim().replace(/^"(.*)"$/, '$1')];
    directives.set(name, (directives.get(name) ?? new Set()).add(value));
  }
  return directives;
};

/** The seconds of `max-age`; null: it is not said. Throws an `InputError` for what is no age, or two of them. */
const maxAgeOf = (said: ReadonlySet<string> | undefined): number | null => {
  if (said === undefined) return null;
  const [age = ''] = said;
  if (said.size > 1) throw new InputError('Cache-Control: max-age must be said once');
  if (!/^\d+$/.test(age))
    throw new InputError('Cache-Control: max-age must be a whole number of seconds, e.g. max-age=30');
  return Number(age);
};

/**
 * What the header `Cache-Control` of a request asks for (RFC 9111 5.2.1): `max-age` in seconds; `no-cache` and `no-store` read
 * anew, and of the last one nothing is kept. Throws an `InputError` for an age that is none. Other directives are left alone.
 */
export const freshnessOf = (header: string | undefined): Freshness => {
  const directives = header === undefined ? undefined : directivesOf(header);
  const isStored = directives?.has('no-store') !== true;
  const isAnew = !isStored || directives?.has('no-cache') === true;
  const maxAge = maxAgeOf(directives?.get('max-age'));
  const saidMs = isAnew ? 0 : maxAge === null ? null : maxAge * 1000;
  let isReadAnew = false;
  // No accessors: V8 makes a shape of each object that has them, and keeps with it all that they reach.
  const freshness: { -readonly [Key in keyof Freshness]: Freshness[Key] } = {
    acceptedMs: (usualMs) => (isReadAnew ? 0 : (saidMs ?? usualMs)),
    keeps: isStored,
    generations: new Map(),
    used: (ageSeconds) => {
      freshness.ageSeconds = Math.max(freshness.ageSeconds ?? 0, ageSeconds);
    },
    ageSeconds: null,
    readAnew: () => {
      isReadAnew = true;
      freshness.keeps = false;
    },
  };
  return freshness;
};
