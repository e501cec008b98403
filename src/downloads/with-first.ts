/** A source of which the first is known already. */
export interface Begun<T> {
  /** Null: there is none. */
  readonly first: T | null;
  /** All of them, the first one included. To end it ends the source at once, whether or not any of them was taken. */
  readonly all: AsyncGenerator<T, void, void>;
}

/**
 * Waits for the first of a source, so that one that cannot be had is known before anything is said of it. Not a generator of its own:
 * one that was never begun ends without a word to its source, which would stay open.
 */
export const withFirst = async <T>(source: AsyncGenerator<T, void, void>): Promise<Begun<T>> => {
  const known = await source.next();
  let isTaken = false;
  const all: AsyncGenerator<T, void, void> = {
    next: () => {
      if (isTaken) return source.next();
      isTaken = true;
      return Promise.resolve(known);
    },
    return: () => {
      isTaken = true;
      return source.return();
    },
    throw: (error: unknown) => {
      isTaken = true;
      return source.throw(error);
    },
    [Symbol.asyncIterator]: () => all,
    [Symbol.asyncDispose]: async () => {
      await all.return();
    },
  };
  return { first: known.done === true ? null : known.value, all };
};
