import type { ApolloServerPlugin } from '@apollo/server';
import { InputError } from '../errors.ts';

/**
 * Several operations in one request: an array as its body, answered by an array in the same order. They are independent:
 * none waits for another. They share the caller, the deadline, the budget of upstream calls, and what the queries among them
 * have loaded.
 */

/** How many operations a body is counted as; one that is refused for its length counts as the longest that is not. */
export const operationsIn = (body: unknown, batchSize: number): number =>
  Array.isArray(body) ? Math.max(1, Math.min(body.length, batchSize)) : 1;

/** Throws `BAD_USER_INPUT` for a list of the wrong length. With `batchSize` 1 lists are off, which Apollo says itself. */
export const checkBatch = (body: unknown, batchSize: number): void => {
  if (!Array.isArray(body) || batchSize === 1) return;
  if (body.length === 0) throw new InputError('The list of operations is empty');
  if (body.length > batchSize) {
    throw new InputError(`A list may hold ${batchSize} operations (limits.batchSize), not ${body.length}`);
  }
};

/**
 * Gives each mutation of a batch a context of its own in what `ownContext` says: what a query beside it has loaded may be
 * from before the change, and its answer has to tell of the change. Apollo makes a shallow copy of the context for each
 * operation, so that this one's alone is changed.
 */
export const batchPlugin = <TContext extends object>(
  ownContext: (context: TContext) => Partial<TContext>,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async ({ requestIsBatched }) =>
    requestIsBatched
      ? {
          didResolveOperation: async ({ operation, contextValue }) => {
            if (operation?.operation === 'mutation') Object.assign(contextValue, ownContext(contextValue));
          },
        }
      : undefined,
});
