import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { type FailuresTold, tellFailures } from '../../resolvers/failures.ts';
import { resolvers } from '../../resolvers/index.ts';
import { tellEnumValues } from './enum-faults.ts';
import { readSdl } from './sdl.ts';

/**
 * The graph: SDL and resolvers, checked against each other (a resolver without a field is an error). `told`: where failures of
 * tenants go; not needed where nothing is run.
 */
export const createSchema = (told?: FailuresTold): GraphQLSchema => {
  const schema = makeExecutableSchema({
    typeDefs: readSdl().document,
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  tellEnumValues(schema);
  if (told !== undefined) tellFailures(schema, told);
  return schema;
};
