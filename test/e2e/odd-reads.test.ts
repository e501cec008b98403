import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OddityChanges } from '../../src/simulator/index.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** A tenant for each oddity, since what is learned about one is remembered; 120 machines, 100 incidents, 300 alerts each. */
const oddities = {
  stuck: { nextLink: 'stuck' },
  missing: { nextLink: 'missing' },
  'other-host': { nextLink: 'otherHost' },
  'skip-empty': { skipAbove500: 'emptyPage' },
  short: { shortPages: 10 },
  varying: { varyingPages: true },
  border: { repeatsAtBorder: true, shortPages: 25 },
  'expand-above': { expandFailsAbove: 10 },
  'expand-for': { expandFailsForAlerts: 2 },
  'alerts-link': { alertsNextLink: 1 },
  'machine-alerts': { machineAlertsLink: 1 },
  guids: { guidsUnquoted: true },
  'no-severity': { filterRefused: ['severity', 'healthStatus'] },
  'no-time': { filterRefused: ['createdDateTime', 'alertCreationTime', 'createdTime', 'creationDateTimeUtc'] },
  'in-empty': { inList: 'empty' },
  'in-double-empty': { inList: 'emptyForDoubleQuotes' },
  'in-refused': { inList: 'refused' },
  // Calls of these are counted: nothing is cut off or asked again.
  'id-refused': { shortPages: null, truncatedJson: false },
  tags: { truncatedJson: false },
  plain: { alertsNextLink: null, machineAlertsLink: null },
} as const satisfies Readonly<Record<string, OddityChanges>>;
type OddTenant = keyof typeof oddities;

let running: Running;
beforeAll(async () => {
  const names = Object.keys(oddities);
  running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name, { scale: 2 })), enforceQuotas: false },
    settings: (offered) => changedSettings(offered, [[['limits'], { upstreamCalls: 1000, tenantsPerQuery: 20 }]]),
  });
  for (const [name, changes] of Object.entries(oddities)) running.simulator.oddities.set(changes, name);
  await running.ask('{ tenants { capabilities { available } } }');
});
afterAll(() => running.stop());

interface Listed {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    readonly failures: readonly { readonly message: string }[];
  };
}

/** Every row of a list, page by page, and what the list said beside it. */
const readAll = async (tenant: OddTenant, list: string, key: string, filter = '{}', first = 30) => {
  const found: string[] = [];
  const said = new Set<string>();
  for (let after: string | null = null, pages = 0; pages < 60; pages += 1) {
    const { data, errors }: { data: Listed; errors: readonly unknown[] } = await running.ask<Listed>(
      `query ($after: String) { list: ${list}(tenants: ["${tenant}"], filter: ${filter}, first: ${first}, after: $after) {
        nodes { key: ${key} } pageInfo { hasNextPage endCursor } failures { message }
      } }`,
      { after },
    );
    expect(errors).toEqual([]);
    found.push(...data.list.nodes.map((node) => node.key));
    for (const { message } of data.list.failures) said.add(message);
    if (!data.list.pageInfo.hasNextPage) return { found, said: [...said] };
    after = data.list.pageInfo.endCursor;
  }
  throw new Error('The list does not end');
};

const calls = (tenant: OddTenant) => running.simulator.calls.list({ tenant, batched: false });
const worldOf = (tenant: OddTenant) => running.simulator.world(tenant);
const alertsOf = (tenant: OddTenant, incidentId: string | undefined): string[] =>
  worldOf(tenant)
    .alerts.filter((alert) => alert.incidentId === incidentId)
    .map(({ id }) => id);

