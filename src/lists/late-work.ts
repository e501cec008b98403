import type { Clock } from '../clock.ts';
import type { CallScope } from '../scope.ts';

/** Work that has to end by a time, or with its request. */
export interface Work {
  /** Epoch milliseconds. */
  readonly until: number;
  /** Its time is over. */
  readonly late: () => void;
  /** The request is over. */
  readonly left: (reason: unknown) => void;
}

/** What of one request is under way. */
export interface WorkUnderWay {
  begin(work: Work): void;
  end(work: Work): void;
}

/** Why a time is no longer waited for; one for all, since an error costs a stack. */
const isDone = new Error('The work is done');

const createWork = ({ signal }: Pick<CallScope, 'signal'>, clock: Clock, onIdle: () => void): WorkUnderWay => {
  const under = new Set<Work>();
  let timer: AbortController | null = null;
  let wakesAt = Number.POSITIVE_INFINITY;

  const leave = (): void => {
    for (const { left } of under) left(signal.reason);
  };
  const stop = (): void => {
    timer?.abort(isDone);
    timer = null;
    wakesAt = Number.POSITIVE_INFINITY;
  };
  const wake = (): void => {
    stop();
    const late = [...under].filter(({ until }) => until <= clock.now());
    for (const work of late) under.delete(work);
    wait();
    for (const work of late) work.late();
  };
  const wait = (): void => {
    let next = Number.POSITIVE_INFINITY;
    for (const { until } of under) next = Math.min(next, until);
    if (next >= wakesAt || next === Number.POSITIVE_INFINITY) return;
    stop();
    timer = new AbortController();
    wakesAt = next;
    clock.sleep(Math.max(0, next - clock.now()), timer.signal).then(wake, () => {});
  };

  return {
    begin: (work) => {
      if (under.size === 0) signal.addEventListener('abort', leave);
      under.add(work);
      if (work.until < wakesAt) wait();
    },
    end: (work) => {
      under.delete(work);
      if (under.size > 0) return;
      signal.removeEventListener('abort', leave);
      stop();
      onIdle();
    },
  };
};

const ofRequests = new WeakMap<CallScope, WorkUnderWay>();

/** What is under way for the tenants of a request, which has one timer and one listener however many they are. */
export const workOf = (scope: CallScope, clock: Clock): WorkUnderWay => {
  const known = ofRequests.get(scope);
  if (known !== undefined) return known;
  const work = createWork(scope, clock, () => ofRequests.delete(scope));
  ofRequests.set(scope, work);
  return work;
};
