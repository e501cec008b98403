import type { Answer, Call } from './call.ts';
import type { Together } from './operation.ts';

/** One that waits to be read with others. */
export interface Waiting {
  readonly call: Call;
  readonly together: Together;
  /** Whether it has its answer, or waits for no others any more. */
  isOver: boolean;
  /** Whether that is since it took too long. */
  isLate: boolean;
  /** Its answer; nothing once it is over. */
  end(answer: () => Promise<Answer>): void;
  /** It waits for no others: it is read alone, unless nobody waits for it. */
  alone(): void;
  /** Told when it waits no more and has no answer of others. */
  onGone: () => void;
}

interface WaitingParts {
  /** The longest that it waits for others, milliseconds. */
  readonly longestMs: number;
  readonly readAlone: () => Promise<Answer>;
}

/** One that begins to wait, and the answer that it comes to. */
export const createWaiting = (
  call: Call,
  together: Together,
  { longestMs, readAlone }: WaitingParts,
): { readonly one: Waiting; readonly answer: Promise<Answer> } => {
  const { promise: answer, resolve } = Promise.withResolvers<Answer>();
  const { signal } = call.scope;
  const one: Waiting = {
    ...{ call, together, isOver: false, isLate: false, onGone: () => {} },
    end: (how) => {
      if (one.isOver) return;
      one.isOver = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', one.alone);
      resolve(how());
    },
    alone: () => {
      if (one.isOver) return;
      one.end(() => (signal.aborted ? Promise.reject(signal.reason) : readAlone()));
      one.onGone();
    },
  };
  const timer = setTimeout(() => {
    one.isLate = true;
    one.alone();
  }, longestMs).unref();
  signal.addEventListener('abort', one.alone, { once: true });
  return { one, answer };
};