describe('R2: every row, once', () => {
  test.each(['missing', 'other-host', 'stuck', 'skip-empty', 'no-time', 'plain'] as const)(
    'incidents and alerts of Graph: %s',
    async (tenant) => {
      const world = worldOf(tenant);
      expect((await readAll(tenant, 'alerts', 'alertId')).found).toEqual(world.alerts.map(({ id }) => id));
      expect((await readAll(tenant, 'incidents', 'incidentId')).found).toEqual(world.incidents.map(({ id }) => id));
    },
  );

  test.each(['short', 'varying', 'border', 'plain'] as const)('machines and actions of MDE: %s', async (tenant) => {
    const world = worldOf(tenant);
    // Without an order a cursor knows a count, and the rows before it: what is repeated at the border of two questions it drops.
    const machines = await readAll(tenant, 'machines', 'machineId', '{}', 30);
    expect(machines.found.toSorted()).toEqual(world.machines.map(({ id }) => id).toSorted());
    expect(machines.said).toEqual([]);
    const actions = await readAll(tenant, 'machineActions', 'actionId', '{}', 7);
    expect(actions.found).toEqual(world.actions.map(({ id }) => id));
  });

  test('alerts that change while a list is read: resolved ones shift no other away', async () => {
    const { alerts } = worldOf('plain');
    const open = alerts.filter(({ status }) => status === 'new');
    const ask = (after: string | null) =>
      running.ask<Listed>(
        `query ($after: String) { list: alerts(tenants: ["plain"], first: 10, after: $after, filter: { status: [NEW] }) {
          nodes { key: alertId } pageInfo { hasNextPage endCursor } failures { message } } }`,
        { after },
      );
    const first = (await ask(null)).data.list;
    for (const alert of open.slice(0, 10)) alert.status = 'resolved';
    const second = (await ask(first.pageInfo.endCursor)).data.list;
    expect([...first.nodes, ...second.nodes].map(({ key }) => key)).toEqual(open.slice(0, 20).map(({ id }) => id));
    for (const alert of open.slice(0, 10)) alert.status = 'new';
  });

  test('alerts beside an incident and of a machine that are cut: their links are followed', async () => {
    const incident = worldOf('alerts-link').incidents.find(({ id }) => alertsOf('alerts-link', id).length > 2);
    const { data } = await running.ask<{ incident: { alerts: { nodes: readonly { alertId: string }[] } } }>(
      `{ incident(tenant: "alerts-link", incidentId: "${incident?.id}") { alerts(first: 200) { nodes { alertId } } } }`,
    );
    expect(data.incident.alerts.nodes).toHaveLength(alertsOf('alerts-link', incident?.id).length);
    const world = worldOf('machine-alerts');
    const machine = world.machines.find(
      ({ id }) => world.alerts.filter((alert) => alert.machine?.id === id).length > 2,
    );
    const ofMachine = await running.ask<{ machine: { alerts: { nodes: readonly { alertId: string }[] } } }>(
      `{ machine(tenant: "machine-alerts", machineId: "${machine?.id}") { alerts(first: 200) { nodes { alertId } } } }`,
    );
    const byFilter = await readAll('machine-alerts', 'alerts', 'alertId', `{ machineId: "${machine?.id}" }`);
    expect(ofMachine.data.machine.alerts.nodes.length).toBeGreaterThan(2);
    expect(byFilter.found).toEqual(ofMachine.data.machine.alerts.nodes.map(({ alertId }) => alertId));
  });
});

interface Expanded {
  readonly incidents: {
    readonly nodes: readonly {
      readonly incidentId: string;
      readonly alerts: { readonly nodes: readonly unknown[] } | null;
    }[];
    readonly failures: readonly unknown[];
  };
}
const expanded = (tenant: OddTenant) =>
  running.ask<Expanded>(
    `{ incidents(tenants: ["${tenant}"], first: 25) { nodes { incidentId alerts(first: 200) { nodes { alertId } } } failures { message } } }`,
  );

