import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** Entities are led to, and not looked into. */
const isEntity = (type: GraphQLObjectType): boolean => type.getInterfaces().some(({ name }) => name === 'Node');

/**
 * A selection of every field of a type, with what is inside it down to `depth`; of an interface, of every type that has it.
 * Fields are aliased with their type, since two types may have a name in common and not what it stands for.
 */
export const everyField = (schema: GraphQLSchema, type: GraphQLOutputType, depth: number): string => {
  const named = getNamedType(type);
  if (isInterfaceType(named)) {
    const kinds = schema
      .getPossibleTypes(named)
      .map((kind) => `... on ${kind.name} ${everyField(schema, kind, depth)}`);
    return `{ __typename ${kinds.join(' ')} }`;
  }
  if (!isObjectType(named)) return '';
  if (isEntity(named)) return '{ __typename id }';
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (isCompositeType(inner) && depth === 0) return [];
    return [`${named.name}_${field.name}: ${field.name} ${everyField(schema, inner, depth - 1)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
};

/** Coordinates of the fields of types and of all that is inside them. */
export const coordinatesOf = (schema: GraphQLSchema, types: readonly GraphQLObjectType[]): ReadonlySet<string> => {
  const coordinates = new Set<string>();
  const seen = new Set<string>();
  const visit = (type: GraphQLOutputType) => {
    const named = getNamedType(type);
    if (seen.has(named.name)) return;
    seen.add(named.name);
    if (isInterfaceType(named)) for (const kind of schema.getPossibleTypes(named)) visit(kind);
    if (!isObjectType(named) || isEntity(named)) return;
    for (const field of Object.values(named.getFields())) {
      coordinates.add(`${named.name}.${field.name}`);
      visit(field.type);
    }
  };
  for (const type of types) visit(type);
  return coordinates;
};

/** Coordinates that an answer to such selections has a value for: not null, and no empty list. */
export const coordinatesIn = (answer: unknown, found = new Set<string>()): ReadonlySet<string> => {
  if (Array.isArray(answer)) for (const item of answer) coordinatesIn(item, found);
  else if (typeof answer === 'object' && answer !== null) {
    for (const [alias, value] of Object.entries(answer)) {
      const [type, field] = alias.split('_');
      const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
      if (!isEmpty && field !== undefined) found.add(`${type}.${field}`);
      coordinatesIn(value, found);
    }
  }
  return found;
};
