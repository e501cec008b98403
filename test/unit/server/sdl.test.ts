import { readdirSync, readFileSync } from 'node:fs';
import { buildASTSchema, buildSchema, GraphQLSchema, print, printSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createSchema } from '../../../src/server/schema.ts';
import { expandSdl } from '../../../src/server/sdl/expand.ts';
import { fileOrder } from '../../../src/server/sdl/order.ts';
import { readSdl } from '../../../src/server/sdl.ts';

const directives = readFileSync('schema/directives.graphql', 'utf8');

const base = `
  scalar DateTime scalar JSON enum Api { MDE } enum OrderDirection { ASC DESC }
  interface Node { id: ID! } type PageInfo { hasNextPage: Boolean! } type TenantFailure { code: String! }
  type Tenant { name: String! } type Query type Mutation`;

/** The schema of these files. */
const expanded = (...files: readonly string[]): GraphQLSchema =>
  buildASTSchema(expandSdl([directives, base, ...files]).document);

const printedPart = (schema: GraphQLSchema, name: string): string => {
  const type = schema.getType(name);
  return type == null ? '' : printSchema(new GraphQLSchema({ types: [type] }));
};

const software = `
  extend type Query { "All software." software: SoftwareConnection @connection(order: "NAME ASC") @cost(calls: 1) }
  "Software in a tenant."
  type Software @entity(by: "softwareId", noun: "piece of software", plural: "pieces of software", raw: true) {
    "Defender's id."
    softwareId: ID!
    machines: SoftwareConnection @connection @cost(calls: 2)
  }
  enum SoftwareOrderField { NAME }
  input SoftwareFilter { name: String }`;

