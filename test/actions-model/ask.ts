import type { Asked } from './asks.ts';

/** What a target was last told as. `done`, `not`: surely; `open`: nobody knows, or a part; `other`: another is under way. */
export type Said = 'done' | 'not' | 'open' | 'other';

/** One request of a caller, with everything that was said of it. */
export interface Ask {
  readonly nth: number;
  readonly asked: Asked;
  /** Null: it is asked once. */
  readonly key: string | null;
  /** Null: it needs no approval. */
  readonly approvalId: string | null;
  readonly requestIds: Set<string>;
  readonly said: Map<string, Said>;
  /** Whether it may be asked again: its key is remembered, its approval has time left. */
  isOver: boolean;
  /** Nobody may perform it. */
  isRejected: boolean;
  attempts: number;
}

/** What was found wrong, in the words of the fault matrix. */
export class Violation extends Error {
  constructor(verdict: 'LOST' | 'REPEATED' | 'UNTRUE', { nth, asked, key }: Ask, what: string) {
    super(`${verdict} ask ${nth} (${asked.name}${key === null ? '' : ', key'}): ${what}`);
  }
}

const notDone: readonly (string | null)[] = ['REFUSED', 'FAILED', 'NOT_BEGUN'];
/** What a target is told as by its outcome. */
export const saidOf = (outcome: string | null, error: unknown): Said => {
  if (outcome === 'UNDER_WAY') return 'other';
  if (notDone.includes(outcome)) return 'not';
  return outcome === 'DONE' && error === null ? 'done' : 'open';
};

/** Holds what Microsoft's side shows against everything that was said. */
export const check = (list: readonly Ask[]): void => {
  for (const ask of list) {
    for (const [target, said] of ask.said) {
      const found = ask.asked.found(target).length;
      if (found > 1) throw new Violation('REPEATED', ask, `${found} times at Microsoft`);
      if (found === 0 && said === 'done') throw new Violation('UNTRUE', ask, 'told as done, and is not there');
      if (found > 0 && said === 'not') throw new Violation('UNTRUE', ask, 'told as not done, and is there');
    }
  }
};
