import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wholeAddress } from '../../../src/domain/addresses.ts';
import type { TenantWorld, WorldAlert, WorldUser } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

const noHunting = {
  graph: ['SecurityAlert.Read.All', 'SecurityIncident.Read.All'],
  m365d: ['Incident.Read.All'],
  mde: ['Machine.Read.All', 'Alert.Read.All'],
};
const tenants = [
  simTenant('hunted'),
  simTenant('old'),
  simTenant('moved'),
  simTenant('fresh'),
  simTenant('flaky'),
  simTenant('odd-hunting'),
  simTenant('unhunted', { permissions: noHunting }),
  simTenant('graph-alone', { permissions: { ...noHunting, m365d: [], mde: [] } }),
  simTenant('no-mde', { permissions: { graph: 'all', m365d: [], mde: [] } }),
  simTenant('m365d-alone', { permissions: { graph: [], m365d: 'all', mde: [] } }),
  simTenant('mde-alone', { permissions: { graph: [], m365d: [], mde: 'all' } }),
  simTenant('no-alerts-inside'),
];

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    // It counts calls: none is answered in vain.
    simulator: { oddities: { truncatedJson: false }, tenants, enforceQuotas: false },
    settings: (offered) => changedSettings(offered, [[['limits'], { upstreamCalls: 1000, tenantsPerQuery: 20 }]]),
  });
  running.simulator.oddities.set({ expandFailsAbove: 1 }, 'no-alerts-inside');
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(() => running.stop());

/** A gateway of its own that reads one page of a scan. */
const startRunningWith = async (tenant: (typeof tenants)[number]) => {
  const own = await startRunning({
    simulator: { tenants: [tenant], enforceQuotas: false },
    settings: (offered) => changedSettings(offered, [[['limits'], { scanCalls: 1 }]]),
  });
  return { ...own, [Symbol.asyncDispose]: () => own.stop() };
};

interface Answer {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly failures: readonly { readonly message: string }[];
    readonly truncated: boolean;
  };
}

/** Every row that a filter finds, page by page; HTTP calls are counted anew. */
const found = async (tenant: string, list: 'alerts' | 'incidents', filter: object, first = 200): Promise<string[]> => {
  const input = list === 'alerts' ? 'AlertFilter' : 'IncidentFilter';
  const key = list === 'alerts' ? 'alertId' : 'incidentId';
  running.simulator.calls.reset();
  const keys: string[] = [];
  for (let after: string | null = null, pages = 0; pages < 40; pages += 1) {
    const { data, errors }: { data: Answer; errors: readonly unknown[] } = await running.ask<Answer>(
      `query ($tenant: String!, $filter: ${input}, $first: Int!, $after: String) {
        list: ${list}(tenants: [$tenant], filter: $filter, first: $first, after: $after) {
          nodes { key: ${key} } pageInfo { hasNextPage endCursor } failures { message } truncated } }`,
      { tenant, filter, first, after },
    );
    expect(errors).toEqual([]);
    expect(data.list.failures).toEqual([]);
    keys.push(...data.list.nodes.map((node) => node.key));
    if (!data.list.pageInfo.hasNextPage) return keys;
    after = data.list.pageInfo.endCursor;
  }
  throw new Error('The list does not end');
};

const callsOf = (tenant: string): (string | null)[] =>
  running.simulator.calls.list({ tenant, batched: false }).map(({ operation }) => operation);

const usersOf = ({ evidence }: WorldAlert): readonly string[] =>
  evidence.flatMap((item) => {
    if (item.type === 'process') return [item.process.user.userPrincipalName];
    if (item.type === 'mailMessage') return [item.recipient];
    if ('user' in item && item.user !== null) return [item.user.userPrincipalName];
    return [];
  });
const hashesOf = ({ evidence }: WorldAlert): readonly string[] =>
  evidence.flatMap((item) => {
    if (item.type === 'file') return [item.file.sha1, item.file.sha256];
    return item.type === 'process' ? [item.process.image.sha1, item.process.image.sha256] : [];
  });

