/** There was no room for a large answer in the time of its call. */
export class NoRoomError extends Error {
  constructor(cause: unknown) {
    super('Too many large answers are in memory at the same time', { cause });
    this.name = 'NoRoomError';
  }
}

/** One large answer that is read. */
export interface LargeAnswer {
  /** Takes room for more bytes, or waits for it: then it is a promise, which rejects with a `NoRoomError` when `signal` fires. */
  grow(bytes: number, signal: AbortSignal | undefined): Promise<void> | undefined;
  /** It was given up, or read: `isKept` until its request is released. */
  end(isKept: boolean): void;
}

/** Room for the large answers that are in the memory of the process: while they are read, and as long as their request lasts. */
export interface LargeAnswers {
  /** `request`: whose answer it is; absent: nobody's, and it is not kept. */
  begin(request?: object): LargeAnswer;
  /** The request was answered: its answers are no longer kept. One that is forgotten is released when it is garbage. */
  release(request: object): void;
}

/** Smaller ones are read without asking: they come whole in a few packets. */
export const largeFromBytes = 1024 * 1024;

/** What one request holds, and what waits to be more of it. */
interface Holder {
  held: number;
  kept: number;
  reading: number;
  /** Its request was answered: what is read for it still, as for others who joined the call, is not kept. */
  isOver: boolean;
  readonly waiting: Set<{ readonly enter: () => boolean }>;
}

/**
 * Room for `maxBytes`. What comes beyond is left on its connection, until other requests are answered. The request whose large
 * answers were begun first never waits, so that one always comes to its end, within its own budget.
 */
export const createLargeAnswers = (maxBytes: number): LargeAnswers => {
  let held = 0;
  /** In the order in which they were begun. */
  const holders = new Set<Holder>();
  const byRequest = new WeakMap<object, Holder>();

  const fits = (holder: Holder, bytes: number): boolean =>
    held + bytes <= maxBytes || holders.values().next().value === holder;
  const take = (holder: Holder, bytes: number): void => {
    held += bytes;
    holder.held += bytes;
  };
  const give = (holder: Holder, bytes: number): void => {
    held -= bytes;
    holder.held -= bytes;
    if (holder.held <= 0 && holder.reading === 0) holders.delete(holder);
    for (const { waiting } of holders) for (const waiter of waiting) if (waiter.enter()) waiting.delete(waiter);
  };
  const releaseHolder = (holder: Holder): void => {
    const { kept } = holder;
    holder.kept = 0;
    give(holder, kept);
  };
  const forgotten = new FinalizationRegistry(releaseHolder);

  const holderOf = (request: object | undefined): Holder => {
    const known = request === undefined ? undefined : byRequest.get(request);
    const holder = known ?? { held: 0, kept: 0, reading: 0, isOver: false, waiting: new Set() };
    if (request !== undefined && known === undefined) {
      byRequest.set(request, holder);
      forgotten.register(request, holder);
    }
    holders.add(holder);
    return holder;
  };

  return {
    begin: (request) => {
      const holder = holderOf(request);
      holder.reading += 1;
      let own = 0;
      return {
        grow: (bytes, signal) => {
          if (fits(holder, bytes)) {
            take(holder, bytes);
            own += bytes;
            return undefined;
          }
          return new Promise((resolve, reject) => {
            const waiter = {
              enter: (): boolean => {
                if (!fits(holder, bytes)) return false;
                signal?.removeEventListener('abort', leave);
                take(holder, bytes);
                own += bytes;
                resolve();
                return true;
              },
            };
            const leave = (): void => {
              holder.waiting.delete(waiter);
              reject(new NoRoomError(signal?.reason));
            };
            if (signal?.aborted) return leave();
            signal?.addEventListener('abort', leave, { once: true });
            holder.waiting.add(waiter);
          });
        },
        end: (isKept) => {
          holder.reading -= 1;
          const stays = isKept && request !== undefined && !holder.isOver;
          if (stays) holder.kept += own;
          give(holder, stays ? 0 : own);
        },
      };
    },
    release: (request) => {
      const holder = byRequest.get(request);
      if (holder === undefined) return;
      holder.isOver = true;
      releaseHolder(holder);
    },
  };
};
