import { makeExecutableSchema } from '@graphql-tools/schema';
import { expect, test } from 'vitest';
import { UpstreamError } from '../../../src/errors.ts';
import { createShownRows } from '../../../src/exports/graph-rows.ts';
import { tenantNamed } from '../../support/tenant.ts';
import { createMemoryLog } from '../store/support.ts';

const tenants = ['alpha', 'beta'].map((name) => tenantNamed(name, 'https://api.example'));
const access = { findTenant: (name: string) => tenants.find((tenant) => tenant.name === name) ?? null };
const rows = ['alpha', 'alpha', 'beta'].map((tenant, index) => ({ tenant, id: String(index) }));

const shown = async (read: (id: string) => unknown) => {
  const schema = makeExecutableSchema({
    typeDefs: 'type Row { tenant: String id: ID state: String } type Query { rows: [Row] }',
    resolvers: { Row: { state: ({ id }: { id: string }) => read(id) } },
  });
  const log = createMemoryLog();
  const { show, remarks } = createShownRows(schema, 'rows', { columns: ['id', 'state'], isTenantObject: false, log });
  const given = await show(rows, { access });
  return { given, remarks: remarks(), logged: log.lines };
};

test('F4: a column that cannot be read is told once a tenant, whatever is said of each row', async () => {
  const { given, remarks } = await shown((id) => {
    throw new UpstreamError('UPSTREAM_THROTTLED', `Wait ${id} s`, { retryAfterSeconds: Number(id) });
  });
  expect(given).toEqual(rows.map(({ id }) => ({ id, state: null })));
  expect(remarks.map(({ tenant, error }) => [tenant.name, error.code, error.message])).toEqual([
    ['alpha', 'UPSTREAM_THROTTLED', 'state of 2 rows could not be read: Wait 0 s'],
    ['beta', 'UPSTREAM_THROTTLED', 'state of 1 rows could not be read: Wait 2 s'],
  ]);
});

test('F4: a fault of the gateway in a column is logged whole, and masked in the answer', async () => {
  const { remarks, logged } = await shown(() => {
    throw new TypeError('x is not a function');
  });
  expect(remarks.map(({ error }) => error.code)).toEqual(['INTERNAL', 'INTERNAL']);
  expect(remarks.map(({ error }) => error.message).join()).not.toContain('not a function');
  expect(logged.join()).toContain('"field":"state"');
  expect(logged).toHaveLength(2);
});