const middle = <T>(values: readonly T[]): T => {
  const value = values[Math.floor(values.length / 2)];
  if (value === undefined) throw new Error('The estate has none');
  return value;
};

/** The user whom most alerts of machines name; an estate has many users. */
const userOf = (world: TenantWorld): WorldUser => {
  const counts = new Map<WorldUser, number>();
  for (const { machine, evidence } of world.alerts)
    for (const item of evidence)
      if (machine !== null && item.type === 'user') counts.set(item.user, (counts.get(item.user) ?? 0) + 1);
  const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
  if (most === undefined) throw new Error('The estate has none');
  return most[0];
};
const techniqueOf = (world: TenantWorld): string =>
  middle(world.alerts.flatMap(({ mitreTechniques }) => mitreTechniques.filter((id) => id.includes('.')))).slice(0, 5);

const byUser = (world: TenantWorld) => {
  const { userPrincipalName } = userOf(world);
  return world.alerts.filter((alert) => usersOf(alert).includes(userPrincipalName));
};
const byTechnique = (world: TenantWorld) => {
  const technique = techniqueOf(world);
  return world.alerts.filter(({ mitreTechniques }) => mitreTechniques.some((id) => id.startsWith(technique)));
};
const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id);
const incidentsOf = (world: TenantWorld, alerts: readonly WorldAlert[]): string[] =>
  idsOf(world.incidents.filter(({ id }) => alerts.some(({ incidentId }) => incidentId === id)));

const everyWay = ['hunted', 'unhunted', 'graph-alone', 'no-mde'] as const;

