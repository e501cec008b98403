import type { Route, SimResponse } from '../http/types.ts';
import type { OddityValues } from './values.ts';

/** What a caller gets to see of a change that was made, as the oddity `actionsAnswered` has it. `unavailable`: a 503 of the product. */
export const answerAction = (
  response: SimResponse,
  route: Pick<Route, 'changes'>,
  unavailable: () => SimResponse,
  { actionsAnswered }: Pick<OddityValues, 'actionsAnswered'>,
): SimResponse => {
  if (route.changes !== true || response.status >= 400) return response;
  switch (actionsAnswered) {
    case 'documented':
      return response;
    case 'emptyOk':
      return { status: 200 };
    case 'created':
      return { ...response, status: 201 };
    case 'unavailable':
      return unavailable();
    case 'reset':
      return { status: 503, reset: true };
  }
};
