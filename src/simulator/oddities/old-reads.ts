import type { Route, SimResponse } from '../http/types.ts';
import type { OddityValues } from './values.ts';

/** Answers of reads as they were when they were first asked for, while the oddity `oldReads` names their operation. */
export const createOldReads = () => {
  const answers = new Map<string, SimResponse>();
  /** `question`: the same for two requests that ask for the same. */
  return (
    question: string,
    route: Pick<Route, 'id'>,
    answer: SimResponse,
    { oldReads }: Pick<OddityValues, 'oldReads'>,
  ): SimResponse => {
    if (!oldReads.includes(route.id)) {
      answers.delete(question);
      return answer;
    }
    const first = answers.get(question) ?? { ...answer, body: structuredClone(answer.body) };
    answers.set(question, first);
    return first;
  };
};
