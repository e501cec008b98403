import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { type Estate, type Handler, type Reply, startEstate } from '../../support/stand-in.ts';

const hex = (place: number) => place.toString(16).padStart(40, '0');
const none: Reply = { status: 404, body: { error: { code: 'ResourceNotFound', message: 'none' } } };
const broken: Reply = { status: 500, body: { error: { code: 'InternalServerError', message: 'oops' } } };

/** Machines 1 to 9: every third is a server; one has no group, one an empty one, one is gone. */
const machines = [1, 2, 3, 4, 5, 6, 7, 8].map((place) => ({
  id: hex(place),
  computerDnsName: `m${place}.contoso.com`,
  ...(place === 4 ? {} : { rbacGroupName: place === 5 ? '' : place % 3 === 0 ? 'Servers' : 'Clients' }),
  ...(place === 7 ? { rbacGroupName: null, rbacGroupId: 0 } : {}),
}));
const device = (place: number) => ({
  '@odata.type': '#microsoft.graph.security.deviceEvidence',
  mdeDeviceId: place % 2 === 0 ? hex(place) : hex(place).toUpperCase(),
});
const alerts = [
  ...[1, 2, 3, 4, 5, 6, 7, 9].map((place) => ({ id: `da${place}`, evidence: [null, device(place)] })),
  { id: 'daBoth', evidence: [device(1), device(6)] },
  { id: 'daNone', evidence: [] },
  { id: 'daNull' },
].map((alert, index) => ({ ...alert, createdDateTime: `2026-05-01T00:00:${String(59 - index).padStart(2, '0')}` }));

const actions = [1, 3, 9].map((place) => ({
  id: `0000000${place}-0000-4000-8000-000000000000`,
  machineId: hex(place).toUpperCase(),
  type: 'Isolate',
  status: 'Succeeded',
  creationDateTimeUtc: '2026-05-01T00:00:00Z',
}));

/** `formBreaks`: lists of ids are answered with 500. */
const service =
  (formBreaks: boolean): Handler =>
  (url) => {
    const filter = url.searchParams.get('$filter') ?? '';
    const skips = url.searchParams.has('$skip') || / le | lt /.test(filter);
    const ids = filter.match(/[0-9a-f]{40}/gi)?.map((id) => id.toLowerCase());
    if (/alerts_v2$/.test(url.pathname)) return { body: { value: skips ? [] : alerts } };
    if (/machineactions$/i.test(url.pathname)) return { body: { value: skips ? [] : actions } };
    if (/api\/machines$/.test(url.pathname)) {
      if (ids !== undefined && formBreaks) return broken;
      const value = machines.filter(({ id }) => ids === undefined || ids.includes(id));
      return { body: { value: skips ? [] : value } };
    }
    const id = /api\/machines\/([^/]+)$/.exec(url.pathname)?.[1]?.toLowerCase();
    const found = machines.find((row) => row.id === id);
    return found === undefined ? none : { body: found };
  };

let estate: Estate;
beforeAll(async () => {
  estate = await startEstate({ plain: service(false), breaking: service(true) }, [
    [
      ['access', 'roles'],
      { servers: { permissions: ['machine:read', 'alert:read', 'action:read'], machineGroups: ['Servers'] } },
    ],
    [['access', 'apiKeys'], [keyRow('servers', { roles: ['servers'] })]],
  ]);
});
afterAll(() => estate.stop());

interface Listed {
  readonly list: { readonly nodes: readonly { readonly key: string }[]; readonly failures: readonly unknown[] };
}

test.each([
  ['plain', 'machines', 'machineId', [hex(3), hex(6)]],
  ['breaking', 'machines', 'machineId', [hex(3), hex(6)]],
  ['plain', 'alerts', 'alertId', ['da3', 'da6', 'daBoth']],
  ['breaking', 'alerts', 'alertId', ['da3', 'da6', 'daBoth']],
  ['plain', 'machineActions', 'actionId', [actions[1]?.id]],
  ['breaking', 'machineActions', 'actionId', [actions[1]?.id]],
] as const)('R6: a caller who sees servers alone, in %s: %s', async (tenant, list, key, seen) => {
  const { data, errors } = await estate.ask<Listed>(
    `{ list: ${list}(tenants: ["${tenant}"]) { nodes { key: ${key} } failures { code message } } }`,
    {},
    keyHeader('servers'),
  );
  expect(errors).toEqual([]);
  expect(data.list.failures).toEqual([]);
  expect(data.list.nodes.map((node) => node.key).toSorted()).toEqual(seen);
});
