/** The time of a request. */
interface Times {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Milliseconds before it at which reads have ended, so that there is time to answer; absent: none. */
  readonly answerMs?: number | undefined;
}

/** The longest time of a timer, milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** A signal that fires with a `TimeoutError` after so many milliseconds, at the soonest after one; beyond some 25 days never. */
export const timeoutAfter = (ms: number): AbortSignal =>
  ms > longestTimerMs ? new AbortController().signal : AbortSignal.timeout(Math.max(1, Math.ceil(ms)));

/** A limit of time whose end may move on while it lasts. */
export interface TimeLimit {
  /** Fires with a `TimeoutError`. */
  readonly signal: AbortSignal;
  /** It is not needed any more. */
  stop(): void;
}

/** `leftMs`: milliseconds from now to the end. When it is reached, `end` is asked whether it has moved on: epoch milliseconds. */
export const timeLimit = (leftMs: number, end: () => number): TimeLimit => {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number, endMs: number): void => {
    if (ms > longestTimerMs) return;
    timer = setTimeout(
      () => {
        const nextMs = end();
        if (nextMs > endMs) wait(nextMs - endMs, nextMs);
        else controller.abort(new DOMException('The time is over', 'TimeoutError'));
      },
      Math.max(1, Math.ceil(ms)),
    ).unref();
  };
  wait(leftMs, end());
  return { signal: controller.signal, stop: () => clearTimeout(timer) };
};

/** The part of the time left that one read may take: the rest is for what follows it. */
const shareOfTimeLeft = 2 / 3;

/** When a call of a request has to have ended: a read before the answer is made, an act with the request. */
export const endOf = ({ deadline, answerMs = 0 }: Times, isRead: boolean): number =>
  isRead ? deadline - answerMs : deadline;

/** Milliseconds that a call may take, or wait for what it needs. A read leaves some of the time to what follows. */
export const timeFor = (times: Times, isRead: boolean, nowMs: number): number =>
  (endOf(times, isRead) - nowMs) * (isRead ? shareOfTimeLeft : 1);
