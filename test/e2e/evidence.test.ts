import { assertInterfaceType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';

const schema = createSchema();
const evidence = assertInterfaceType(schema.getType('AlertEvidence'));
const kinds = schema.getPossibleTypes(evidence);

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'roles', 'servers'], { permissions: ['role:reader'], machineGroups: ['Servers'] }],
        [['access', 'roles', 'executives'], { permissions: ['role:reader'], machineGroups: ['Executives'] }],
        [['access', 'apiKeys'], ['servers', 'executives'].map((name) => keyRow(name, { roles: [name] }))],
      ]),
    simulator: { enforceQuotas: false },
  });
});
afterAll(() => running.stop());

interface Alerts<Item> {
  readonly alerts: { readonly nodes: readonly { readonly alertId: string; readonly evidence: readonly Item[] }[] };
}

interface Common {
  readonly __typename: string;
  readonly verdict: string;
}

describe('R8: evidence through the whole path', () => {
  test('what all kinds have needs no fragment; fragments on kinds, on the interface and on the union go on', async () => {
    const { data, errors } = await running.ask<Alerts<Common & { readonly deviceDnsName?: string }>>(
      `{ alerts(tenants: ["contoso"], first: 100) { nodes { alertId evidence { verdict ...Old ...Any ... on DeviceEvidence { deviceDnsName } } } } }
       fragment Old on Evidence { __typename ... on UserEvidence { userAccount { accountName } } }
       fragment Any on AlertEvidence { verdictName roles createdAt }`,
    );
    expect(errors).toEqual([]);
    const all = data.alerts.nodes.flatMap(({ evidence: items }) => items);
    expect(new Set(all.map(({ verdict }) => verdict)).size).toBeGreaterThan(1);
    expect(all.some(({ __typename, deviceDnsName }) => __typename === 'DeviceEvidence' && deviceDnsName)).toBe(true);
  });

  test('one query may ask for the fields of all kinds: a name has one type', () => {
    const types = new Map<string, Set<string>>();
    for (const field of kinds.flatMap((kind) => Object.values(kind.getFields()))) {
      types.set(field.name, (types.get(field.name) ?? new Set()).add(String(field.type)));
    }
    const several = [...types].filter(([, spelled]) => spelled.size > 1).map(([name]) => name);
    // These two were so before: `raw!` and `userAccount!`.
    expect(several.sort()).toEqual(['raw', 'userAccount']);
  });
});

describe('R8: a machine that is named inside evidence alone', () => {
  /** An alert that names a server nowhere but as the host of a log-on session. */
  const loggedOn = () => {
    const world = running.simulator.world('contoso');
    const server = world.machines.find(({ rbacGroupName }) => rbacGroupName === 'Servers');
    const incident = world.incidents.find(({ id }) => world.alerts.some(({ incidentId }) => incidentId === id));
    const like = world.alerts.find(({ incidentId }) => incidentId === incident?.id);
    const user = world.users[0] ?? null;
    if (server === undefined || incident === undefined || like === undefined) throw new Error('The estate is empty');
    const seen = { createdAt: like.createdAt, verdict: 'suspicious', remediationStatus: 'none', roles: [] } as const;
    const session = { ...seen, type: 'graphOnly', kind: 'hostLogonSessionEvidence', machine: server, user } as const;
    const alertId = 'aa00000000-0000-4000-8000-00000000e51d';
    const alert = { ...like, id: alertId, machine: null, evidence: [session] };
    world.incidents.unshift({ ...incident, id: '99001' });
    world.alerts.unshift({ ...alert, incidentId: '99001' });
    return { alertId, machineId: server.id };
  };

  test("is the alert's machine, the incident's, and what a limited caller sees it by", async () => {
    const { alertId, machineId } = loggedOn();
    const one = `alert(tenant: "contoso", alertId: "${alertId}") { machineId machine { machineId } incident { machines { nodes { machineId } } } }`;
    const { data, errors } = await running.ask<unknown>(`{ ${one} }`);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      alert: { machineId, machine: { machineId }, incident: { machines: { nodes: [{ machineId }] } } },
    });
    const servers = await running.ask<unknown>(`{ ${one} }`, {}, keyHeader('servers'));
    expect(servers.data).toMatchObject({ alert: { machineId, incident: { machines: { nodes: [{ machineId }] } } } });
    const executives = await running.ask<unknown>(`{ ${one} }`, {}, keyHeader('executives'));
    expect(executives.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});
