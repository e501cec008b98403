import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { FailuresTold } from '../../resolvers/failures.ts';
import type { ErrorCode } from '../errors.ts';
import type { ErrorFormat } from './error-format.ts';

/** What was told of the failures of parts of an operation. */
export interface ToldFailures extends FailuresTold {
  errorsOf(context: object): readonly GraphQLError[];
  /** The first code that was told in the data. */
  codeOf(context: object): ErrorCode | undefined;
}

/** Kept by the operation's context, of which Apollo makes a copy for each operation of a batch. */
export const createToldFailures = (): ToldFailures => {
  const errors = new WeakMap<object, GraphQLError[]>();
  const codes = new WeakMap<object, ErrorCode>();
  return {
    beside: (context, error) => {
      const told = errors.get(context) ?? [];
      errors.set(context, told);
      told.push(error);
    },
    inData: (context, code) => {
      if (!codes.has(context)) codes.set(context, code);
    },
    errorsOf: (context) => errors.get(context) ?? [],
    codeOf: (context) => codes.get(context),
  };
};

/** The errors that stand beside an operation's data, in the form of all errors. */
export const createToldErrors =
  ({ errorsOf }: Pick<ToldFailures, 'errorsOf'>, formatError: ErrorFormat) =>
  (context: object): readonly GraphQLFormattedError[] =>
    errorsOf(context).map((error) => formatError(error.toJSON(), error));

/** Adds them to its answer. */
export const toldFailuresPlugin = <TContext extends object>(
  toldErrors: (context: TContext) => readonly GraphQLFormattedError[],
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ contextValue, response: { body } }) => {
      if (body.kind !== 'single') return;
      const told = toldErrors(contextValue);
      if (told.length > 0) body.singleResult.errors = [...(body.singleResult.errors ?? []), ...told];
    },
  }),
});
