/** There was no room for a large answer in the time of its call. */
export class NoRoomError extends Error {
  constructor(cause: unknown) {
    super('Too many large answers are read at the same time', { cause });
    this.name = 'NoRoomError';
  }
}

/** One large answer that is read. */
export interface LargeAnswer {
  /** Takes room for more bytes, or waits for it: then it is a promise, which rejects with a `NoRoomError` when `signal` fires. */
  grow(bytes: number, signal: AbortSignal | undefined): Promise<void> | undefined;
  /** It is read, or given up. */
  end(): void;
}

/** Room for the large answers that the process reads at the same time. */
export interface LargeAnswers {
  begin(): LargeAnswer;
}

/** Smaller ones are read without asking: they come whole in a few packets. */
export const largeFromBytes = 1024 * 1024;

interface Reader {
  held: number;
  /** What it waits for. */
  waiting: { readonly bytes: number; readonly enter: () => void } | null;
}

/**
 * Room for `maxBytes`. What comes beyond is left on its connection, until others are read. The answer that was begun first
 * never waits, so that one always comes to its end: together they are at most one answer more than the room.
 */
export const createLargeAnswers = (maxBytes: number): LargeAnswers => {
  let held = 0;
  /** In the order in which they were begun. */
  const readers = new Set<Reader>();

  const isFirst = (reader: Reader): boolean => readers.values().next().value === reader;
  const fits = (reader: Reader, bytes: number): boolean => held + bytes <= maxBytes || isFirst(reader);
  const take = (reader: Reader, bytes: number): void => {
    held += bytes;
    reader.held += bytes;
  };
  const admit = (): void => {
    for (const reader of readers) {
      const { waiting } = reader;
      if (waiting === null || !fits(reader, waiting.bytes)) continue;
      reader.waiting = null;
      take(reader, waiting.bytes);
      waiting.enter();
    }
  };

  return {
    begin: () => {
      const reader: Reader = { held: 0, waiting: null };
      readers.add(reader);
      return {
        grow: (bytes, signal) => {
          if (fits(reader, bytes)) {
            take(reader, bytes);
            return undefined;
          }
          return new Promise((resolve, reject) => {
            const leave = (): void => {
              reader.waiting = null;
              reject(new NoRoomError(signal?.reason));
            };
            if (signal?.aborted) return leave();
            signal?.addEventListener('abort', leave, { once: true });
            const enter = (): void => {
              signal?.removeEventListener('abort', leave);
              resolve();
            };
            reader.waiting = { bytes, enter };
          });
        },
        end: () => {
          held -= reader.held;
          reader.held = 0;
          readers.delete(reader);
          admit();
        },
      };
    },
  };
};
