import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** A schema coordinate (`Type`, `Type.field`, `Type.field(argument:)`) and what it says of itself. */
interface Described {
  readonly coordinate: string;
  readonly description: string | null | undefined;
}

const partsOf = (type: GraphQLNamedType): readonly Described[] => {
  const whole = { coordinate: type.name, description: type.description };
  if (isObjectType(type) || isInterfaceType(type)) {
    return [
      whole,
      ...Object.values(type.getFields()).flatMap(({ name, description, args }) => [
        { coordinate: `${type.name}.${name}`, description },
        ...args.map((argument) => ({
          coordinate: `${type.name}.${name}(${argument.name}:)`,
          description: argument.description,
        })),
      ]),
    ];
  }
  if (isInputObjectType(type)) {
    return [
      whole,
      ...Object.values(type.getFields()).map(({ name, description }) => ({
        coordinate: `${type.name}.${name}`,
        description,
      })),
    ];
  }
  // The values of an enum may speak for themselves; what the enum is about may not.
  return isEnumType(type) ? [whole] : [whole];
};

/** Coordinates of types, fields, arguments and inputs that lack a description. */
export const undescribed = (schema: GraphQLSchema): readonly string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap(partsOf)
    .filter(({ description }) => (description ?? '').trim() === '')
    .map(({ coordinate }) => coordinate)
    .sort();