describe('@entity', () => {
  const schema = expanded(software);

  test('makes a node of a type, with the fields that every entity has', () => {
    const text = printedPart(schema, 'Software');
    for (const part of [
      'type Software implements Node',
      '"""Opaque; for `node` and `nodes`."""\n  id: ID!',
      '"""Whose piece of software it is."""\n  tenant: Tenant!',
      'source: Api!',
      'raw: JSON',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('makes the look-up of one, with the description of the id', () => {
    const lookUp = schema.getQueryType()?.getFields().software;
    expect(lookUp?.description).toBe('All software.');
    expect(printedPart(expanded(software.replaceAll('Software', 'Product')), 'Query')).toContain(`
  """One piece of software; a \`NOT_FOUND\` error when it does not exist."""
  product(
    """The tenant's configured name."""
    tenant: String!

    """Defender's id."""
    softwareId: ID!
  ): Product`);
  });

  test('without the field of its id is refused', () => {
    expect(() => expanded('type Product @entity(by: "productId") { name: String }')).toThrow(
      'Product @entity(by: "productId")',
    );
  });
});

describe('@connection', () => {
  const schema = expanded(software);

  test('gives a list of Query the tenants, the filter and the order that there are', () => {
    const args = schema.getQueryType()?.getFields().software?.args ?? [];
    expect(args.map(({ name, type }) => `${name}: ${type}`)).toEqual([
      'tenants: [String!]',
      'tenantTags: [String!]',
      'filter: SoftwareFilter',
      'orderBy: SoftwareOrder',
      'first: Int',
      'after: String',
    ]);
    expect(args[3]?.description).toBe(
      'Any other order than `NAME ASC` is made by the gateway over a bounded number of pieces of software a tenant.',
    );
  });

  test('gives an edge pages alone', () => {
    const type = schema.getType('Software');
    const args = type && 'getFields' in type ? type.getFields().machines : undefined;
    expect(args && 'args' in args ? args.args.map(({ name }) => name) : []).toEqual(['first', 'after']);
  });

  test('makes the types of a page once', () => {
    expect(printedPart(schema, 'SoftwareConnection')).toContain('"""A page of pieces of software."""');
    expect(printedPart(schema, 'SoftwareEdge')).toContain('node: Software!');
  });

  test('leaves alone what is written by hand', () => {
    const own = '"Mine." type SoftwareConnection { nodes: [Software!]! }';
    const text = printedPart(expanded(software, own), 'SoftwareConnection');
    expect(text).toContain('"""Mine."""');
    expect(text).not.toContain('failures');
  });

  test('on another type is refused', () => {
    expect(() => expanded('extend type Query { software: [String] @connection }')).toThrow(
      'Query.software @connection: [String] is no XConnection',
    );
  });
});

describe('@action', () => {
  const scan = '"Which." input ScanInput @action(machines: true) { "Mine." waitSeconds: Int! = 300 }';
  const mutation = 'extend type Query { a: Int } extend type Mutation { "Scans." scan: Int }';

  test('gives an input what every action takes; what is written stays', () => {
    const text = printedPart(expanded(scan, mutation), 'ScanInput');
    expect(text).toContain('"""Mine."""\n  waitSeconds: Int! = 300');
    for (const name of ['tenant', 'machineIds', 'comment', 'idempotencyKey', 'dryRun', 'clientMutationId']) {
      expect(text).toContain(`\n  ${name}: `);
    }
  });

  test('gives the input to the mutation of its name', () => {
    const text = printedPart(expanded(scan, mutation), 'Mutation');
    expect(text).toContain('scan(\n    """Which."""\n    input: ScanInput!\n  ): Int');
  });

  test('on an input that no mutation is named after is refused', () => {
    expect(() => expanded(scan, 'extend type Query { a: Int }')).toThrow(
      'ScanInput @action: there is no mutation scan',
    );
  });

  test('@anyAction has a field for each', () => {
    const text = printedPart(expanded(scan, mutation, '"One." input Any @oneOf @anyAction'), 'Any');
    expect(text).toContain('"""As the mutation of this name."""\n  scan: ScanInput');
  });
});

describe('@cost', () => {
  test('becomes a row beside the schema', () => {
    const { costs } = expandSdl([directives, base, software]);
    expect([...costs].map(([coordinate, { calls }]) => [coordinate, calls])).toEqual([
      ['Query.software', 1],
      ['Software.machines', 2],
      ['Software.tenant', 0],
      ['SoftwareConnection.pageInfo', 0],
      ['SoftwareConnection.failures', 0],
    ]);
  });

  test('that says what it may not is refused', () => {
    expect(() => expandSdl([directives, 'type Query { a: Int @cost(call: 1) }'])).toThrow('"call"');
    expect(() => expandSdl([directives, 'type Query { a: Int @cost(calls: -1) }'])).toThrow();
  });
});

test('no short form is left in what the server reads', () => {
  expect(print(readSdl().document)).not.toMatch(/@(entity|connection|action|anyAction|cost)\b/);
});

describe('@inherits', () => {
  const shapes = `
    interface Shape { "How wide." width: Int "Its name." name: String }
    type Square implements Shape @inherits { "What it is called." name: String! corners: Int }`;

  test('writes out the fields of the interfaces with their descriptions; what is written by hand wins', () => {
    expect(printedPart(expanded(shapes), 'Square')).toBe(
      [
        'type Square implements Shape {',
        '  """What it is called."""\n  name: String!\n  corners: Int\n',
        '  """How wide."""\n  width: Int\n}',
        '\ninterface Shape {\n  """How wide."""\n  width: Int\n\n  """Its name."""\n  name: String\n}',
      ].join('\n'),
    );
  });

  test('on a type without an interface is refused', () => {
    expect(() => expanded('type Square @inherits { corners: Int }')).toThrow('Square @inherits');
  });
});

describe('the order of use', () => {
  test('has a place for each file', () => {
    const files = readdirSync('schema').map((name) => name.replace('.graphql', ''));
    expect(fileOrder.toSorted()).toEqual(files.filter((name) => !['schema', 'released'].includes(name)).toSorted());
  });

  test('begins with who asks and the tenants, and has a look-up right behind its list', () => {
    const fields = Object.keys(createSchema().getQueryType()?.getFields() ?? {});
    expect(fields.slice(0, 9)).toEqual([
      'viewer',
      'tenants',
      'tenant',
      'incidents',
      'incident',
      'alerts',
      'alert',
      'machines',
      'machine',
    ]);
    expect(fields.slice(-2), 'what nobody writes by hand').toEqual(['node', 'nodes']);
    expect(fields.indexOf('machineAction')).toBe(fields.indexOf('machineActions') + 1);
  });

  test('is that of the printed whole', () => {
    const printed = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
    expect(Object.keys(printed.getTypeMap()).slice(0, 40)).toEqual(
      Object.keys(createSchema().getTypeMap()).slice(0, 40),
    );
    expect(Object.keys(printed.getQueryType()?.getFields() ?? {})).toEqual(
      Object.keys(createSchema().getQueryType()?.getFields() ?? {}),
    );
  });
});
