import { buildSchema, parse } from 'graphql';
import { expect, test } from 'vitest';
import { operationPrice } from '../../../src/access/limits/cost.ts';
import type { FieldCosts } from '../../../src/access/limits/field-costs.ts';
import { createKnownPrices } from '../../../src/access/limits/known-prices.ts';

const schema = buildSchema(/* GraphQL */ `
  enum Word { A B }
  input Choice { machineIds: [ID!] maxRows: Int inner: Choice }
  type Query {
    one(id: ID, word: Word): Thing
    things(first: Int = 20, tenants: [String!], tenantTags: [String!]): [Thing!]!
    acted(input: Choice): [Thing!]!
    nodes(ids: [ID!]!): [Thing]!
  }
  type Thing { id: ID! things(first: Int = 5): [Thing!]! }
`);
const costs: FieldCosts = {
  'Query.things': { eachTenant: 'tenants', cost: 2, calls: 1 },
  'Query.acted': { each: ['input.machineIds', 'input.inner.machineIds'], rows: 'input.maxRows', cost: 3, calls: 1 },
};

const document = parse(/* GraphQL */ `
  query ($id: ID, $word: Word, $n: Int, $m: Int, $tenants: [String!], $tags: [String!], $in: Choice, $some: ID!, $is: Boolean!) {
    one(id: $id, word: $word) { things(first: $n) { ...Fields } }
    things(first: $m, tenants: $tenants, tenantTags: $tags) { id ... @include(if: $is) { things(first: $m) { id } } }
    acted(input: $in) @skip(if: $is) { id }
    literal: acted(input: { machineIds: [$some], maxRows: $n }) { id }
    nodes(ids: [$some, "b"]) { id }
  }
  fragment Fields on Thing { id things(first: $n) { id } }
`);

/** Variables as a caller may send them, each alone in the place of the first. */
const usual = { some: 'x', is: false } as const;
const asked: readonly Readonly<Record<string, unknown>>[] = [
  usual,
  { ...usual, id: 'a', word: 'A' },
  { ...usual, id: 'b', word: 'B' },
  { ...usual, id: null },
  { ...usual, is: true },
  ...[0, 1, 2, 50, null, -1].flatMap((count) => [
    { ...usual, n: count },
    { ...usual, m: count },
  ]),
  ...[[], ['a'], ['a', 'b'], null].flatMap((names) => [
    { ...usual, tenants: names },
    { ...usual, tags: names },
  ]),
  ...[
    {},
    { machineIds: [] },
    { machineIds: ['1', '2'] },
    { maxRows: 40 },
    { inner: { machineIds: ['1', '2', '3'] } },
  ].map((input) => ({ ...usual, in: input })),
];

test('a price that is known is the one that would be computed', () => {
  const known = createKnownPrices();
  const prices = new Set<number>();
  // Twice in the same order: whatever was computed for one is there when another asks.
  for (const variables of [...asked, ...asked]) {
    for (const tenants of [1, 7]) {
      const computed = operationPrice({ schema, costs, document, variables, tenants });
      expect(operationPrice({ schema, costs, document, variables, tenants, known })).toEqual(computed);
      prices.add(computed?.cost ?? 0);
    }
  }
  expect(prices.size).toBeGreaterThan(12);
});

test('it is computed once for what cannot change it, and never kept for what may hold anything', () => {
  const known = createKnownPrices();
  const [operation] = document.definitions;
  if (operation?.kind !== 'OperationDefinition') throw new Error('there is no operation');
  let computed = 0;
  const price = (variables: Readonly<Record<string, unknown>>) =>
    known(operation, variables, 1, () => {
      computed += 1;
      return { cost: computed, calls: 0, schema: 0 };
    });
  price({ ...usual, id: 'a' });
  price({ ...usual, id: 'b' });
  expect(computed).toBe(1);
  price({ ...usual, in: { machineIds: ['1'] } });
  price({ ...usual, in: { machineIds: ['1'] } });
  expect(computed).toBe(3);
  // So many numbers are no reason to keep each.
  for (let n = 0; n < 1000; n += 1) price({ ...usual, n });
  for (let n = 0; n < 1000; n += 1) price({ ...usual, n });
  expect(computed).toBeGreaterThan(1900);
});
