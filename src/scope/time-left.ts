/** The time of a request. */
interface Times {
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Milliseconds before it at which reads have ended, so that there is time to answer; absent: none. */
  readonly answerMs?: number | undefined;
}

/** The part of the time left that one read may take: the rest is for what follows it. */
const shareOfTimeLeft = 2 / 3;

/** When a call of a request has to have ended: a read before the answer is made, an act with the request. */
export const endOf = ({ deadline, answerMs = 0 }: Times, isRead: boolean): number =>
  isRead ? deadline - answerMs : deadline;

/** Milliseconds that a call may take, or wait for what it needs. A read leaves some of the time to what follows. */
export const timeFor = (times: Times, isRead: boolean, nowMs: number): number =>
  (endOf(times, isRead) - nowMs) * (isRead ? shareOfTimeLeft : 1);
