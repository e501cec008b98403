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

/** The directives of a header, by name in small letters; one that is said twice in different words has no value (RFC 9111 4.2.1). */
const directivesOf = (header: string): ReadonlyMap<string, string> => {
  const directives = new Map<string, string>();
  for (const part of header.split(',')) {
    const [word = '', text = ''] = part.split('=');
    const [name, value] = [word.trim().toLowerCase(), text.trim().replace(/^"(.*)"$/, '$1')];
    directives.set(name, (directives.get(name) ?? value) === value ? value : '');
  }
  return directives;
};

const isWhole = (text: string | undefined): text is string => text !== undefined && /^\d+$/.test(text);

/**
 * What the header `Cache-Control` of a request asks for (RFC 9111 5.2.1): `max-age` in seconds; `no-cache` and `no-store` read
 * anew, and of the last one nothing is kept. An age that is no number is none, as caches take it. Other directives are left alone.
 */
export const freshnessOf = (header: string | undefined): Freshness => {
  const directives = header === undefined ? undefined : directivesOf(header);
  const isStored = directives?.has('no-store') !== true;
  const isAnew = !isStored || directives?.has('no-cache') === true;
  const maxAge = directives?.get('max-age');
  const saidMs = isAnew ? 0 : isWhole(maxAge) ? Number(maxAge) * 1000 : directives?.has('max-age') ? 0 : null;
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
