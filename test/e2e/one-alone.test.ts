import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { softwareEstate } from '../../src/simulator/mde/vulnerability/estate.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'contoso';
const ofServers = 'the server team';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { profile: 'mild', tenants: [simTenant(tenant)], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access', 'roles'],
          {
            machines: ['machine:read', 'alert:read'],
            servers: { permissions: ['alert:read'], machineGroups: ['Servers'] },
            seen: ['machine:read'],
          },
        ],
        [['access', 'apiKeys'], [keyRow(ofServers, { roles: ['seen', 'servers'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const world = () => running.simulator.world(tenant);
const exposures = () => softwareEstate(world()).exposures;
const calls = (operation: string): number => running.simulator.calls.count({ operation });
const rows = 'listVulnerabilitiesByMachineAndSoftware';

interface Page {
  readonly totalCount: number | null;
  readonly nodes: readonly { readonly id: string }[];
}
const ids = ({ nodes }: Page): readonly string[] => nodes.map(({ id }) => id);
const distinct = (all: readonly string[]): readonly string[] => [...new Set(all)].toSorted();

/** Its weaknesses, the CVE's machines; last, whether the page prints a quota. */
const ways = [
  ['listMachineVulnerabilities', () => exposures()[0]?.machine.id ?? '', 'machine', 'vulnerabilities', 'cveId', true],
  [
    'listVulnerabilityMachines',
    () => exposures()[0]?.weakness.cveId ?? '',
    'vulnerability',
    'machines',
    'machineId',
    false,
  ],
] as const;

describe.each(ways)('%s', (operation, keyOf, root, edge, field, hasQuota) => {
  const told = () => {
    const key = root === 'machine' ? 'machineId' : 'cveId';
    return running.ask<Record<string, Record<string, Page>>>(
      `{ ${root}(tenant: "${tenant}", ${key}: "${keyOf()}") { ${edge}(first: 200) { totalCount nodes { id: ${field} } } } }`,
    );
  };
  const ask = async () => {
    const { data, errors } = await told();
    expect(errors).toEqual([]);
    const page = data[root]?.[edge];
    if (page === undefined) throw new Error('There is no page');
    return page;
  };
  const expected = () =>
    distinct(
      exposures()
        .filter(({ machine, weakness }) => (root === 'machine' ? machine.id : weakness.cveId) === keyOf())
        .map(({ machine, weakness }) => (root === 'machine' ? weakness.cveId : machine.id)),
    );

  test('is the one call of one, and has each once', async () => {
    const page = await ask();
    expect(ids(page)).toEqual(expected());
    expect(page.totalCount).toBe(expected().length);
    expect([calls(operation), calls(rows)]).toEqual([1, 0]);
  });

  test.each([
    ['has no such list', { kind: 'status', status: 404 }],
    ['does not take it', { kind: 'status', status: 400 }],
    ['answers with something else', { kind: 'malformed-json' }],
  ] as const)('the rows tell the same where Microsoft %s', async (_what, effect) => {
    running.simulator.faults.add({ operation, effect });
    expect(ids(await ask())).toEqual(expected());
    expect(calls(rows)).toBe(2);
  });

  test('what is forbidden is told, and the rows, which need the same permission, are not asked', async () => {
    running.simulator.faults.add({ operation, effect: { kind: 'status', status: 403 } });
    expect((await told()).errors).toMatchObject([{ extensions: { code: 'UPSTREAM_REJECTED' } }]);
    expect(calls(rows)).toBe(0);
  });

  test(`a spent quota ${hasQuota ? 'of its own sends to the rows' : 'is told, and the rows are not asked'}`, async () => {
    running.simulator.faults.add({ operation, times: 1, effect: { kind: 'status', status: 429, retryAfter: 600 } });
    const { errors } = await told();
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(hasQuota ? [] : ['UPSTREAM_THROTTLED']);
    expect(calls(rows)).toBe(hasQuota ? 2 : 0);
  });
});

describe('alertCount', () => {
  const ask = (id: string | undefined, headers?: Readonly<Record<string, string>>) =>
    running.ask<{ machine: Readonly<Record<string, number | null>> }>(
      `{ machine(tenant: "${tenant}", machineId: "${id}") { all: alertCount open: alertCount(isOpen: true) done: alertCount(isOpen: false) } }`,
      {},
      headers,
    );
  const ownAlerts = (id: string | undefined) =>
    world().alerts.filter(
      ({ machine, serviceSource }) => machine?.id === id && serviceSource === 'microsoftDefenderForEndpoint',
    );

  test('counts what the list would have, and reads none once the count is proven', async () => {
    const isOpen = ({ status }: { readonly status: string }) => status !== 'resolved';
    const id = world().machines.find((machine) => {
      const open = ownAlerts(machine.id).filter(isOpen).length;
      return open > 0 && open < ownAlerts(machine.id).length;
    })?.id;
    const all = ownAlerts(id);
    const open = all.filter(isOpen).length;
    for (const [counts, lists] of [
      [3, 1],
      [3, 0],
    ]) {
      running.simulator.calls.reset();
      const { data, errors } = await ask(id);
      expect(errors).toEqual([]);
      expect(data.machine).toEqual({ all: all.length, open, done: all.length - open });
      expect([calls('countMachineAlerts'), calls('listMachineAlerts')]).toEqual([counts, lists]);
    }
  });

  test('of a machine whose alerts the caller does not see is null, and nobody is asked', async () => {
    const hidden = world().machines.find(({ rbacGroupName }) => rbacGroupName !== 'Servers');
    const seen = world().machines.find(({ rbacGroupName }) => rbacGroupName === 'Servers');
    const { data } = await ask(hidden?.id, keyHeader(ofServers));
    expect(data.machine).toEqual({ all: null, open: null, done: null });
    expect(calls('countMachineAlerts')).toBe(0);
    expect((await ask(seen?.id, keyHeader(ofServers))).data.machine.all).toBe(ownAlerts(seen?.id).length);
  });

  test('an answer that is no number is an error, and no count', async () => {
    running.simulator.faults.add({ operation: 'countMachineAlerts', effect: { kind: 'malformed-json' } });
    const { data, errors } = await ask(world().machines[0]?.id);
    expect(data.machine.all).toBeNull();
    expect(errors[0]?.extensions.code).toMatch(/^UPSTREAM_/);
  });
});

describe('what an alert leads to', () => {
  const ofEndpoint = () =>
    world().alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint');
  const ask = (id: string | undefined, field: string) =>
    running.ask<{ alert: Readonly<Record<string, { id: string; accountSid?: string } | null>> }>(
      `{ alert(tenant: "${tenant}", alertId: "${id}") { ${field} } }`,
    );

  test('its user, with one call, where Defender for Endpoint raised it', async () => {
    const alert = ofEndpoint().find(({ evidence }) => evidence.some(({ type }) => type === 'user'));
    const { data, errors } = await ask(alert?.id, 'relatedUser { id: accountName accountSid logonTypes }');
    expect(errors).toEqual([]);
    const users = (alert?.evidence ?? []).flatMap((one) => (one.type === 'user' ? [one.user.accountName] : []));
    expect(users).toContain(data.alert.relatedUser?.id);
    expect(data.alert.relatedUser?.accountSid).toMatch(/^S-1-5-/);
    expect(calls('getAlertUser')).toBe(1);
  });

  test('no user of an alert without one, and of another product nobody is asked', async () => {
    running.simulator.faults.add({ operation: 'getAlertUser', times: 1, effect: { kind: 'status', status: 404 } });
    const [own] = ofEndpoint();
    expect((await ask(own?.id, 'relatedUser { id: accountName }')).data.alert.relatedUser).toBeNull();
    running.simulator.calls.reset();
    const other = world().alerts.find(({ serviceSource }) => serviceSource !== 'microsoftDefenderForEndpoint');
    expect((await ask(other?.id, 'relatedUser { id: accountName }')).data.alert.relatedUser).toBeNull();
    expect(calls('getAlertUser')).toBe(0);
  });

  test('its machine, though no evidence names it: a call of its own for that alert alone', async () => {
    const [named, unnamed] = ofEndpoint().filter(({ machine }) => machine !== null);
    if (named === undefined || unnamed === undefined) throw new Error('The estate has no such alerts');
    Object.assign(unnamed, { evidence: unnamed.evidence.filter((one) => !('machine' in one)) });
    for (const [alert, count] of [
      [named, 0],
      [unnamed, 1],
    ] as const) {
      running.simulator.calls.reset();
      const { data, errors } = await ask(alert.id, 'machine { id: machineId }');
      expect(errors).toEqual([]);
      expect(data.alert.machine).toEqual({ id: alert.machine?.id });
      expect(calls('getAlertMachine')).toBe(count);
    }
  });
});
