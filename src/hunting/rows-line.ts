import type { Clock } from '../clock.ts';

/** Parts of rows between who reads them from Microsoft and who takes them to the caller. */
export interface RowsLine<T> {
  /** Adds one. A promise: more should wait until it is settled. */
  give(part: T): Promise<void> | undefined;
  /** No more come; `failure`: and why. */
  end(failure?: { readonly thrown: unknown }): void;
  /** All of them, in their order. Throws the failure behind the last one. */
  readonly parts: AsyncGenerator<T, void, void>;
}

/** Parts that wait before more has to. */
const most = 2;

/**
 * Milliseconds in which callers who take rows slowly hold Microsoft's answer up, in all: it has a time of its own. What comes later
 * waits in memory.
 */
const patienceMs = 5000;

/** Why a pause ends; one that is made by itself costs more than the rows. */
const taken = new Error('A part was taken');

/** A line of parts, of which few wait as long as the reader has patience. */
export const createRowsLine = <T>(clock: Clock): RowsLine<T> => {
  const waiting: T[] = [];
  let isOver = false;
  let failure: { readonly thrown: unknown } | undefined;
  let leftMs = patienceMs;
  let wake = (): void => {};
  let room = new AbortController();

  const pause = async (): Promise<void> => {
    const { signal } = room;
    const started = clock.now();
    await clock.sleep(leftMs, signal).catch(() => {});
    leftMs = signal.aborted ? leftMs - (clock.now() - started) : 0;
  };

  async function* parts(): RowsLine<T>['parts'] {
    try {
      for (;;) {
        const part = waiting.shift();
        if (part !== undefined) {
          if (waiting.length < most) {
            room.abort(taken);
            room = new AbortController();
          }
          yield part;
        } else if (isOver) {
          if (failure !== undefined) throw failure.thrown;
          return;
        } else {
          const { promise, resolve } = Promise.withResolvers<void>();
          wake = resolve;
          await promise;
        }
      }
    } finally {
      isOver = true;
      waiting.length = 0;
      room.abort(taken);
    }
  }

  return {
    give: (part) => {
      if (isOver) return undefined;
      waiting.push(part);
      wake();
      return waiting.length < most || leftMs <= 0 ? undefined : pause();
    },
    end: (thrown) => {
      isOver = true;
      failure = thrown;
      wake();
    },
    parts: parts(),
  };
};
