import { GraphQLError, NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql';

/** `_service { sdl }` of Apollo Federation is introspection by another name. */
const noFederationSdl: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '_service') return;
    if (context.getParentType() !== context.getSchema().getQueryType()) return;
    context.reportError(
      new GraphQLError('The schema may not be read: the field "_service" is switched off.', { nodes: node }),
    );
  },
});

/** None when callers may read the schema, else the rules that refuse both ways of reading it. */
export const introspectionRules = (allowed: boolean): readonly ValidationRule[] =>
  allowed ? [] : [NoSchemaIntrospectionCustomRule, noFederationSdl];
