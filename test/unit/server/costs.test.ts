import { buildSchema, isInputObjectType, isListType, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { unpriced } from '../../../scripts/schema/prices.ts';
import { operationPrice } from '../../../src/access/limits/cost.ts';
import { fieldCosts } from '../../../src/server/costs.ts';
import { createSchema } from '../../../src/server/schema.ts';
import { readSdl } from '../../../src/server/sdl.ts';

const schema = createSchema();
const costs = fieldCosts(schema, readSdl());

const price = (query: string, tenants?: number) =>
  operationPrice({ schema, costs, document: parse(query), ...(tenants !== undefined && { tenants }) })?.cost;

test.each(Object.entries(costs))('%s is a field of the schema, with the lists that it is paid for', (name, cost) => {
  const [typeName = '', fieldName = ''] = name.split('.');
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
  expect(field).toBeDefined();
  for (const path of [...(cost.each ?? []), cost.eachTenant, ...(cost.sizeArguments ?? [])]) {
    if (path === undefined) continue;
    const [argumentName, inner] = path.split('.');
    let found = field?.args.find((each) => each.name === argumentName)?.type;
    if (inner !== undefined) {
      const input = schema.getType(String(found).replace('!', ''));
      found = isInputObjectType(input) ? input.getFields()[inner]?.type : undefined;
    }
    expect(isListType(found) || isListType(found && 'ofType' in found ? found.ofType : undefined)).toBe(true);
  }
});

describe('a call that nothing can gather costs 10 points', () => {
  test.each([
    [
      'for each target of an action',
      'mutation { scanMachines(input: { tenant: "a", machineIds: ["1", "2", "3"], comment: "" }) { dryRun } }',
      30,
    ],
    [
      'for as many targets as are expected where they are found',
      'mutation { stopAndQuarantineFile(input: { tenant: "a", sha1: "1", comment: "" }) { dryRun } }',
      200,
    ],
    [
      'for each row that an edge is asked of',
      '{ machines(first: 20, tenants: ["a"]) { nodes { logonUsers { truncated } } } }',
      10 + 20 * (1 + 10),
    ],
    ['for each tenant that is named', '{ machines(tenants: ["a", "b"]) { truncated } }', 20],
    [
      'D1: for each tenant that a query is run in, and for ten rows that are kept of it a point more',
      '{ hunt(input: { query: "T", tenants: ["a", "b", "c"] }) { rowCount } }',
      3 * (10 + 1000),
    ],
    [
      'D1: for as many rows as are asked for',
      '{ a: hunt(input: { query: "T", tenants: ["a", "b"], maxRows: 100000 }) { rowCount } }',
      2 * (10 + 10_000),
    ],
  ])('%s', (_, query, cost) => {
    expect(price(query)).toBe(cost);
  });

  test('for each tenant that the caller sees, where none is named', () => {
    expect(price('{ alerts { truncated } }', 7)).toBe(70);
    expect(price('{ alerts(tenants: ["a"], tenantTags: ["vip"]) { truncated } }', 7)).toBe(70);
  });
});

describe('a field that may lead upstream needs a price', () => {
  const sdl = `
    type Query { machines(first: Int): MachineConnection, viewer: Int }
    type Mutation { scan: Int }
    type MachineConnection { nodes: [Machine] }
    type Machine { name: String, alerts(first: Int): [String], owner: Machine, slow: Int, plain: Int }`;
  const made = buildSchema(sdl);
  const machine = made.getType('Machine');
  if (isObjectType(machine)) {
    const { slow, plain } = machine.getFields();
    if (slow) slow.resolve = async (_parent, _arguments, context) => context;
    if (plain) plain.resolve = (parent) => parent;
  }

  test('and is named when it has none', () => {
    const nothing = { calls: 0, gathered: false };
    const prices = new Map([
      ['Query.viewer', nothing],
      ['Machine.alerts', nothing],
    ]);
    expect(unpriced(made, prices, new Set(['Machine']))).toEqual([
      'Machine.alerts',
      'Machine.owner',
      'Machine.slow',
      'Mutation.scan',
      'Query.machines',
    ]);
  });

  test('and has one in this schema', () => {
    const { costs: priced, entities } = readSdl();
    expect(entities.size).toBeGreaterThan(3);
    expect(unpriced(schema, priced, entities)).toEqual([]);
  });
});
