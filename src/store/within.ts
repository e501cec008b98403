/** Rejects when `work` takes longer than `limitMs`; `work` itself goes on. */
export const within = <T>(work: Promise<T>, limitMs: number, what = 'Redis'): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} did not answer within ${limitMs} ms`)), limitMs);
  // Its end is nobody's any more once the limit is over.
  work.catch(() => {});
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};
