import { expect } from 'vitest';
import { type Attack, type Attacks, gql, harmless, post } from '../attack.ts';

const times = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** A document that is refused before it runs. */
const refused = (
  query: string,
  code: string,
  says: RegExp,
  variables: Readonly<Record<string, unknown>> = {},
): Attack => ({
  send: () => gql(query, variables),
  status: 400,
  code,
  says,
});
const expensive = (query: string, says: RegExp, variables?: Readonly<Record<string, unknown>>): Attack =>
  refused(query, 'QUERY_TOO_EXPENSIVE', says, variables);
const invalid = (query: string, says: RegExp, variables?: Readonly<Record<string, unknown>>): Attack =>
  refused(query, 'GRAPHQL_VALIDATION_FAILED', says, variables);

const deep = (levels: number): string =>
  levels === 0 ? 'incidentId' : `alerts { nodes { incident { ${deep(levels - 1)} } } }`;

/** Each fragment spreads the next one twice. */
const doubling = `{ incidents(tenants: ["contoso"]) { nodes { ...F0 } } } ${times(40, (index) => `fragment F${index} on Incident { title ${index < 39 ? `...F${index + 1} ...F${index + 1}` : ''} }`)}`;

/** What one document can ask for. */
export const documents: Attacks = {
  'too many levels': expensive(`{ incidents { nodes { ${deep(6)} } } }`, /depth of \d+, the limit is 15/),
  'too many levels, inside a fragment': expensive(
    `{ incidents { nodes { ...F } } } fragment F on Incident { ${deep(6)} }`,
    /depth of/,
  ),
  'too many levels, in inline fragments': expensive(
    `{ incidents { nodes { ... on Incident { ... on Incident { ${deep(6)} } } } } }`,
    /depth of/,
  ),
  'too many aliases': expensive(`{ ${times(31, (index) => `a${index}: viewer { name }`)} }`, /aliases of 31/),
  'too many aliases of __typename': expensive(
    `{ ${times(1000, (index) => `a${index}: __typename`)} }`,
    /aliases of 1000/,
  ),
  'a batch by aliases: guessing ids': expensive(
    `{ ${times(200, (index) => `a${index}: incident(tenant: "contoso", incidentId: "${index}") { id }`)} }`,
    /aliases of 200/,
  ),
  'a batch by aliases: an action, many times': expensive(
    `mutation { ${times(50, (index) => `a${index}: isolateMachines(input: { tenant: "contoso", machineIds: ["${'0'.repeat(40)}"], comment: "x" }) { dryRun }`)} }`,
    /aliases of 50/,
  ),
  'a batch by an array, of a hundred': {
    send: () => post(JSON.stringify(Array.from({ length: 100 }, () => ({ query: harmless })))),
    status: 400,
    code: 'BAD_USER_INPUT',
    says: /A list may hold 10 operations/,
  },
  'a batch by an array, of none': { send: () => post('[]'), status: 400, code: 'BAD_USER_INPUT' },
  'a batch by arrays in an array': {
    send: () => post(JSON.stringify([[{ query: harmless }]])),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a batch of aliases: no more calls than one operation may make': {
    send: ({ world }) =>
      post(
        JSON.stringify(
          Array.from({ length: 10 }, (_, batch) => ({
            query: `{ ${times(30, (index) => `a${index}: machine(tenant: "contoso", machineId: "${batch}-${index}.${world.name}.example") { id }`)} }`,
          })),
        ),
      ),
    status: 200,
    code: ['NOT_FOUND', 'QUERY_TOO_EXPENSIVE'],
    says: /more than 60 upstream calls/,
    calls: 60,
    orFewer: true,
  },
  'a list of 10^9': {
    send: () => gql('{ incidents(first: 1000000000) { nodes { id } } }'),
    status: 400,
    code: 'QUERY_TOO_EXPENSIVE',
  },
  'a list of 10^9, by a variable': expensive(
    'query ($n: Int) { incidents(first: $n) { nodes { alerts(first: $n) { nodes { id } } } } }',
    /cost of/,
    { n: 1_000_000_000 },
  ),
  'a list longer than a page': {
    send: () => gql('{ incidents(first: 201) { nodes { id } } }'),
    status: 200,
    code: 'BAD_USER_INPUT',
    says: /between 1 and 200/,
  },
  'lists of lists of lists': expensive(
    '{ incidents(first: 200) { nodes { alerts(first: 200) { nodes { incident { alerts(first: 200) { nodes { title } } } } } } } }',
    /cost of \d+, the limit is 200000/,
  ),
  'lists of lists, hidden under @include': expensive(
    'query ($yes: Boolean!) { incidents(first: 200) { nodes { alerts(first: 200) @include(if: $yes) { nodes { incident { alerts(first: 200) { nodes { title } } } } } } } }',
    /cost of/,
    { yes: true },
  ),
  'very many ids': expensive('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', /more than 20000 values/, {
    ids: Array.from({ length: 201_000 }, () => 'x'),
  }),
  'directives, 61 of them': expensive(
    `{ viewer { ${times(61, () => 'name @include(if: true)')} } }`,
    /directives of 61/,
  ),
  'directives that nobody knows': invalid(`{ viewer { name ${times(1000, () => '@x')} } }`, /Unknown directive/),
  'the same field 10,000 times': expensive(`{ viewer { ${times(10_000, () => 'name')} } }`, /tokens/),
  'more tokens than are read': expensive(`{ viewer(${times(6000, () => 'a: 1')}) { name } }`, /tokens/),
  'brackets without an end': refused('['.repeat(20_000), 'GRAPHQL_PARSE_FAILED', /Syntax Error/),
  'fragments in a circle': invalid(
    '{ incidents { nodes { ...A } } } fragment A on Incident { title ...B } fragment B on Incident { id ...A }',
    /Cannot spread fragment/,
  ),
  'fragments that double forty times': {
    send: () => gql(doubling),
    status: 200,
    calls: 1,
    says: /"title"/,
  },
  'fields of one name that do not agree': invalid('{ viewer { name: kind name } }', /conflict/),
  'very many faults at once': {
    send: () => gql(`{ ${times(1500, (index) => `f${index}`)} }`),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    afterwards: (_, { body }) => expect(body.length).toBeLessThan(50_000),
  },
  'the schema, with introspection off': invalid('{ __schema { types { name } } }', /introspection/i),
  'one type, with introspection off': invalid('{ __type(name: "Query") { name } }', /introspection/i),
  'the schema of a subgraph': {
    send: () => gql('{ _service { sdl } }'),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    never: /type Query/,
  },
  'a field with a slip, with suggestions off': {
    ...invalid('{ incidents { nodes { titel } } }', /Cannot query field/),
    never: /Did you mean|title/,
  },
  'an argument with a slip, with suggestions off': {
    ...invalid('{ incidents(frist: 1) { nodes { id } } }', /Unknown argument/),
    never: /Did you mean|"first"/,
  },
  'an enum value with a slip, with suggestions off': {
    ...invalid('{ incidents(filter: { severity: [HIHG] }) { nodes { id } } }', /HIHG/),
    never: /Did you mean|"HIGH"/,
  },
  'a query whose answer Microsoft keeps back': {
    send: ({ simulator }) => {
      simulator.faults.add({ tenant: 'contoso', operation: 'listMachines', effect: { kind: 'slow', delayMs: 8000 } });
      return gql('{ machines(tenants: ["contoso"], first: 1) { nodes { id } failures { code } } }');
    },
    status: 200,
    code: 'UPSTREAM_TIMEOUT',
    calls: 2,
    afterwards: ({ simulator }) => simulator.faults.clear(),
  },
  'two operations and no name': {
    send: () => gql('query A { viewer { name } } query B { viewer { name } }'),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'an empty document': { send: () => gql(''), status: 400, code: 'BAD_USER_INPUT' },
  'a document of comments alone': { send: () => gql('# nothing'), status: 400, code: 'GRAPHQL_PARSE_FAILED' },
  'a type in place of an operation': {
    send: () => gql('type Query { a: Int }'),
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /not executable/,
  },
};