describe('R3: $expand=alerts gives way step by step', () => {
  test('pages that are too large are halved, which is remembered', async () => {
    const world = worldOf('expand-above');
    for (const _ of [1, 2]) {
      running.simulator.calls.reset();
      const { data, errors } = await expanded('expand-above');
      expect(errors).toEqual([]);
      expect(data.incidents.failures).toEqual([]);
      expect(data.incidents.nodes.map(({ alerts }) => alerts?.nodes.length)).toEqual(
        world.incidents.slice(0, 25).map(({ id }) => alertsOf('expand-above', id).length),
      );
    }
    expect(calls('expand-above').filter(({ status }) => status === 500)).toEqual([]);
  });

  const first25 = () => worldOf('expand-for').incidents.slice(0, 25);
  const isLarge = ({ id }: { readonly id: string }) => alertsOf('expand-for', id).length > 2;

  test('alerts that Graph cannot read at all are read of Microsoft 365 Defender, and of those incidents alone', async () => {
    running.simulator.calls.reset();
    const { data, errors } = await expanded('expand-for');
    expect([errors, data.incidents.failures]).toEqual([[], []]);
    expect(data.incidents.nodes.map(({ alerts }) => alerts?.nodes.length)).toEqual(
      first25().map(({ id }) => alertsOf('expand-for', id).length),
    );
    const others = calls('expand-for').filter(({ product }) => product === 'm365d');
    expect(others.map(({ operation }) => operation)).toEqual(
      first25()
        .filter(isLarge)
        .map(() => 'getIncident'),
    );
  });

  test('alerts that no API can read are an error at their incident alone', async () => {
    running.simulator.faults.add({ product: 'm365d', tenant: 'expand-for', effect: { kind: 'status', status: 503 } });
    const { data, errors } = await expanded('expand-for');
    running.simulator.faults.clear();
    expect(data.incidents.nodes).toHaveLength(25);
    expect(data.incidents.failures).toEqual([]);
    const large = first25().filter(isLarge);
    expect(large.length).toBeGreaterThan(0);
    expect(data.incidents.nodes.filter(({ alerts }) => alerts === null)).toHaveLength(large.length);
    expect(errors).toHaveLength(large.length);
  });
});

