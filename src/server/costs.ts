import { type GraphQLSchema, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import type { FieldCost, FieldCosts } from '../access/limits.ts';
import type { Cost, ExpandedSdl } from './sdl.ts';

/** Points of a call that nothing can gather; an object is one. */
const pointsPerCall = 10;

/** Where a field costs other than its objects: by `@cost` of the SDL. */
export const fieldCosts = (schema: GraphQLSchema, { costs }: Pick<ExpandedSdl, 'costs'>): FieldCosts =>
  Object.fromEntries(
    [...costs].map(([coordinate, cost]) => [coordinate, fieldCost(cost, tenantsArgument(schema, coordinate))]),
  );

const fieldCost = ({ calls, ofList, targets, size, rows, parts }: Cost, tenants: string | undefined): FieldCost => ({
  ...(calls > 0 && { cost: calls * pointsPerCall, calls }),
  ...(size !== undefined && { size }),
  ...(rows !== undefined && { rows: `input.${rows}` }),
  ...(parts !== undefined && { parts: `input.${parts}` }),
  ...(targets !== undefined && { each: inInput(targets), sizeArguments: inInput(targets) }),
  ...(calls > 0 && tenants !== undefined && { eachTenant: tenants }),
  ...(ofList && { ofList }),
});

const inInput = (lists: string): readonly string[] => lists.split(' ').map((list) => `input.${list}`);

/** Where a field takes names of tenants: as an argument, or in its input. */
const tenantsArgument = (schema: GraphQLSchema, coordinate: string): string | undefined => {
  const [typeName = '', fieldName = ''] = coordinate.split('.');
  const type = schema.getType(typeName);
  const args = (isObjectType(type) ? type.getFields()[fieldName]?.args : undefined) ?? [];
  if (args.some(({ name }) => name === 'tenants')) return 'tenants';
  const input = args.find(({ name }) => name === 'input');
  const inputType = input && getNamedType(input.type);
  return isInputObjectType(inputType) && 'tenants' in inputType.getFields() ? 'input.tenants' : undefined;
};
