import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { WorldIndicator } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { fileIn } from '../observables/estate.ts';

/** From files, domains, addresses and URLs to what the tenant allows, watches for or blocks of them. */

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [simTenant('contoso'), simTenant('own', { permissions: { mde: ['Ti.ReadWrite'] } })],
      enforceQuotas: false,
      profile: 'mild',
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'roles'], { alerts: { permissions: ['alert:read'] } }],
        [['access', 'apiKeys'], [keyRow('alerts', { roles: ['alerts'] })]],
      ]),
  });
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const rows = (): WorldIndicator[] => running.simulator.world('contoso').indicators;
const lists = (): number => running.simulator.calls.count({ operation: 'listIndicators' });
let lastId = 700_000;
const present = (indicatorType: string, indicatorValue: string): string => {
  const [like] = rows();
  if (like === undefined) throw new Error('The estate has no indicator');
  lastId += 1;
  rows().push({ ...like, id: lastId, indicatorType, indicatorValue });
  return String(lastId);
};

interface Edge {
  readonly indicators: {
    readonly nodes: readonly { readonly indicatorId: string }[];
    readonly truncated: boolean;
    readonly truncationReason: string | null;
  };
}

const edge = 'indicators { nodes { indicatorId } truncated truncationReason }';
const ask = (query: string, headers = {}) => running.ask<Record<string, Edge | null>>(query, {}, headers);
const idsOf = (found: Edge | null | undefined): readonly string[] | undefined =>
  found?.indicators.nodes.map(({ indicatorId }) => indicatorId);

test('each is found in whatever type, case and spelling Microsoft has it', async () => {
  const file = fileIn(running.simulator.world('contoso'));
  const { data: known } = await running.ask<{ file: { sha256: string } }>(
    `{ file(tenant: "contoso", hash: "${file.text}") { sha256 } }`,
  );
  const of = {
    file: [present('FileSha1', file.text.toUpperCase()), present('FileSha256', known.file.sha256)],
    domain: [present('DomainName', 'Edge.Example'), present('Url', 'a.edge.example')],
    ip: [present('IpAddress', '2001:4860:0:0:0:0:0:77')],
    url: [present('Url', 'HTTPS://edge.example/X'), present('Url', 'edge.example/x/')],
  };
  running.simulator.calls.reset();
  const { data, errors } = await ask(`{
    file(tenant: "contoso", hash: "${file.text}") { ${edge} }
    domain(tenant: "contoso", name: "a.edge.example") { ${edge} }
    ip: ipAddress(tenant: "contoso", address: "[2001:4860::77]") { ${edge} }
    url(tenant: "contoso", url: "https://edge.example/x") { ${edge} }
    none: domain(tenant: "contoso", name: "edge-of-none.example") { ${edge} }
  }`);
  expect(errors).toEqual([]);
  expect(Object.fromEntries(Object.entries(data).map(([name, found]) => [name, idsOf(found)]))).toEqual({
    ...of,
    none: [],
  });
});

test("the story's domain and address are blocked", async () => {
  const { data } = await ask(`{
    domain(tenant: "contoso", name: "login.fourth-coffee-files.example") { ${edge} }
    ip: ipAddress(tenant: "contoso", address: "192.0.2.77") { ${edge} }
  }`);
  expect([idsOf(data.domain), idsOf(data.ip)]).toEqual([['990'], ['991']]);
});

test('30 of a page are read in two calls; ten hashes and addresses by themselves', async () => {
  const many = (count: number, one: (index: number) => string) =>
    ask(`{ ${Array.from({ length: count }, (_, index) => `e${index}: ${one(index)} { ${edge} }`).join(' ')} }`);
  expect((await many(30, (index) => `domain(tenant: "contoso", name: "page-${index}.example")`)).errors).toEqual([]);
  expect(lists()).toBe(2);
  running.simulator.calls.reset();
  const { data } = await many(9, (index) => `ipAddress(tenant: "contoso", address: "192.0.2.${70 + index}")`);
  expect(idsOf(data.e7)).toEqual(['991']);
  const asked = running.simulator.calls.list().filter(({ operation }) => operation === 'listIndicators');
  expect(asked.length).toBeLessThanOrEqual(4);
  for (const { path } of asked) expect(decodeURIComponent(path)).toContain('$filter');
});

test('what could not be read is an error, what the app is not shown makes it no whole list', async () => {
  const { data } = await ask(`{ domain(tenant: "own", name: "edge.example") { ${edge} } }`);
  expect(data.domain?.indicators).toMatchObject({ nodes: [], truncated: true });
  expect(data.domain?.indicators.truncationReason).toContain('Ti.ReadWrite.All');
  running.simulator.faults.add({ operation: 'listIndicators', effect: { kind: 'malformed-json' } });
  const failed = await ask(`{ domain(tenant: "contoso", name: "edge.example") { name ${edge} } }`);
  expect(failed.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
});

test('who may not read indicators is refused', async () => {
  const { errors } = await ask(`{ domain(tenant: "contoso", name: "edge.example") { ${edge} } }`, keyHeader('alerts'));
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(lists()).toBe(0);
});
