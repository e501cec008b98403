import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/loaders/global-id.ts';
import type { Running } from '../../support/gateway.ts';
import { as, cases, idsOf, type List, listNames, lists, seenBy, sorted, startEstates } from './estate.ts';

let running: Running;
beforeAll(async () => {
  running = await startEstates();
});
afterAll(() => running.stop());

describe.each(cases)('a caller limited to machines ($caller, $tenant)', ({ tenant, caller }) => {
  test.each(listNames)('%s holds what they see, and its pages are full', async (list) => {
    const seen = await seenBy(running, caller, tenant);
    expect(sorted(await idsOf(running, caller, list, tenant))).toEqual(sorted(seen[list]));
    if (caller !== 'of-nothing') expect(seen[list].size).toBeGreaterThan(0);
    expect(seen[list].size).toBeLessThan((await idsOf(running, null, list, tenant, { first: 100 })).length);
  });

  test.each(listNames)('what they do not see of %s does not exist for them', async (list) => {
    const seen = await seenBy(running, caller, tenant);
    const { id: field, type, look } = lists[list];
    const all = await idsOf(running, null, list, tenant, { first: 100 });
    const some = [
      ...all.filter((id) => seen[list].has(id)).slice(0, 3),
      ...all.filter((id) => !seen[list].has(id)).slice(0, 3),
    ];
    for (const id of some) {
      const { data, errors } = await running.ask<Record<string, Readonly<Record<string, string>> | null>>(
        `query ($tenant: String!, $id: ID!, $node: ID!) {
          found: ${look} { ${field} } node(id: $node) { ... on ${type} { ${field} } }
        }`,
        { tenant, id, node: encodeGlobalId({ type, tenant, id }) },
        as(caller),
      );
      const expected = seen[list].has(id) ? { [field]: id } : null;
      expect(data).toEqual({ found: expected, node: expected });
      expect(errors.map(({ extensions: { code }, path }) => ({ code, path }))).toEqual(
        expected === null ? [{ code: 'NOT_FOUND', path: ['found'] }] : [],
      );
    }
  });

  test.each<[List, string]>([
    ['machines', ', orderBy: { field: COMPUTER_DNS_NAME, direction: ASC }'],
    ['alerts', ', orderBy: { field: SEVERITY }'],
    ['incidents', ', orderBy: { field: UPDATED_AT }'],
  ])('%s in an order of the gateway hold the same', async (list, order) => {
    const seen = await seenBy(running, caller, tenant);
    expect(sorted(await idsOf(running, caller, list, tenant, { arguments: order }))).toEqual(sorted(seen[list]));
  });

  test('a filter finds among what they see alone', async () => {
    const seen = await seenBy(running, caller, tenant);
    const { machines } = running.simulator.world(tenant);
    const windows = machines.filter(({ id, osPlatform }) => osPlatform === 'Windows11' && seen.machines.has(id));
    const found = await idsOf(running, caller, 'machines', tenant, {
      arguments: ', filter: { osPlatform: ["Windows11"] }',
    });
    expect(sorted(found)).toEqual(sorted(windows.map(({ id }) => id)));
  });
});
