/** The next chunk, or the signal's reason, also of a source that hangs. The listener goes each time, or it would keep the chunk. */
export const nextOf = async <T>(
  chunks: AsyncGenerator<T, void, void>,
  signal: AbortSignal,
): Promise<IteratorResult<T, void>> => {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([chunks.next(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
