import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(10);
});
afterAll(() => api.stop());

const guid = (row: number): string => `00000000-0000-4000-8000-00000000000${row}`;
const machine = (row: number): string => String(row).repeat(40);
const setting = (row: number): string => `CIS_1.4.0-windows_server_2016_9.3.${row}`;
const refused: Given = { status: 400, body: { error: { code: 'ODataError', message: 'The property cannot be used' } } };
const rows = [1, 2, 3];

/** What a list alone reads by its ids, by a condition that its page documents and the service refuses. */
const kinds = [
  {
    ...{
      list: 'baselineProfiles',
      one: 'baselineProfile',
      type: 'BaselineProfile',
      field: 'profileId',
      path: '/api/baselineProfiles',
    },
    ...{ idOf: guid, wire: (row: number) => ({ id: guid(row) }) },
  },
  {
    ...{
      list: 'baselineConfigurations',
      one: 'baselineConfiguration',
      type: 'BaselineConfiguration',
      field: 'uniqueId',
    },
    ...{ path: '/api/baselineConfigurations', idOf: setting },
    wire: (row: number) => ({ id: `9.3.${row}`, uniqueId: setting(row) }),
  },
  {
    ...{
      list: 'antivirusHealth',
      one: 'machineAntivirusHealth',
      type: 'AntivirusHealth',
      field: 'machineId',
      path: '/api/deviceavinfo',
    },
    ...{ idOf: machine, wire: (row: number) => ({ id: `${row}`, machineId: machine(row) }) },
  },
] as const;

describe.each(kinds)('R5: $list, whose ids no condition may name', ({ one, type, field, path, idOf, wire }) => {
  const start = () =>
    api.tenant(({ path: asked, query }) => {
      if (asked !== path) return none;
      return query.has('$filter')
        ? refused
        : { body: { value: rows.map(wire).slice(Number(query.get('$skip') ?? 0)) } };
    });

  test('one is found in the list, and what is not there is NOT_FOUND', async () => {
    const { data, errors } = await start().ask(
      `query ($tenant: String!) { found: ${one}(tenant: $tenant, ${field}: "${idOf(2)}") { id: ${field} }
        missing: ${one}(tenant: $tenant, ${field}: "${idOf(7)}") { id: ${field} } }`,
    );
    expect(data).toEqual({ found: { id: idOf(2) }, missing: null });
    expect(errors).toMatchObject([{ path: ['missing'], extensions: { code: 'NOT_FOUND' } }]);
  });

  test('that is remembered once the list has one that was refused, and not for one that it has not', async () => {
    const tenant = start();
    const refusals = async (row: number): Promise<number> => {
      const before = tenant.asked.length;
      await tenant.ask(
        `query ($tenant: String!) { ${one}(tenant: $tenant, ${field}: "${idOf(row)}") { id: ${field} } }`,
      );
      return tenant.asked.slice(before).filter(({ query }) => query.has('$filter')).length;
    };
    expect(await refusals(7)).toBeGreaterThan(0);
    expect(await refusals(1)).toBeGreaterThan(0);
    expect(await refusals(2)).toBe(0);
    expect(await refusals(7)).toBe(0);
  });

  test('several are found by node, in one reading of the list', async () => {
    const tenant = start();
    const ids = rows.map((row) => Buffer.from(`${type}\n${tenant.name}\n${idOf(row)}`).toString('base64url'));
    const { data, errors } = await tenant.ask(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, { ids });
    expect(errors).toEqual([]);
    expect(data).toEqual({ nodes: ids.map((id) => ({ id })) });
    expect(
      tenant.asked.filter(({ path: asked, query }) => asked === path && !query.has('$filter')).length,
    ).toBeLessThanOrEqual(2);
  });
});
