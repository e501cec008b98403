import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { fieldCosts } from '../../../src/server/costs.ts';
import { createSchema } from '../../../src/server/schema.ts';

const schema = createSchema();

/** The argument that a path begins with, and the input field that it leads to. */
const isArgument = (typeName: string, fieldName: string, path: string): boolean => {
  const type = schema.getType(typeName);
  const [name, inner] = path.split('.');
  const argument = isObjectType(type)
    ? type.getFields()[fieldName]?.args.find((each) => each.name === name)
    : undefined;
  const inputName = String(argument?.type).replace('!', '');
  const input = schema.getType(inputName);
  return (
    argument !== undefined &&
    (inner === undefined || (input !== undefined && 'getFields' in input && inner in input.getFields()))
  );
};

test.each(Object.entries(fieldCosts))(
  '%s is a field of the schema, with the arguments that say its size',
  (name, cost) => {
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName);
    expect(isObjectType(type) && fieldName in type.getFields()).toBe(true);
    for (const path of cost.sizeArguments ?? []) expect(isArgument(typeName, fieldName, path)).toBe(true);
  },
);
