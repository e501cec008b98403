import type { Answer, Call } from './call.ts';
import type { Together } from './operation.ts';

/** One that waits to be read with others. */
export interface Waiting {
  readonly call: Call;
  readonly together: Together;
  /** Whether it has its answer, or waits for no others any more. */
  isOver: boolean;
  /** Whether nobody waits for it any more, or it waits for no others. */
  isLeft(): boolean;
  /** Its answer; nothing once it is over. */
  end(answer: () => Promise<Answer>): void;
  /** It waits for no others: it is read alone, unless nobody waits for it. */
  alone(): void;
}

/**
 * One that begins to wait, and the answer that it comes to. It has no time and listens to nobody, as there are many of them: who reads for it
 * looks now and then who is left.
 */
export const createWaiting = (
  call: Call,
  together: Together,
  readAlone: () => Promise<Answer>,
): { readonly one: Waiting; readonly answer: Promise<Answer> } => {
  const { promise: answer, resolve } = Promise.withResolvers<Answer>();
  const { signal } = call.scope;
  const one: Waiting = {
    ...{ call, together, isOver: false },
    isLeft: () => one.isOver || signal.aborted,
    end: (how) => {
      if (one.isOver) return;
      one.isOver = true;
      resolve(how());
    },
    alone: () => one.end(() => (signal.aborted ? Promise.reject(signal.reason) : readAlone())),
  };
  return { one, answer };
};
