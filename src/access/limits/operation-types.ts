import { GraphQLError, type ValidationRule } from 'graphql';

/** Refuses an operation of a type that the schema has no root for: graphql-js tells of it only when it runs the operation. */
export const operationTypesRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation) != null) return;
    context.reportError(
      new GraphQLError(`The schema has no ${node.operation}s: send a query or a mutation`, { nodes: node }),
    );
  },
});