describe('R4: questions that another operation answers: 1 call', () => {
  test('alerts of an incident, of a machine, machines with a tag', async () => {
    const { incidents, machines } = worldOf('plain');
    running.simulator.calls.reset();
    const ofIncident = await readAll('plain', 'alerts', 'alertId', `{ incidentId: "${incidents[3]?.id}" }`);
    expect(ofIncident.found.toSorted()).toEqual(alertsOf('plain', incidents[3]?.id).toSorted());
    expect(calls('plain').map(({ operation }) => operation)).toEqual(['graph.incidents.get']);
    running.simulator.calls.reset();
    await readAll('plain', 'alerts', 'alertId', `{ machineId: "${machines[3]?.id}" }`);
    expect(calls('plain')).toHaveLength(1);
  });

  test('machines with one of two tags: findbytag, a call a tag; a tag that it does not know is looked for', async () => {
    const { machines } = worldOf('tags');
    const [one = '', two = ''] = new Set(machines.flatMap((machine) => machine.machineTags));
    expect(two).not.toBe('');
    const wanted = machines.filter((machine) => machine.machineTags.includes(one) || machine.machineTags.includes(two));
    running.simulator.calls.reset();
    const tagged = await readAll(
      'tags',
      'machines',
      'machineId',
      `{ machineTags: ${JSON.stringify([one, two])} }`,
      200,
    );
    expect(tagged.found.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
    expect(calls('tags').map(({ operation }) => operation)).toEqual(['findMachinesByTag', 'findMachinesByTag']);
    running.simulator.calls.reset();
    expect((await readAll('tags', 'machines', 'machineId', '{ machineTags: ["no-such-tag"] }')).found).toEqual([]);
    expect(new Set(calls('tags').map(({ operation }) => operation))).toEqual(
      new Set(['findMachinesByTag', 'listMachines']),
    );
  });
});

describe('R5: filters find what is shown', () => {
  test.each([
    ['no-severity', 'alerts', 'alertId', '{ severity: [HIGH], status: [NEW, RESOLVED] }'],
    ['no-severity', 'incidents', 'incidentId', '{ severity: [HIGH] }'],
    [
      'no-severity',
      'machines',
      'machineId',
      '{ healthStatus: [ACTIVE], riskScore: [HIGH, LOW, NONE, MEDIUM, INFORMATIONAL] }',
    ],
  ] as const)(
    'a condition that %s refuses in %s is checked by the gateway, and not sent again',
    async (tenant, list, key, filter) => {
      const odd = await readAll(tenant, list, key, filter, 200);
      expect(odd.said).toEqual([]);
      expect(odd.found.length).toBeGreaterThan(0);
      running.simulator.calls.reset();
      expect((await readAll(tenant, list, key, filter, 200)).found).toEqual(odd.found);
      expect(calls(tenant).filter(({ status }) => status === 400)).toEqual([]);
    },
  );

  test('GUIDs are taken quoted or not; 60 ids at once are several calls', async () => {
    const world = worldOf('guids');
    const known = world.machines.find(({ aadDeviceId }) => aadDeviceId !== null);
    const byDevice = await readAll(
      'guids',
      'machines',
      'machineId',
      `{ aadDeviceId: "${known?.aadDeviceId?.toUpperCase()}" }`,
    );
    expect(byDevice.found).toEqual([known?.id]);
    const some = world.actions.map(({ id }) => id).slice(0, 60);
    const actions = await readAll('guids', 'machineActions', 'actionId', `{ actionId: ${JSON.stringify(some)} }`);
    expect(actions.found.toSorted()).toEqual(some.toSorted());
    const machineIds = world.machines.map(({ id }) => id);
    const wanted = world.actions.filter(({ machine }) => machineIds.slice(0, 90).includes(machine.id));
    const onMachines = await readAll(
      'guids',
      'machineActions',
      'actionId',
      `{ machineId: ${JSON.stringify(machineIds.slice(0, 90))} }`,
    );
    expect(onMachines.found).toEqual(wanted.map(({ id }) => id));
    const machines = await readAll(
      'guids',
      'machines',
      'machineId',
      `{ machineId: ${JSON.stringify(machineIds.slice(0, 90))} }`,
    );
    expect(machines.found.toSorted()).toEqual(machineIds.slice(0, 90).toSorted());
  });

  test('a machine by id in upper case, DNS name and host name: the same answers', async () => {
    const { machines } = worldOf('plain');
    const machine = machines[5];
    const host = machine?.computerDnsName.split('.')[0];
    const forms = [
      machine?.id,
      machine?.id.toUpperCase(),
      machine?.computerDnsName,
      machine?.computerDnsName.toUpperCase(),
      host,
    ];
    for (const list of ['machines', 'machineActions'] as const) {
      const key = list === 'machines' ? 'machineId' : 'actionId';
      const answers = await Promise.all(forms.map((form) => readAll('plain', list, key, `{ machineId: ["${form}"] }`)));
      expect(new Set(answers.map(({ found }) => found.join())).size).toBe(1);
    }
    const alerts = await Promise.all(
      forms.map((form) => readAll('plain', 'alerts', 'alertId', `{ machineId: "${form}" }`)),
    );
    expect(new Set(alerts.map(({ found }) => found.join())).size).toBe(1);
    const { data } = await running.ask<{ machine: { machineId: string } }>(
      `{ machine(tenant: "plain", machineId: "${host}") { machineId } }`,
    );
    expect(data.machine.machineId).toBe(machine?.id);
  });

  test.each([
    ['alerts', '{ severity: [] }', 'filter.severity'],
    ['alerts', '{ incidentId: "abc" }', 'filter.incidentId'],
    ['alerts', '{ machineId: "a/b" }', 'filter.machineId'],
    ['alerts', '{ mitreTechnique: ["x"] }', 'filter.mitreTechnique'],
    ['incidents', '{ assignedTo: null }', 'filter.assignedTo'],
    ['incidents', '{ createdAfter: "2026-02-01", createdBefore: "2026-01-01" }', 'filter.createdAfter'],
    ['machines', '{ machineId: [] }', 'filter.machineId'],
    ['machineActions', '{ actionId: ["x"] }', 'filter.actionId'],
  ])('%s(filter: %s) is BAD_USER_INPUT', async (list, filter, field) => {
    const { errors } = await running.ask(`{ ${list}(tenants: ["plain"], filter: ${filter}) { nodes { id } } }`);
    expect(errors.map(({ extensions }) => [extensions.code, extensions.field])).toEqual([['BAD_USER_INPUT', field]]);
  });

  test('open and unassigned: the first question of a shift', async () => {
    const { incidents } = worldOf('plain');
    const wanted = incidents.filter(({ status, assignedTo }) => status === 'active' && assignedTo === null);
    const { found } = await readAll('plain', 'incidents', 'incidentId', '{ status: [ACTIVE], unassigned: true }');
    expect(found).toEqual(wanted.map(({ id }) => id));
  });
});

describe('R6: reading many by id', () => {
  test.each(['in-empty', 'in-double-empty', 'in-refused'] as const)(
    '%s: every machine is found, and the form is remembered',
    async (tenant) => {
      const wanted = worldOf(tenant)
        .machines.slice(0, 60)
        .map(({ id }) => id);
      const ask = () => readAll(tenant, 'machines', 'machineId', `{ machineId: ${JSON.stringify(wanted)} }`, 100);
      expect((await ask()).found.toSorted()).toEqual(wanted.toSorted());
      running.simulator.calls.reset();
      expect((await ask()).found.toSorted()).toEqual(wanted.toSorted());
      expect(calls(tenant).length).toBeLessThanOrEqual(3);
    },
  );

  test('conditions that are taken each alone and are too much together cost that once', async () => {
    const { machines, actions } = worldOf('plain');
    const ids = machines.slice(0, 10).map(({ id }) => id);
    const types = 'ISOLATE LIVE_RESPONSE UNISOLATE RUN_ANTI_VIRUS_SCAN';
    const times = 'createdAfter: "2020-01-01T00:00:00Z", createdBefore: "2040-01-01T00:00:00Z"';
    const filter = `{ machineId: ${JSON.stringify(ids)}, type: [${types}], ${times} }`;
    const ask = () => readAll('plain', 'machineActions', 'actionId', filter, 100);
    const refused = () => calls('plain').filter(({ status }) => status === 400).length;
    const first = await ask();
    expect(first.found.length).toBeGreaterThan(0);
    expect(actions.map(({ id }) => id)).toEqual(expect.arrayContaining(first.found));
    expect(refused()).toBeGreaterThan(0);
    running.simulator.calls.reset();
    expect((await ask()).found).toEqual(first.found);
    expect(refused()).toBe(0);
  });

  test('an id that no filter may hold is read alone: the others come together, and the form is kept', async () => {
    const ids = worldOf('id-refused')
      .machines.slice(0, 60)
      .map(({ id }) => id);
    const odd = ids[7] ?? '';
    const ask = (some: readonly string[]) =>
      readAll('id-refused', 'machines', 'machineId', `{ machineId: ${JSON.stringify(some)} }`, 100);
    await ask(ids);
    running.simulator.oddities.set({ idsRefused: [odd] }, 'id-refused');
    expect((await ask([odd])).found).toEqual([odd]);
    expect((await ask(ids)).found.toSorted()).toEqual(ids.toSorted());
    running.simulator.calls.reset();
    const others = ids.filter((id) => id !== odd).slice(0, 35);
    expect((await ask(others)).found.toSorted()).toEqual(others.toSorted());
    expect(calls('id-refused')).toHaveLength(1);
  });

  test('nodes: what is no id of its type is BAD_USER_INPUT at its own place and goes nowhere; the others come', async () => {
    const { alerts, machines } = worldOf('plain');
    const globalId = (type: string, id: string): string => Buffer.from(`${type}\nplain\n${id}`).toString('base64url');
    const ids = [
      globalId('Alert', '../../x'),
      globalId('Alert', alerts[0]?.id ?? ''),
      globalId('Incident', 'abc'),
      globalId('Machine', 'a/b'),
      globalId('MachineAction', 'x'),
      globalId('Vulnerability', 'x'),
      globalId('Software', '../-_-x'),
      globalId('Machine', machines[0]?.id ?? ''),
    ];
    const good = [1, 7];
    running.simulator.calls.reset();
    const { data, errors } = await running.ask<{ nodes: readonly ({ id: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids },
    );
    expect(data.nodes.map((node) => node?.id ?? null)).toEqual(ids.map((id, at) => (good.includes(at) ? id : null)));
    expect(new Map(errors.map(({ path, extensions }) => [path?.at(-1), extensions.code]))).toEqual(
      new Map([0, 2, 3, 4, 5, 6].map((at) => [at, 'BAD_USER_INPUT'])),
    );
    expect(
      calls('plain')
        .map(({ operation }) => operation)
        .toSorted(),
    ).toEqual(['getMachine', 'graph.alerts.get']);
    for (const id of ids.filter((_, at) => !good.includes(at))) {
      const alone = await running.ask('query ($id: ID!) { node(id: $id) { id } }', { id });
      expect(alone.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'id' } }]);
    }
  });
});
