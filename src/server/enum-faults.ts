import { type GraphQLEnumType, GraphQLError, type GraphQLSchema, isEnumType, isIntrospectionType } from 'graphql';

/** Longer enums are read in the schema. */
const mostNamed = 40;

/** Behind what is said of a word that an enum does not have; kept from callers who may not read the schema. */
export const enumValues = / Its values are [\w, ]+\.$/;

/** What graphql-js suggests, without quotes: they would be copied, and no enum takes them. */
const suggestion = / Did you mean the enum value (.+)\?$/;

const valuesOf = (type: GraphQLEnumType): string => {
  const names = type.getValues().map(({ name }) => name);
  const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : '';
  return ` Its values are ${names.slice(0, mostNamed).join(', ')}${more}.`;
};

/** Runs `read`; what it says of a word that the enum does not have gets the words that it has. */
const told = <Value>(type: GraphQLEnumType, read: () => Value): Value => {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const message = error.message.replace(
      suggestion,
      (_, names: string) => ` Did you mean ${names.replaceAll('"', '')}?`,
    );
    throw new GraphQLError(`${message}${valuesOf(type)}`, { nodes: error.nodes ?? null });
  }
};

/** Lets every enum of the schema name its values to who sends another one, in the text of a query and in variables. */
export const tellEnumValues = (schema: GraphQLSchema): void => {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isEnumType(type) || isIntrospectionType(type)) continue;
    const { parseValue, parseLiteral } = type;
    type.parseValue = (value) => told(type, () => parseValue.call(type, value));
    type.parseLiteral = (node, variables) => told(type, () => parseLiteral.call(type, node, variables));
  }
};
