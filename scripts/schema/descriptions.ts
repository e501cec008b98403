import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** A schema coordinate (`Type`, `Type.field`, `Type.field(argument:)`) and what the schema says of it. */
type Described = readonly [coordinate: string, description: string | null | undefined];

/** A type and its parts. The values of an enum may speak for themselves; what the enum is about may not. */
const partsOf = (type: GraphQLNamedType): readonly Described[] => {
  const own: Described = [type.name, type.description];
  if (isObjectType(type) || isInterfaceType(type)) {
    const fields = Object.values(type.getFields()).flatMap(({ name, description, args }): Described[] => [
      [`${type.name}.${name}`, description],
      ...args.map((each): Described => [`${type.name}.${name}(${each.name}:)`, each.description]),
    ]);
    return [own, ...fields];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return [own, ...fields.map(({ name, description }): Described => [`${type.name}.${name}`, description])];
  }
  return [own];
};

/** Coordinates of the types, fields, arguments and inputs that lack a description, sorted. */
export const undescribed = (schema: GraphQLSchema): readonly string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(partsOf)
    .filter(([, description]) => (description ?? '').trim() === '')
    .map(([coordinate]) => coordinate)
    .sort();
