import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({ simulator: { tenants: [simTenant('contoso')] } });
});
afterAll(() => running.stop());

const words: Readonly<Record<string, string>> = {
  Int: '1',
  Float: '1',
  Boolean: 'true',
  DateTime: '"2026-01-31"',
  JSON: '{}',
};

/** The least that the schema takes, of which nothing exists. */
const junk = (type: GraphQLInputType): string => {
  if (isNonNullType(type)) return junk(type.ofType);
  if (isListType(type)) return `[${junk(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (!isInputObjectType(type)) return words[type.name] ?? '"???"';
  const fields = Object.values(type.getFields());
  // An input of which one of several things is named has none that is required.
  const required = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return `{ ${required.map((field) => `${field.name}: ${junk(field.type)}`).join(', ')} }`;
};

/** A field asked of a tenant that is not there, or of things that are not. */
const askFor = ({ name, args, type }: GraphQLField<unknown, unknown>): string => {
  const given = args.filter((arg) => isRequiredArgument(arg) || arg.name === 'tenants');
  const list = given.map((arg) => `${arg.name}: ${junk(arg.type)}`).join(', ');
  const named = isNonNullType(type) ? type.ofType : type;
  return `asked: ${name}${list === '' ? '' : `(${list})`}${isLeafType(named) ? '' : ' { __typename }'}`;
};

const schema = createSchema();
const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {});

test('P3: root fields that are never null are those that cannot fail', () => {
  const strict = [
    ...fieldsOf(schema.getQueryType()),
    ...fieldsOf(schema.getMutationType()),
    ...fieldsOf(schema.getSubscriptionType()),
  ]
    .filter(({ type }) => isNonNullType(type))
    .map(({ name }) => name);
  expect(strict.sort()).toEqual(['gatewayStatus', 'nodes', 'viewer']);
});

interface Asked {
  readonly viewer?: { readonly name: string };
  readonly asked: unknown;
}

describe('P3: a root field that fails leaves the others', () => {
  test.each(fieldsOf(schema.getQueryType()).map((field) => ({ name: field.name, text: askFor(field) })))(
    '$name',
    async ({ text }) => {
      const { status, data, errors } = await running.ask<Asked | null>(`{ viewer { name } ${text} }`);
      expect(status).toBe(200);
      expect(data?.viewer).toEqual({ name: expect.any(String) });
      expect(errors.map(({ path }) => path?.[0])).toEqual(errors.map(() => 'asked'));
    },
  );

  test.each(fieldsOf(schema.getMutationType()).map((field) => ({ name: field.name, text: askFor(field) })))(
    '$name',
    async ({ text }) => {
      const { status, data, errors } = await running.ask<Asked | null>(`mutation { ${text} }`);
      expect([status, Object.keys(data ?? {})]).toEqual([200, ['asked']]);
      expect(errors.map(({ path }) => path?.[0])).toEqual(errors.map(() => 'asked'));
    },
  );

  test('a malformed id of nodes is an error at its own place', async () => {
    const { data } = await running.ask<{ tenant: { id: string } }>('{ tenant(name: "contoso") { id } }');
    const { data: nodes, errors } = await running.ask(
      'query ($ids: [ID!]!) { tenants { name } nodes(ids: $ids) { __typename } }',
      { ids: ['???', data.tenant.id] },
    );
    expect(nodes).toEqual({ tenants: [{ name: 'contoso' }], nodes: [null, { __typename: 'Tenant' }] });
    expect(errors.map(({ path }) => path)).toEqual([['nodes', 0]]);
  });
});
