/** A value that is at hand, or a promise of it. What is at hand is not waited for: a promise costs each request that comes by. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once, where it is at hand. */
export const whenThere = <T, Next>(value: Soon<T>, next: (value: T) => Soon<Next>): Soon<Next> =>
  value instanceof Promise ? value.then(next) : next(value);
