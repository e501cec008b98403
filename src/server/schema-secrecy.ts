import type { ApolloServerPlugin } from '@apollo/server';
import type { OperationLimits } from '../access/limits.ts';
import { AccessError } from '../errors.ts';
import { enumValues } from './enum-faults.ts';
import { withHttpStatus } from './request-context.ts';

/** Where graphql-js names what the caller may have meant: at the end of what it says. */
const suggestion = / ?Did you mean(.+?)\?$/;

/**
 * Keeps the schema from callers who may not read it: its own fields are refused, and names that errors suggest are left out.
 * A document is validated once for all callers, so this is looked at anew for each.
 */
export const schemaSecrecyPlugin = <TContext extends object>(
  { readsSchema }: Pick<OperationLimits, 'readsSchema'>,
  mayReadSchema: (context: TContext) => boolean,
): ApolloServerPlugin<TContext> => ({
  requestDidStart: async ({ contextValue }) => {
    if (mayReadSchema(contextValue)) return;
    return {
      didResolveOperation: async ({ document }) => {
        if (!readsSchema(document)) return;
        throw withHttpStatus(new AccessError('FORBIDDEN', 'The permission "schema:read" is needed to read the schema'));
      },
      didEncounterErrors: async ({ errors }) => {
        // An error with a path is a resolver's.
        for (const error of errors) {
          if (error.path === undefined) error.message = error.message.replace(enumValues, '').replace(suggestion, '');
        }
      },
    };
  },
});
