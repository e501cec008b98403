import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLInputObjectType,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Given, type Listed, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(260);
});
afterAll(() => api.stop());
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const lists = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) => {
  const filter = getNamedType(field.args.find(({ name }) => name === 'filter')?.type ?? null);
  // Counts are opened as their lists are; what they take besides is tested in test/e2e/counts.
  const hasRows = field.name !== 'auditLog' && !field.name.endsWith('Counts');
  return isInputObjectType(filter) && hasRows ? [{ list: field.name, filter }] : [];
});
const conditions = lists.flatMap(({ list, filter }) =>
  Object.values(filter.getFields()).map((field) => ({ list, name: field.name, type: field.type, filter })),
);

const empty: Given = { body: { value: [] } };
const askFilter = (list: string, filter: GraphQLInputObjectType, value: unknown) => {
  const tenant = api.tenant(() => empty);
  return {
    tenant,
    answer: tenant.ask<Listed>(
      `query ($tenant: String!, $filter: ${filter.name}) { list: ${list}(tenants: [$tenant], filter: $filter) { nodes { __typename } failures { code message } } }`,
      { filter: value },
    ),
  };
};

describe('R5: what can be met by nothing', () => {
  test.each(conditions.filter(({ type }) => isListType(getNullableType(type))))(
    '$list: $name: []',
    async ({ list, name, filter }) => {
      const { errors } = await askFilter(list, filter, { [name]: [] }).answer;
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    },
  );
  test.each(conditions.filter(({ name }) => name.endsWith('After')))(
    '$list: $name later than Before',
    async ({ list, name, filter }) => {
      const { errors } = await askFilter(list, filter, {
        [name]: '2026-02-01T00:00:00Z',
        [name.replace('After', 'Before')]: '2026-01-01T00:00:00+01:00',
      }).answer;
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    },
  );
  test.each(conditions)('$list: $name: null', async ({ list, name, filter }) => {
    const { errors, data } = await askFilter(list, filter, { [name]: null }).answer;
    if (name === 'assignedTo') expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    else {
      expect(errors).toEqual([]);
      expect(data.list.failures).toEqual([]);
    }
  });
  test.each(conditions.filter(({ type }) => getNamedType(type).name === 'ID'))(
    '$list: $name malformed',
    async ({ list, name, type, filter }) => {
      for (const bad of ['../../x', 'a b', '', 'x/y', '%2e%2e', "'", 'x?y=1']) {
        const { errors } = await api.running.ask<Listed>(
          `query ($filter: ${filter.name}) { list: ${list}(tenants: ["t0"], filter: $filter) { nodes { __typename } failures { code message } } }`,
          { filter: { [name]: isListType(getNullableType(type)) ? [bad] : bad } },
        );
        expect({ bad, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
          bad,
          codes: ['BAD_USER_INPUT'],
        });
      }
    },
  );
});

const graphAlert = (id: string, more: { severity: string; status: string }) => ({
  id,
  createdDateTime: `2026-01-01T00:00:0${id.at(-1)}Z`,
  ...more,
});
describe('R5: a condition that the service breaks on', () => {
  test.each([400, 501, 500, 502, 503, 504] as const)('%i', async (status) => {
    const rows = [
      graphAlert('da1', { severity: 'high', status: 'new' }),
      graphAlert('da2', { severity: 'low', status: 'new' }),
      graphAlert('da3', { severity: 'high', status: 'resolved' }),
    ];
    const tenant = api.tenant(({ path, query }) => {
      if (path !== '/v1.0/security/alerts_v2') return none;
      const filter = query.get('$filter') ?? '';
      if (filter.includes('severity')) return { status, body: { error: { code: 'Broken', message: 'x' } } };
      return { body: { value: rows.filter((row) => !filter.includes("status eq 'new'") || row.status === 'new') } };
    });
    const ask = () =>
      tenant.ask<Listed>(
        'query ($tenant: String!) { list: alerts(tenants: [$tenant], filter: { severity: [HIGH], status: [NEW] }) { nodes { alertId } failures { code } } }',
      );
    const { data, errors } = await ask();
    expect(errors).toEqual([]);
    expect(data.list).toEqual({ nodes: [{ alertId: 'da1' }], failures: [] });
    const before = tenant.asked.length;
    expect((await ask()).data.list.nodes).toEqual([{ alertId: 'da1' }]);
    expect(tenant.asked.length - before).toBe(1);
  });
});
