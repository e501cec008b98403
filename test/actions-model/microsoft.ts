import type { Simulator } from '../../src/simulator/index.ts';
import { createHttpClient, NoConnectionError } from '../../src/upstream/http/agent.ts';
import type { Http, HttpAnswer } from '../../src/upstream/http/http.ts';
import type { SteppedClock } from './clock.ts';

/** What goes wrong with a call that changes something. */
export const changeFaults = {
  /** 429: not done. */
  throttled: { isDone: 'no', answer: 429, retryAfter: '90' },
  /** There is no connection: not done. */
  refused: { isDone: 'no', answer: 'refused' },
  /** 500 before it. */
  failed: { isDone: 'no', answer: 500 },
  /** 500 after it. */
  failedAfter: { isDone: 'yes', answer: 500 },
  /** A front end says 503 with `Retry-After` after it. */
  unavailableAfter: { isDone: 'yes', answer: 503, retryAfter: '5' },
  /** The connection is cut before it. */
  cut: { isDone: 'no', answer: 'cut' },
  /** The connection is cut after it. */
  cutAfter: { isDone: 'yes', answer: 'cut' },
  /** The connection is cut, and it is done a minute later. */
  late: { isDone: 'later', answer: 'cut' },
} as const satisfies Record<
  string,
  {
    readonly isDone: 'no' | 'yes' | 'later';
    readonly answer: number | 'refused' | 'cut';
    readonly retryAfter?: string;
  }
>;
export type ChangeFault = keyof typeof changeFaults;

/** Reads that fail: none, those that tell what became of actions, all. */
const isUnread = {
  none: () => false,
  outcomes: (url: string) => !/\/machines(\/|\?|$)/.test(url),
  all: () => true,
} as const satisfies Record<string, (url: string) => boolean>;
export type Blindness = keyof typeof isUnread;

/** Milliseconds until what is late is done. */
export const lateMs = 60_000;

/** Microsoft's side, with faults between it and every process. */
export interface FaultyMicrosoft {
  readonly http: Http;
  /** The next calls that change something go wrong so, one each. */
  faults: ChangeFault[];
  /** Which reads fail from now on. */
  blindness: Blindness;
  /** Does what is due; resolves when it is done. */
  deliver(): Promise<void>;
  /** Calls that are still to be done. */
  late(): number;
  stop(): Promise<void>;
}

const isChange = (url: string, method: string): boolean => {
  const path = url.split('?')[0] ?? '';
  return method !== 'GET' && !/\/(token|\$batch|runHuntingQuery|findbytag)$/i.test(path);
};

const answerOf = (status: number, retryAfter?: string): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
  body: JSON.stringify({ error: { code: 'Fault', message: 'Try again later' } }),
});

const cut = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

export const createFaultyMicrosoft = (simulator: Pick<Simulator, 'caPem'>, clock: SteppedClock): FaultyMicrosoft => {
  const client = createHttpClient({ ca: [simulator.caPem] });
  const due: { readonly at: number; readonly work: () => Promise<unknown> }[] = [];
  const faulty: FaultyMicrosoft = {
    faults: [],
    blindness: 'none',
    late: () => due.length,
    http: (url, { signal: _real, ...init }) =>
      clock.busy(async () => {
        const call = () => client.request(url, init);
        if (!isChange(url, init.method)) {
          return isUnread[faulty.blindness](url) ? answerOf(500) : call();
        }
        const name = faulty.faults.shift();
        if (name === undefined) return call();
        const { isDone, answer, ...said } = changeFaults[name];
        if (isDone === 'yes') await call();
        if (isDone === 'later') due.push({ at: clock.now() + lateMs, work: call });
        if (answer === 'refused')
          throw new NoConnectionError(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
        if (answer === 'cut') throw cut();
        return answerOf(answer, 'retryAfter' in said ? said.retryAfter : undefined);
      }),
    deliver: async () => {
      for (const one of due.filter(({ at }) => at <= clock.now())) {
        due.splice(due.indexOf(one), 1);
        await clock.busy(one.work);
      }
    },
    stop: () => client.close(),
  };
  return faulty;
};
