import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asked, type Given, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(10, ['mde']);
});
afterAll(() => api.stop());

const guid = (place: number): string => `a00ab94f-0000-4000-8000-00000000000${place}`;
const all = [1, 2, 3].map((place) => ({
  id: guid(place),
  name: `profile ${place}`,
  type: 'Isolate',
  status: 'Failed',
}));

/** A service whose ids are GUIDs: quoted they are no literals of theirs. */
const service =
  ({ takesIn }: { readonly takesIn: boolean }) =>
  ({ query }: Asked): Given => {
    const filter = query.get('$filter') ?? '';
    if (/['"]/.test(filter) || (!takesIn && filter.includes(' in ')))
      return { status: 400, body: { error: { code: 'BadRequest', message: 'Edm.Guid and Edm.String' } } };
    const named = filter.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g);
    const rows = named === null ? all : all.filter(({ id }) => named.includes(id));
    return { body: { value: Number(query.get('$skip') ?? 0) > 0 ? [] : rows } };
  };

const filtersOf = (asked: readonly Asked[]): readonly string[] => asked.map(({ query }) => query.get('$filter') ?? '');

test.each([
  ['baselineProfiles', 'profileId', true],
  ['baselineProfiles', 'profileId', false],
  ['machineActions', 'actionId', true],
  ['machineActions', 'actionId', false],
] as const)('R5: %s by several GUIDs, where they are refused as text (in: %s %s)', async (list, id, takesIn) => {
  const tenant = api.tenant(service({ takesIn }));
  const ask = () =>
    tenant.ask<{ readonly list: { readonly nodes: readonly object[]; readonly failures: readonly object[] } }>(
      `query ($tenant: String!) { list: ${list}(tenants: [$tenant], filter: { ${id}: ["${guid(1).toUpperCase()}", "${guid(3)}"] }) { nodes { ${id} } failures { message } } }`,
    );
  expect((await ask()).data.list).toEqual({ nodes: [{ [id]: guid(1) }, { [id]: guid(3) }], failures: [] });
  tenant.asked.length = 0;
  expect((await ask()).data.list.nodes).toHaveLength(2);
  // What was refused is not asked again.
  expect(filtersOf(tenant.asked).filter((filter) => /['"]/.test(filter))).toEqual([]);
});

test('R5: one profile by its GUID, where that is refused as text', async () => {
  const tenant = api.tenant(service({ takesIn: true }));
  const ask = () =>
    tenant.ask(
      `query ($tenant: String!) {
        one: baselineProfile(tenant: $tenant, profileId: "${guid(2)}") { name }
        list: baselineProfiles(tenants: [$tenant], filter: { profileId: ["${guid(2)}"] }) { nodes { name } failures { message } }
      }`,
    );
  const known = { one: { name: 'profile 2' }, list: { nodes: [{ name: 'profile 2' }], failures: [] } };
  expect((await ask()).data).toEqual(known);
  tenant.asked.length = 0;
  expect((await ask()).data).toEqual(known);
  expect([...new Set(filtersOf(tenant.asked))]).toEqual([`id eq ${guid(2)}`]);
});