describe.each(everyWay)('R4: what alerts name, in %s', (tenant) => {
  test('alerts by user: by principal name, account name and domain, in any case', async () => {
    const world = running.simulator.world(tenant);
    const { userPrincipalName, accountName, domainName } = userOf(world);
    const wanted = idsOf(byUser(world));
    expect(wanted.length).toBeGreaterThan(1);
    expect(wanted.length).toBeLessThan(world.alerts.length);
    expect(await found(tenant, 'alerts', { user: userPrincipalName.toUpperCase() })).toEqual(wanted);
    for (const user of [accountName, `${domainName}\\${accountName}`])
      expect(await found(tenant, 'alerts', { user })).toEqual(expect.arrayContaining(wanted));
    expect(await found(tenant, 'alerts', { user: `elsewhere\\${accountName}` })).toEqual([]);
  });

  test('alerts by hash of a file', async () => {
    const world = running.simulator.world(tenant);
    for (const hash of middle(world.alerts.filter((alert) => hashesOf(alert).length > 1).map(hashesOf))) {
      const wanted = idsOf(world.alerts.filter((alert) => hashesOf(alert).includes(hash)));
      expect(await found(tenant, 'alerts', { fileHash: hash.toUpperCase() })).toEqual(wanted);
    }
  });

  test('alerts and incidents by address, in any spelling', async () => {
    const world = running.simulator.world(tenant);
    const named = world.alerts.flatMap(({ evidence }) =>
      evidence.flatMap((item) => (item.type === 'ip' ? [item.ipAddress] : [])),
    );
    const ofVersion6 = named.find((address) => address.includes(':')) ?? middle(named);
    for (const [address, given] of [
      [middle(named), middle(named)],
      [ofVersion6, wholeAddress(ofVersion6).toUpperCase()],
    ] as const) {
      const wanted = world.alerts.filter(({ evidence }) =>
        evidence.some((item) => item.type === 'ip' && item.ipAddress === address),
      );
      const alerts = await found(tenant, 'alerts', { ipAddress: given });
      expect(alerts).toEqual(expect.arrayContaining(idsOf(wanted)));
      expect(alerts.length).toBeLessThan(world.alerts.length / 2);
      expect(await found(tenant, 'incidents', { ipAddress: given })).toEqual(
        expect.arrayContaining(incidentsOf(world, wanted)),
      );
    }
    expect(await found(tenant, 'alerts', { ipAddress: '192.0.2.254' })).toEqual([]);
  });

  test('alerts and incidents by domain, which those below it meet', async () => {
    const world = running.simulator.world(tenant);
    const named = world.alerts.flatMap(({ evidence }) =>
      evidence.flatMap((item) => (item.type === 'url' ? [new URL(item.url).hostname] : [])),
    );
    const host = middle(named.filter((each) => each.split('.').length > 2));
    for (const domain of [host.toUpperCase(), `${host.split('.').slice(1).join('.')}.`]) {
      const wanted = world.alerts.filter(({ evidence }) =>
        evidence.some((item) => item.type === 'url' && new URL(item.url).hostname === host),
      );
      const alerts = await found(tenant, 'alerts', { domain });
      expect(alerts).toEqual(expect.arrayContaining(idsOf(wanted)));
      expect(alerts.length).toBeLessThan(world.alerts.length / 2);
      expect(await found(tenant, 'incidents', { domain })).toEqual(expect.arrayContaining(incidentsOf(world, wanted)));
    }
    expect(await found(tenant, 'alerts', { domain: `x${host}` })).toEqual([]);
  });

  test('alerts and incidents by technique, which sub-techniques meet', async () => {
    const world = running.simulator.world(tenant);
    const mitreTechnique = [techniqueOf(world)];
    const wanted = byTechnique(world);
    expect(await found(tenant, 'alerts', { mitreTechnique })).toEqual(idsOf(wanted));
    expect(await found(tenant, 'incidents', { mitreTechnique })).toEqual(incidentsOf(world, wanted));
  });

  test('incidents by user, page by page', async () => {
    const world = running.simulator.world(tenant);
    const wanted = incidentsOf(world, byUser(world));
    expect(wanted.length).toBeGreaterThan(0);
    const filter = { user: userOf(world).userPrincipalName };
    expect(await found(tenant, 'incidents', filter)).toEqual(wanted);
    expect(await found(tenant, 'incidents', filter, 1)).toEqual(wanted);
  });

  test('alerts and incidents by a machine, by its id, DNS name and host name', async () => {
    const world = running.simulator.world(tenant);
    const machine = middle(world.alerts.flatMap((alert) => (alert.machine === null ? [] : [alert.machine])));
    const dnsName = machine.computerDnsName;
    const sameHost = world.machines.filter(({ computerDnsName }) =>
      computerDnsName.startsWith(`${dnsName.split('.')[0]}.`),
    );
    expect(sameHost).toHaveLength(1);
    const alerts = world.alerts.filter((alert) => alert.machine?.id === machine.id);
    for (const machineId of [machine.id.toUpperCase(), dnsName.toUpperCase(), dnsName.split('.')[0]]) {
      expect(await found(tenant, 'alerts', { machineId })).toEqual(expect.arrayContaining(idsOf(alerts)));
      const incidents = await found(tenant, 'incidents', { machineId });
      expect(incidents).toEqual(expect.arrayContaining(incidentsOf(world, alerts)));
      expect(incidents.length).toBeLessThan(world.incidents.length);
    }
  });
});

test.each(['m365d-alone', 'mde-alone'])('R4: alerts by user and technique in %s', async (tenant) => {
  const world = running.simulator.world(tenant);
  // Microsoft 365 Defender and Defender for Endpoint do not have the kinds of evidence that Graph alone has.
  const plain = world.alerts.filter(({ evidence }) =>
    evidence.some((item) => item.type === 'user' && item.user.userPrincipalName === userOf(world).userPrincipalName),
  );
  const own = plain.filter(({ machine }) => tenant !== 'mde-alone' || machine !== null);
  expect(own.length).toBeGreaterThan(0);
  expect(await found(tenant, 'alerts', { user: userOf(world).userPrincipalName })).toEqual(
    expect.arrayContaining(idsOf(own)),
  );
});

