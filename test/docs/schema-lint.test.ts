import { ESLint } from 'eslint';
import { expect, test } from 'vitest';

/** What `npm run check:schema-lint` says of a schema with one fault. */
const faultsOf = async (sdl: string): Promise<readonly (string | null)[]> => {
  const [result] = await new ESLint().lintText(sdl, { filePath: 'schema/schema.graphql' });
  return result?.messages.map(({ ruleId }) => ruleId) ?? [];
};

const rows = [
  ['a field in another case', '"d" type Machine { "d" Os_platform: String }', 'graphql/naming-convention'],
  ['a value in another case', '"d" enum Mode { "d" Active }', 'graphql/naming-convention'],
  ['an input that is not named as one', '"d" input Machines { "d" a: ID }', 'graphql/naming-convention'],
  ['a type without a description', 'type Machine { "d" a: ID }', 'graphql/require-description'],
  ['a field without a description', '"d" type Machine { a: ID }', 'graphql/require-description'],
  ['an argument without a description', '"d" type Machine { "d" a(first: Int): ID }', 'graphql/require-description'],
  ['a value without a description', '"d" enum Mode { ACTIVE }', 'graphql/require-description'],
  ['a field of an input without a description', '"d" input AInput { a: ID }', 'graphql/require-description'],
  ['no reason of a deprecation', '"d" type A { "d" a: ID @deprecated }', 'graphql/require-deprecation-reason'],
  ['values that differ by their case', '"d" enum Mode { "d" ON "d" On }', 'graphql/unique-enum-value-names'],
  ['a type that no field leads to', '"d" type Nowhere { "d" a: ID }', 'kept/no-unreachable-types'],
] as const;

test.each(rows)('%s is a fault of the schema', async (_, sdl, rule) => {
  expect(await faultsOf(sdl)).toContain(rule);
});

test('what was released and is kept for fragments is none', async () => {
  expect(await faultsOf('"d" union Evidence = A | B')).toEqual([]);
});
