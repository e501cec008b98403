import pLimit from 'p-limit';
import { asGatewayError, type GatewayError } from '../errors.ts';

/** Actions that one mutation has on their way at once: enough to be quick, few enough to leave others their quota. */
const parallelActions = 5;

/** What became of one target; both null: it is done, and has to be read to be shown. */
export interface Done<T> {
  readonly entity: T | null;
  readonly error: GatewayError | null;
  /** The change was made; the error is of the comment that goes with it. */
  readonly partly?: true;
  /** Microsoft's id of what came of it, where that is another thing than its target. */
  readonly became?: string | null;
}

/** Does it to each target, `atOnce` at a time; a few by default. Answers in the order of the targets; one that fails has its error alone. */
export const performOnEach = <Target, Outcome>(
  targets: readonly Target[],
  action: (target: Target) => Promise<Outcome>,
  atOnce = parallelActions,
): Promise<Outcome[]> => pLimit(Math.max(1, atOnce)).map(targets, action);

/** An action that gives the entity, as an outcome that never rejects. */
export const doneBy = async <T>(action: () => Promise<T | null>): Promise<Done<T>> => {
  try {
    return { entity: await action(), error: null };
  } catch (thrown) {
    return { entity: null, error: asGatewayError(thrown) };
  }
};
