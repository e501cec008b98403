import { buildSchema, type GraphQLError, getIntrospectionQuery, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { operationPrice } from '../../../src/access/limits/cost.ts';
import type { FieldCosts } from '../../../src/access/limits/field-costs.ts';
import { createOperationLimits, free, isTokenLimitError, type QueryLimits } from '../../../src/access/limits.ts';
import { GatewayError } from '../../../src/errors.ts';

const schema = buildSchema(/* GraphQL */ `
  directive @tag(name: String) repeatable on FIELD
  type Query {
    tenant: Tenant
    incidents(first: Int = 20, last: Int): IncidentConnection!
    nodes(ids: [ID!]!): [Node]!
    _service: Service!
  }
  type Service {
    sdl: String!
  }
  type Mutation {
    isolateMachines(input: IsolateInput!): IsolatePayload!
  }
  input IsolateInput {
    machineIds: [ID!]!
    comment: String
  }
  type IsolatePayload {
    results: [Result!]!
  }
  type Result {
    machine: Machine
  }
  interface Node {
    id: ID!
  }
  type Tenant {
    name: String!
    parent: Tenant
    tags: [String!]!
  }
  type IncidentConnection {
    nodes: [Incident!]!
    edges: [IncidentEdge!]!
    totalCount: Int
    pageInfo: PageInfo!
  }
  type IncidentEdge {
    cursor: String!
    node: Incident!
  }
  type PageInfo {
    hasNextPage: Boolean!
  }
  type Incident implements Node {
    id: ID!
    alerts(first: Int = 5): AlertConnection!
  }
  type AlertConnection {
    nodes: [Alert!]!
  }
  type Alert implements Node {
    id: ID!
    evidence: [Evidence!]!
  }
  union Evidence = DeviceEvidence | UserEvidence
  type DeviceEvidence {
    machine: Machine
  }
  type UserEvidence {
    name: String
  }
  type Machine implements Node {
    id: ID!
    tenant: Tenant
  }
`);

const generous: QueryLimits = { depth: 100, cost: 1e9, aliases: 100, directives: 100, tokens: 10_000 };

/** Errors of validation by our rules alone. */
const violations = (
  query: string,
  limits: Partial<QueryLimits> = {},
  introspection = true,
): readonly GraphQLError[] => {
  const { validationRules } = createOperationLimits({ schema, limits: { ...generous, ...limits }, introspection });
  return validate(schema, parse(query), validationRules);
};

describe('shape', () => {
  const cases = [
    {
      what: 'levels of fields',
      query: '{ tenant { parent { name } } }',
      limit: { depth: 2 },
      said: 'a depth of 3, the limit is 2',
    },
    {
      what: 'levels inside fragments, named and inline',
      query:
        '{ ...A } fragment A on Query { tenant { ... on Tenant { ...B } } } fragment B on Tenant { parent { name } }',
      limit: { depth: 2 },
      said: 'a depth of 3, the limit is 2',
    },
    {
      what: 'aliases',
      query: '{ a: tenant { b: name } c: tenant { name } }',
      limit: { aliases: 2 },
      said: 'aliases of 3, the limit is 2',
    },
    {
      what: 'directives, on operations and fields alike',
      query: 'query ($y: Boolean = true) { tenant @tag @tag { name @include(if: $y) } }',
      limit: { directives: 2 },
      said: 'directives of 3, the limit is 2',
    },
  ];
  test.for(cases)('$what count, and the message names the figure and the limit', ({ query, limit, said }) => {
    expect(violations(query)).toEqual([]);
    const [error, ...rest] = violations(query, limit);
    expect(rest).toEqual([]);
    expect(error?.message).toContain(said);
    expect(error?.originalError).toBeInstanceOf(GatewayError);
    expect(error?.originalError).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
  });

  test('exactly at the limit is allowed', () => {
    expect(violations('{ a: tenant @tag { parent { name } } }', { depth: 3, aliases: 1, directives: 1 })).toEqual([]);
  });

  test('every limit that is passed is reported at once', () => {
    expect(violations('{ a: tenant { b: parent { name } } }', { depth: 1, aliases: 1 })).toHaveLength(2);
  });

  test('the query by which GraphiQL reads the schema passes the tightest limits', () => {
    const query = getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true, oneOf: true });
    expect(violations(query, { depth: 1, aliases: 1, directives: 1 })).toEqual([]);
  });

  test('fragments that spread themselves end the walk', () => {
    const query =
      '{ tenant { ...A } } fragment A on Tenant { parent { ...B } } fragment B on Tenant { parent { ...A } }';
    expect(violations(query, { depth: 3 })).toEqual([]);
    expect(operationPrice({ schema, costs: {}, document: parse(query) })?.cost).toBeGreaterThan(0);
  });
});

