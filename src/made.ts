/** By which something that is made of another is found again: how it is made. */
export interface Recipe<T> {
  /** Nothing has it: it says what is made. */
  readonly makes?: T;
}

/** What was made of one thing, for all who share it. It lives as long as the thing, in whose field it stands. */
export interface Made {
  /** What the recipe makes of the thing: `make` is called the first time. */
  once<T>(recipe: Recipe<T>, make: () => T): T;
  /** What was made of single parts of it, which others that come after it may have as well; absent: it has no successor. */
  readonly parts?: Made;
}

/**
 * Nothing is made yet. Not a `WeakMap` with the thing as its key: what an old `WeakMap` holds outlives V8's young collections, and
 * all that hangs on it is then cleared away with the old objects, at many times the cost (docs/adr/0029-what-memory-costs.md).
 */
export const createMade = (parts?: Made): Made => {
  let made: Map<Recipe<unknown>, unknown> | undefined;
  function once<T>(recipe: Recipe<T>, make: () => T): T;
  function once(recipe: Recipe<unknown>, make: () => unknown): unknown {
    made ??= new Map();
    if (!made.has(recipe)) made.set(recipe, make());
    return made.get(recipe);
  }
  return parts === undefined ? { once } : { once, parts };
};
