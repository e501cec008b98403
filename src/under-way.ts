/** What is under way at present. */
export interface UnderWay<T> {
  /** From now on; what it returns ends it, and does nothing the second time. */
  begin(one: T): () => void;
  /** All that has begun and not ended, the oldest first. */
  all(): readonly T[];
}

interface Place<T> {
  one: T | undefined;
  before: Place<T> | undefined;
  after: Place<T> | undefined;
}

/**
 * Nothing is under way. A list whose places let go of their neighbours, not a `Set` or a `Map`: each time that one of these makes
 * room for others, V8 has the table of before point to the next. One table in the old space that nobody uses any more then holds all
 * that come after it, with what was in them, until the whole heap is collected (docs/adr/0029-what-memory-costs.md).
 */
export const createUnderWay = <T>(): UnderWay<T> => {
  let [first, last]: (Place<T> | undefined)[] = [];
  return {
    begin: (one) => {
      const place: Place<T> = { one, before: last, after: undefined };
      if (last === undefined) first = place;
      else last.after = place;
      last = place;
      return () => {
        if (place.one === undefined) return;
        const { before, after } = place;
        if (before === undefined) first = after;
        else before.after = after;
        if (after === undefined) last = before;
        else after.before = before;
        place.one = undefined;
        place.before = undefined;
        place.after = undefined;
      };
    },
    all: () => {
      const found: T[] = [];
      for (let place = first; place !== undefined; place = place.after)
        if (place.one !== undefined) found.push(place.one);
      return found;
    },
  };
};

/** What is under way at present, one of each key. */
export interface UnderWayByKey<T> {
  get(key: string): T | undefined;
  /** From now on, instead of what was under way there; what it returns ends this one, and does nothing where another has taken its place. */
  begin(key: string, one: T): () => void;
}

/** Nothing is under way. The tables of a `Map`, which V8 keeps as said above, hold places alone, which are empty by then. */
export const createUnderWayByKey = <T>(): UnderWayByKey<T> => {
  const places = new Map<string, { one: T | undefined }>();
  return {
    get: (key) => places.get(key)?.one,
    begin: (key, one) => {
      const place: { one: T | undefined } = { one };
      places.set(key, place);
      return () => {
        place.one = undefined;
        if (places.get(key) === place) places.delete(key);
      };
    },
  };
};