test('the parser stops at the token limit, in words that we recognise', () => {
  const { parseOptions } = createOperationLimits({ schema, limits: { ...generous, tokens: 10 }, introspection: true });
  const failure = (): unknown => {
    try {
      return parse('{ a b c d e f g h i j k }', parseOptions);
    } catch (thrown) {
      return thrown;
    }
  };
  expect(failure()).toSatisfy(isTokenLimitError);
  expect(parse('{ a b c d e f g }', parseOptions).definitions).toHaveLength(1);
});

describe('introspection off', () => {
  test.for(['{ __schema { description } }', '{ __type(name: "Tenant") { name } }', '{ _service { sdl } }'])(
    'refuses %s',
    (query) => {
      expect(violations(query, {}, true)).toEqual([]);
      expect(violations(query, {}, false).length).toBeGreaterThan(0);
    },
  );

  test('leaves __typename', () => {
    expect(violations('{ __typename tenant { __typename } }', {}, false)).toEqual([]);
  });
});

describe('cost', () => {
  interface Case {
    readonly what: string;
    readonly query: string;
    readonly variables?: Record<string, unknown>;
    readonly costs?: FieldCosts;
    readonly tenants?: number;
    readonly cost: number | undefined;
  }
  const cases: readonly Case[] = [
    { what: 'an object counts 1, its scalars nothing', query: '{ tenant { name tags } }', cost: 1 },
    { what: 'introspection counts nothing', query: '{ __schema { types { fields { name } } } __typename }', cost: 0 },
    {
      what: 'a connection counts its items by `first`',
      query: '{ incidents(first: 3) { nodes { id } } }',
      cost: 1 + 3,
    },
    { what: 'or by `last`', query: '{ incidents(first: null, last: 4) { nodes { id } } }', cost: 1 + 4 },
    { what: "or by the schema's default", query: '{ incidents { nodes { id } } }', cost: 1 + 20 },
    {
      what: 'edges count like nodes, and what stands beside the items counts once',
      query: '{ incidents(first: 3) { totalCount pageInfo { hasNextPage } edges { node { id } } } }',
      cost: 1 + 1 + 3 * 2,
    },
    {
      what: 'a call for each tenant of the list above is paid there, and not below another entity',
      query: `{ incidents(first: 1) { totalCount nodes { id } } }`,
      costs: {
        'Query.incidents': { cost: 10, calls: 1, eachTenant: 'tenants' },
        'IncidentConnection.totalCount': { cost: 10, calls: 1, ofList: true },
      },
      tenants: 3,
      cost: 3 * 10 + 3 * 10 + 1,
    },
    {
      what: 'and where no list over tenants is above, not at all',
      query: '{ incidents(first: 1) { totalCount nodes { id } } }',
      costs: { 'IncidentConnection.totalCount': { cost: 10, calls: 1, ofList: true } },
      cost: 1 + 1,
    },
    {
      what: 'lists inside lists multiply',
      query: '{ incidents(first: 3) { nodes { alerts(first: 2) { nodes { id } } } } }',
      cost: 1 + 3 * (1 + (1 + 2)),
    },
    {
      what: 'variables count with their value',
      query: 'query ($n: Int) { incidents(first: $n) { nodes { id } } }',
      variables: { n: 7 },
      cost: 1 + 7,
    },
    {
      what: "or with the operation's default",
      query: 'query ($n: Int = 9) { incidents(first: $n) { nodes { id } } }',
      cost: 1 + 9,
    },
    { what: 'a look-up of ids counts each', query: '{ nodes(ids: ["a", "b"]) { id } }', cost: 2 },
    {
      what: 'a list that says nothing of its size counts 10',
      query: '{ incidents(first: 1) { nodes { alerts(first: 1) { nodes { evidence { __typename } } } } } }',
      cost: 1 + (1 + (1 + (1 + 10))),
    },
    {
      what: 'or what the table says',
      query: '{ incidents(first: 1) { nodes { alerts(first: 1) { nodes { evidence { __typename } } } } } }',
      costs: { 'Alert.evidence': { size: 4, cost: 2 } },
      cost: 1 + (1 + (1 + (1 + 4 * 2))),
    },
    {
      what: 'of the members of a union the dearest counts',
      query: `{ incidents(first: 1) { nodes { alerts(first: 1) { nodes { evidence {
        ... on DeviceEvidence { machine { tenant { name } } } ... on UserEvidence { name } } } } } } }`,
      cost: 1 + (1 + (1 + (1 + 10 * (1 + 2)))),
    },
    {
      what: 'an interface counts what its dearest type selects',
      query:
        '{ nodes(ids: ["a"]) { id ... on Machine { tenant { name } } ... on Incident { alerts(first: 6) { nodes { id } } } } }',
      cost: 1 + (1 + 6),
    },
    {
      what: 'targets of a mutation count, found inside its input',
      query: 'mutation ($m: [ID!]!) { isolateMachines(input: { machineIds: $m }) { results { machine { id } } } }',
      variables: { m: ['a', 'b', 'c'] },
      costs: { 'Mutation.isolateMachines': { sizeArguments: ['input.machineIds'], cost: 10 } },
      cost: 10 + 3 * 2,
    },
    {
      what: 'a cost for each target is paid for each',
      query: 'mutation ($m: [ID!]!) { isolateMachines(input: { machineIds: $m }) { results { machine { id } } } }',
      variables: { m: ['a', 'b', 'c'] },
      costs: { 'Mutation.isolateMachines': { each: ['input.machineIds'], cost: 10 } },
      cost: 3 * 10 + 10 * 2,
    },
    {
      what: 'a cost for each tenant is paid for every tenant of the caller when none is named',
      query: '{ incidents(first: 1) { totalCount } }',
      costs: { 'Query.incidents': { eachTenant: 'tenants', cost: 10 } },
      tenants: 4,
      cost: 40,
    },
    {
      what: 'what @skip and @include leave out counts nothing',
      query: `query ($no: Boolean!) {
        a: tenant @include(if: $no) { name } b: tenant @skip(if: true) { name } c: tenant @skip(if: $no) { name } }`,
      variables: { no: false },
      cost: 1,
    },
    { what: 'a negative size counts as none', query: '{ incidents(first: -5) { nodes { id } } }', cost: 1 },
    {
      what: 'only the named operation counts',
      query: 'query A { tenant { name } } query B { incidents { nodes { id } } }',
      cost: undefined,
    },
  ];
  test.for(cases)('$what', ({ query, variables, costs = {}, tenants, cost }) => {
    const question = { schema, costs, document: parse(query), variables, ...(tenants && { tenants }) };
    expect(operationPrice(question)?.cost).toBe(cost);
  });

  test('fragments spread a million times over are priced in one walk', () => {
    const levels = 40;
    const fragments = Array.from(
      { length: levels },
      (_, level) => `fragment F${level} on Tenant { a: parent { ...F${level + 1} } b: parent { ...F${level + 1} } }`,
    );
    const query = `{ tenant { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Tenant { name }`;
    expect(operationPrice({ schema, costs: {}, document: parse(query) })?.cost).toBeGreaterThan(2 ** levels);
  });

  test('above the limit is refused with the figure, at the limit is not', () => {
    const operation = { document: parse('{ incidents(first: 50) { nodes { id } } }') };
    const check = (cost: number) => {
      const limits = createOperationLimits({ schema, limits: { ...generous, cost }, introspection: true });
      limits.checkPrice(limits.priceOf(operation), free);
    };
    expect(() => check(51)).not.toThrow();
    expect(() => check(50)).toThrow('The operation has a cost of 51, the limit is 50');
  });
});
