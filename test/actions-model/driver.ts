import type { SteppedClock } from './clock.ts';
import type { Life } from './life.ts';
import type { FaultyMicrosoft } from './microsoft.ts';

type Answer<T> = { readonly value: T } | { readonly error: unknown } | 'killed';

/** Longer than anything sleeps that goes on. */
const patienceMs = 900_000;

/** Lets time pass while something is going on. */
export const createDriver = (clock: SteppedClock, microsoft: Pick<FaultyMicrosoft, 'deliver'>) => {
  const during = async <T>(work: Promise<T>, life: Life | null): Promise<Answer<T>> => {
    let answer: Answer<T> | undefined;
    work.then(
      (value) => {
        answer = { value };
      },
      (error: unknown) => {
        answer = { error };
      },
    );
    for (;;) {
      await clock.quiet();
      await microsoft.deliver();
      if (life?.isDead() === true) return 'killed';
      if (answer !== undefined) return answer;
      if (!clock.step(patienceMs)) throw new Error('Nothing goes on, and there is no answer');
    }
  };
  const pass = async (ms: number): Promise<void> => {
    const end = clock.now() + ms;
    while (clock.now() < end) {
      await clock.pass(Math.min(5000, end - clock.now()));
      await microsoft.deliver();
    }
    await clock.quiet();
  };
  return { during, pass };
};
