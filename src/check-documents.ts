import type { GraphQLSchema } from 'graphql';
import { createOperationLimits } from './access/limits.ts';
import type { Config } from './config/config.ts';
import { ConfigError } from './config/faults.ts';
import { faultsOfDocuments } from './server/trusted-documents.ts';

/** Throws a `ConfigError` that names every trusted document that could never be answered. */
export const checkTrustedDocuments = (
  { server, limits }: Pick<Config, 'server' | 'limits'>,
  schema: GraphQLSchema,
): void => {
  const operationLimits = createOperationLimits({ schema, limits, introspection: server.introspection });
  const faults = faultsOfDocuments(server.trustedDocuments, schema, operationLimits);
  if (faults.length === 0) return;
  throw new ConfigError(faults.map(({ id, message }) => ({ path: `server.trustedDocuments[${id}]`, message })));
};
