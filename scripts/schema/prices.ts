import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

/**
 * Coordinates of the fields that may lead upstream and have no `@cost`, sorted. May lead upstream: every field of `Query` and
 * `Mutation`; every field whose resolver takes the context, for nothing else has loaders and services; every list in pages
 * (`first`); and every field that leads to another entity, but for the rows of a page.
 */
export const unpriced = (
  schema: GraphQLSchema,
  priced: { has(coordinate: string): boolean },
  entities: ReadonlySet<string>,
): readonly string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => mayLeadUpstream(schema, type, field, entities))
            .map(({ name }) => `${type.name}.${name}`)
        : [],
    )
    .filter((coordinate) => !priced.has(coordinate))
    .sort();

/** Parent, arguments, context: a resolver that declares three parameters gets the context. */
const parametersWithContext = 3;

const mayLeadUpstream = (
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  { args, resolve, type: fieldType }: GraphQLField<unknown, unknown>,
  entities: ReadonlySet<string>,
): boolean =>
  type === schema.getQueryType() ||
  type === schema.getMutationType() ||
  (resolve !== undefined && resolve.length >= parametersWithContext) ||
  args.some(({ name }) => name === 'first') ||
  (entities.has(getNamedType(fieldType).name) && !/(?:Connection|Edge)$/.test(type.name));
