import {
  assertValidSchema,
  buildASTSchema,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { type FailuresTold, tellFailures } from '../../resolvers/failures.ts';
import { resolvers } from '../../resolvers/index.ts';
import { tellEnumValues } from './enum-faults.ts';
import { readSdl } from './sdl.ts';

const isResolver = (value: unknown): value is GraphQLFieldResolver<unknown, unknown> => typeof value === 'function';

const isTypeResolver = (value: unknown): value is GraphQLTypeResolver<unknown, unknown> => typeof value === 'function';

/** Gives a field its resolver: a function, or one for the stream of a subscription and one for what it sends. */
const giveField = (field: GraphQLField<unknown, unknown>, given: unknown): boolean => {
  if (isResolver(given)) {
    field.resolve = given;
    return true;
  }
  if (typeof given !== 'object' || given === null) return false;
  for (const key of ['resolve', 'subscribe'] as const) {
    const called: unknown = Reflect.get(given, key);
    if (isResolver(called)) field[key] = called;
  }
  return Object.keys(given).every((key) => key === 'resolve' || key === 'subscribe');
};

/** Gives a type what stands under `name` in its resolvers. False: the type has no such thing. */
const give = (type: GraphQLNamedType, name: string, given: unknown): boolean => {
  if (isAbstractType(type) && name === '__resolveType' && isTypeResolver(given)) {
    type.resolveType = given;
    return true;
  }
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  return field !== undefined && giveField(field, given);
};

/**
 * Gives a schema its resolvers, in place: `@graphql-tools/schema` copies a schema several times, which is a tenth of a start and
 * of an idle gateway's memory. Throws when a resolver has no field or a scalar no type.
 */
const giveResolvers = (schema: GraphQLSchema): void => {
  for (const [typeName, ofType] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (type === undefined) throw new Error(`There are resolvers of ${typeName}, which the schema does not have`);
    if (isScalarType(type) && isScalarType(ofType)) {
      type.serialize = ofType.serialize;
      type.parseValue = ofType.parseValue;
      type.parseLiteral = ofType.parseLiteral;
      continue;
    }
    for (const [name, given] of Object.entries(ofType))
      if (!give(type, name, given))
        throw new Error(`There is a resolver of ${typeName}.${name}, which is nothing to resolve`);
  }
};

/**
 * The graph: SDL and resolvers, checked against each other (a resolver without a field is an error). `told`: where failures of
 * tenants go; not needed where nothing is run.
 */
export const createSchema = (told?: FailuresTold): GraphQLSchema => {
  const schema = buildASTSchema(readSdl().document, { assumeValidSDL: true });
  assertValidSchema(schema);
  giveResolvers(schema);
  tellEnumValues(schema);
  if (told !== undefined) tellFailures(schema, told);
  return schema;
};