describe('R4: calls', () => {
  test('incidents of a machine: its alerts, and their incidents in one batch for each 20', async () => {
    const world = running.simulator.world('hunted');
    const machine = middle(world.alerts.flatMap((alert) => (alert.machine === null ? [] : [alert.machine])));
    await found('hunted', 'incidents', { machineId: machine.id });
    expect(callsOf('hunted')[0]).toBe('listMachineAlerts');
    expect(callsOf('hunted')).toHaveLength(2);
  });

  test('alerts of a user within reach: one query, their reading by id, and those of the last hour', async () => {
    const world = running.simulator.world('hunted');
    const filter = { user: userOf(world).userPrincipalName, createdAfter: world.alerts.at(-1)?.createdAt };
    await found('hunted', 'alerts', filter);
    expect(callsOf('hunted')[0]).toBe('graph.hunting.run');
    expect(callsOf('hunted')).toHaveLength(2 + Math.ceil(byUser(world).length / 20));
  });

  test('a user whom nobody names: looked for in the list until hunting has shown that it knows alerts', async () => {
    const filter = { user: 'nobody@nowhere.example', createdAfter: new Date(Date.now() - 86_400_000).toISOString() };
    expect(await found('odd-hunting', 'alerts', filter)).toEqual([]);
    // The list's short page has no link: that nothing is behind it is asked once, and remembered.
    expect(callsOf('odd-hunting')).toEqual(['graph.hunting.run', 'graph.alerts.list', 'graph.alerts.list']);
    await found('odd-hunting', 'alerts', { user: userOf(running.simulator.world('odd-hunting')).userPrincipalName });
    expect(await found('odd-hunting', 'alerts', filter)).toEqual([]);
    // What is too new for hunting is looked for in the list.
    expect(callsOf('odd-hunting')).toEqual(['graph.hunting.run', 'graph.alerts.list']);
  });

  test('hunting that refuses the query is not asked again for some minutes, and nothing is lost', async () => {
    const world = running.simulator.world('flaky');
    running.simulator.faults.add({
      tenant: 'flaky',
      operation: 'graph.hunting.run',
      effect: { kind: 'status', status: 400 },
    });
    const filter = { user: userOf(world).userPrincipalName };
    for (const queries of [1, 0]) {
      expect(await found('flaky', 'alerts', filter)).toEqual(idsOf(byUser(world)));
      expect(callsOf('flaky').filter((name) => name === 'graph.hunting.run')).toHaveLength(queries);
    }
  });
});

test('R4: alerts and incidents older than hunting reaches back are found in the list', async () => {
  const world = running.simulator.world('old');
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const incident = world.incidents.at(-1);
  for (const alert of world.alerts.filter(({ incidentId }) => incidentId === incident?.id)) {
    Object.assign(alert, { createdAt: old });
    for (const item of alert.evidence) Object.assign(item, { createdAt: old });
  }
  Object.assign(incident ?? {}, { createdAt: old });
  const oldest = world.alerts.find((alert) => alert.incidentId === incident?.id && alert.mitreTechniques.length > 0);
  const mitreTechnique = oldest?.mitreTechniques.slice(0, 1) ?? [];
  const wanted = world.alerts.filter(({ mitreTechniques }) =>
    mitreTechniques.some((id) => mitreTechnique.includes(id)),
  );
  for (const first of [200, 2]) {
    expect((await found('old', 'alerts', { mitreTechnique }, first)).toSorted()).toEqual(idsOf(wanted).toSorted());
    expect((await found('old', 'incidents', { mitreTechnique }, first)).toSorted()).toEqual(
      incidentsOf(world, wanted).toSorted(),
    );
  }
  expect(callsOf('old')).toContain('graph.incidents.list');
});

test('R4: an incident within the reach of hunting is found by an alert that hunting no longer has', async () => {
  const world = running.simulator.world('moved');
  const createdAfter = new Date(Date.now() - 28 * 86_400_000).toISOString();
  const filter = { user: userOf(world).userPrincipalName, createdAfter };
  const recent = world.incidents.filter(({ createdAt }) => createdAt > createdAfter);
  const wanted = incidentsOf(world, byUser(world)).filter((id) => idsOf(recent).includes(id));
  expect(await found('moved', 'incidents', filter)).toEqual(wanted);
  const old = new Date(Date.now() - 40 * 86_400_000).toISOString();
  const [lost] = wanted;
  expect(lost).toBeDefined();
  for (const alert of world.alerts.filter(({ incidentId }) => incidentId === lost)) {
    Object.assign(alert, { createdAt: old });
    for (const item of alert.evidence) Object.assign(item, { createdAt: old });
  }
  expect(await found('moved', 'incidents', filter)).toEqual(wanted);
  expect(callsOf('moved')).not.toContain('graph.incidents.list');
});

