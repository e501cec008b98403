import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getIntrospectionQuery,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
} from 'graphql';
import { operationPrice } from './cost.ts';
import type { FieldCosts } from './field-costs.ts';

const mean = (counts: readonly number[]): number =>
  counts.length === 0 ? 0 : counts.reduce((sum, count) => sum + count, 0) / counts.length;

/** How long the lists of the schema itself are: of a type, on average over all types. */
export const schemaSizes = (schema: GraphQLSchema): FieldCosts => {
  const types = Object.values(schema.getTypeMap());
  const directives = schema.getDirectives();
  const fieldsOf = (type: GraphQLNamedType) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const perType = (count: (type: GraphQLNamedType) => number) => ({ size: mean(types.map(count)) });
  return {
    '__Schema.types': { size: types.length },
    '__Schema.directives': { size: directives.length },
    '__Type.fields': perType((type) => fieldsOf(type).length),
    '__Type.interfaces': perType((type) =>
      isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().length : 0,
    ),
    '__Type.possibleTypes': perType((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)),
    '__Type.enumValues': perType((type) => (isEnumType(type) ? type.getValues().length : 0)),
    '__Type.inputFields': perType((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
    '__Field.args': { size: mean(types.flatMap(fieldsOf).map(({ args }) => args.length)) },
    '__Directive.args': { size: mean(directives.map(({ args }) => args.length)) },
  };
};

/** Tools ask for a little more than GraphiQL, and none for twice as much. */
const margin = 1.5;

/** Objects of the schema that one request may read: the whole, as tools ask for it, once. */
export const mostOfSchema = (schema: GraphQLSchema, costs: FieldCosts): number => {
  const whole = getIntrospectionQuery({
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  return margin * (operationPrice({ schema, costs, document: parse(whole) })?.schema ?? 0);
};
