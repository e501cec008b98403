/** The time of a request. */
interface Times {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Milliseconds before it at which reads have ended, so that there is time to answer; absent: none. */
  readonly answerMs?: number | undefined;
}

/** The longest time of a timer, milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A limit of time whose end may move on while it lasts. */
export interface TimeLimit {
  /** Fires with a `TimeoutError`, or with the reason of what it follows, or of `cancel`: whichever comes first. */
  readonly signal: AbortSignal;
  /** Whether it was the time that fired it. */
  isOver(): boolean;
  /** Fires it before its time. */
  cancel(reason: unknown): void;
  /** It is not needed any more: it fires no more, neither by its time nor by what it follows. */
  stop(): void;
}

/**
 * `leftMs`: milliseconds from now to the end, at the soonest after one; beyond some 25 days never. When it is reached, `end` is
 * asked whether it has moved on: epoch milliseconds. `followed` fires it as well. One signal for a call: `AbortSignal.any` over
 * one of `AbortSignal.timeout` does the same at several times the cost, most of it of the garbage collector. Who makes one stops it.
 */
export const timeLimit = (leftMs: number, end: () => number, followed?: AbortSignal): TimeLimit => {
  const controller = new AbortController();
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number, endMs: number): void => {
    if (ms > longestTimerMs) return;
    timer = setTimeout(
      () => {
        const nextMs = end();
        if (nextMs > endMs) return wait(nextMs - endMs, nextMs);
        isOver = !controller.signal.aborted;
        controller.abort(new DOMException('The time is over', 'TimeoutError'));
      },
      Math.max(1, Math.ceil(ms)),
    ).unref();
  };
  const follow = (): void => controller.abort(followed?.reason);
  if (followed?.aborted) follow();
  else {
    followed?.addEventListener('abort', follow, { once: true });
    wait(leftMs, end());
  }
  return {
    signal: controller.signal,
    isOver: () => isOver,
    cancel: (reason) => controller.abort(reason),
    stop: () => {
      clearTimeout(timer);
      followed?.removeEventListener('abort', follow);
    },
  };
};

/** The part of the time left that one read may take: the rest is for what follows it. */
const shareOfTimeLeft = 2 / 3;

/** When a call of a request has to have ended: a read before the answer is made, an action with the request. */
export const endOf = ({ deadline, answerMs = 0 }: Times, isRead: boolean): number =>
  isRead ? deadline - answerMs : deadline;

/** Milliseconds that a call may take, or wait for what it needs. A read leaves some of the time to what follows. */
export const timeFor = (times: Times, isRead: boolean, nowMs: number): number =>
  (endOf(times, isRead) - nowMs) * (isRead ? shareOfTimeLeft : 1);
