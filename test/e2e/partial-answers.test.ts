import { type GraphQLField, isNonNullType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning();
});
afterAll(() => running.stop());

/** Fields of the roots that cannot fail as a whole: the caller is known, each id of `nodes` fails by itself, and so does each part of the status. */
const cannotFail = ['viewer', 'nodes', 'gatewayStatus'];

test.each(['Query', 'Mutation'] as const)('whatever can fail in %s may be null', (root) => {
  const schema = createSchema();
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const fields: readonly GraphQLField<unknown, unknown>[] = Object.values(type?.getFields() ?? {});
  expect(fields.length).toBeGreaterThan(5);
  const whole = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
  expect(whole.filter((name) => !cannotFail.includes(name))).toEqual([]);
});

describe('P3: a field that fails leaves the others their answers', () => {
  test.each([
    ['tenantSignIn', 'tenantSignIn(tenant: "contoso") { status }'],
    ['tenants', 'tenants(names: ["nobody"]) { name }'],
    ['approvals', 'approvals(tenants: ["nobody"]) { nodes { state } }'],
    ['auditLog', 'auditLog(tenants: ["nobody"]) { nodes { seq } }'],
    ['node', 'node(id: "x") { id }'],
  ])('%s', async (name, field) => {
    const { data, errors } = await running.ask<unknown>(`{ viewer { kind } ${field} }`);
    expect(data).toEqual({ viewer: { kind: 'ANONYMOUS' }, [name]: null });
    expect(errors.map(({ path }) => path)).toEqual([[name]]);
  });
});

test('R6: one malformed id of nodes is an error at its place, and the others come', async () => {
  const { data: found } = await running.ask<{ machines: { nodes: { id: string }[] }; tenants: { id: string }[] }>(
    '{ machines(first: 1) { nodes { id } } tenants { id } }',
  );
  const good = [...found.machines.nodes, ...found.tenants].map(({ id }) => id);
  const { data, errors } = await running.ask<unknown>(
    'query ($ids: [ID!]!) { tenants(names: ["contoso"]) { name } nodes(ids: $ids) { id } }',
    { ids: ['x', ...good, '../../x'] },
  );
  expect(data).toEqual({
    tenants: [{ name: 'contoso' }],
    nodes: [null, ...good.map((id) => ({ id })), null],
  });
  expect(errors.map(({ path, extensions: { code } }) => [path, code])).toEqual([
    [['nodes', 0], 'BAD_USER_INPUT'],
    [['nodes', good.length + 1], 'BAD_USER_INPUT'],
  ]);
});
