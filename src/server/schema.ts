import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import { resolvers } from '../../resolvers/index.ts';
import { readSdl } from './sdl.ts';

/** The graph: SDL and resolvers, checked against each other (a resolver without a field is an error). */
export const createSchema = (): GraphQLSchema =>
  makeExecutableSchema({
    typeDefs: readSdl().document,
    resolvers,
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