test('R4: alerts that hunting does not know yet are found, and their incidents', async () => {
  const world = running.simulator.world('fresh');
  const filter = { user: userOf(world).userPrincipalName };
  const wanted = idsOf(byUser(world));
  const incidents = incidentsOf(world, byUser(world));
  expect(await found('fresh', 'alerts', filter)).toEqual(wanted);
  const [first] = byUser(world);
  // The newest of all, whose evidence hunting has not.
  Object.assign(first ?? {}, { createdAt: new Date(Date.now() - 60_000).toISOString() });
  for (const item of first?.evidence ?? []) Object.assign(item, { createdAt: '2020-01-01T00:00:00Z' });
  expect(await found('fresh', 'alerts', filter)).toEqual(wanted);
  expect(await found('fresh', 'incidents', filter)).toEqual(incidents);
});

test('R4: incidents whose alerts do not come with the list are judged all the same', async () => {
  const world = running.simulator.world('no-alerts-inside');
  running.simulator.faults.add({
    tenant: 'no-alerts-inside',
    operation: 'graph.hunting.run',
    effect: { kind: 'status', status: 400 },
  });
  const mitreTechnique = [techniqueOf(world)];
  expect(await found('no-alerts-inside', 'incidents', { mitreTechnique })).toEqual(
    incidentsOf(world, byTechnique(world)),
  );
});

test.each([
  ['alerts', { user: ' ' }, 'filter.user'],
  ['alerts', { fileHash: 'abc' }, 'filter.fileHash'],
  ['alerts', { ipAddress: '10.0.0.0/8' }, 'filter.ipAddress'],
  ['alerts', { domain: 'https://example.com/' }, 'filter.domain'],
  ['incidents', { fileHash: 'abc' }, 'filter.fileHash'],
  ['incidents', { mitreTechnique: [] }, 'filter.mitreTechnique'],
  ['incidents', { machineId: '../x' }, 'filter.machineId'],
] as const)('R5: %s(filter: %o) is BAD_USER_INPUT', async (list, filter, field) => {
  const input = list === 'alerts' ? 'AlertFilter' : 'IncidentFilter';
  const { errors } = await running.ask(`query ($filter: ${input}) { ${list}(filter: $filter) { nodes { id } } }`, {
    filter,
  });
  expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([['BAD_USER_INPUT', field]]);
});

test('R4: a list that was not looked through to its end says so, and goes on behind', async () => {
  const tenant = simTenant('large', { permissions: noHunting, scale: 4 });
  await using small = await startRunningWith(tenant);
  const world = small.simulator.world('large');
  const mitreTechnique = world.alerts.at(-1)?.mitreTechniques.slice(0, 1) ?? [];
  const wanted = world.alerts.filter(({ mitreTechniques }) =>
    mitreTechniques.some((id) => mitreTechnique.includes(id)),
  );
  const keys: string[] = [];
  const cut: boolean[] = [];
  for (let after: string | null = null; ; ) {
    const { data }: { data: Answer } = await small.ask<Answer>(
      `query ($filter: AlertFilter, $after: String) { list: alerts(filter: $filter, first: 200, after: $after) {
        nodes { key: alertId } pageInfo { hasNextPage endCursor } failures { message } truncated } }`,
      { filter: { mitreTechnique }, after },
    );
    keys.push(...data.list.nodes.map(({ key }) => key));
    cut.push(data.list.truncated);
    if (!data.list.pageInfo.hasNextPage) break;
    after = data.list.pageInfo.endCursor;
  }
  expect(cut).toEqual([true, false]);
  expect(keys).toEqual(idsOf(wanted));
});
