import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

/**
 * Coordinates of the fields that may lead upstream and have no `@cost`, sorted. May lead upstream: every field of `Query` and
 * `Mutation`; every field whose resolver takes the context, for nothing else has loaders and services; every list in pages
 * (`first`); and every field that leads to another entity, but for the rows of a page. The price of an edge to many, which each of
 * its parents asks, has to say calls, or that it is gathered.
 */
export const unpriced = (
  schema: GraphQLSchema,
  prices: ReadonlyMap<string, Price>,
  entities: ReadonlySet<string>,
): readonly string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields())
            .filter((field) => mayLeadUpstream(schema, type, field, entities))
            .filter((field) => {
              const price = prices.get(`${type.name}.${field.name}`);
              return price === undefined || (isEdgeToMany(schema, type, field) && price.calls === 0 && !price.gathered);
            })
            .map(({ name }) => `${type.name}.${name}`)
        : [],
    )
    .sort();

/** What `@cost` says. */
export interface Price {
  readonly calls: number;
  readonly gathered: boolean;
}

const isPaged = ({ args }: GraphQLField<unknown, unknown>): boolean => args.some(({ name }) => name === 'first');

/** A list in pages that each parent has: read once for many of them, or a call for each. */
const isEdgeToMany = (schema: GraphQLSchema, type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): boolean =>
  isPaged(field) && type !== schema.getQueryType();

/** Parent, arguments, context: a resolver that declares three parameters gets the context. */
const parametersWithContext = 3;

const mayLeadUpstream = (
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  entities: ReadonlySet<string>,
): boolean =>
  type === schema.getQueryType() ||
  type === schema.getMutationType() ||
  (field.resolve?.length ?? 0) >= parametersWithContext ||
  isPaged(field) ||
  (entities.has(getNamedType(field.type).name) && !/(?:Connection|Edge)$/.test(type.name));
