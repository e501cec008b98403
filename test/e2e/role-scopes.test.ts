import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { expectRefusal } from '../support/refusals.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      // It looks at the calls: none is answered in vain.
      oddities: { truncatedJson: false },
      tenants: ['adatum', 'contoso', 'fabrikam'].map((name) => simTenant(name, { scale: 0.2 })),
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'tags'], ['emea']],
        [['tenants', 1, 'tags'], ['emea']],
        [['tenants', 2, 'tags'], ['amer']],
        [
          ['access', 'roles'],
          {
            'hunter-of-contoso': { permissions: ['role:hunter', 'audit:read', 'tenant:sign-in'], tenants: ['contoso'] },
            servers: { permissions: ['role:responder'], tenants: ['contoso'], machineGroups: ['Servers'] },
            'alerts-only': ['alert:read'],
          },
        ],
        [
          ['access', 'apiKeys'],
          [
            // Reads everywhere, hunts in one tenant.
            keyRow('wide', { roles: ['reader', 'hunter-of-contoso'], requestsPerMinute: 600 }),
            // Alerts everywhere, machines of one group in one tenant.
            keyRow('mixed', { roles: ['alerts-only', 'servers'] }),
            keyRow('narrow', { roles: ['hunter-of-contoso', 'servers'], tenants: ['contoso', 'adatum'] }),
            keyRow('ended', { roles: ['reader'], expires: '2020-01-01' }),
          ],
        ],
      ]),
  });
});

afterAll(() => running.stop());

const ask = <Data>(key: string, query: string) => running.ask<Data>(query, {}, keyHeader(key));
const refused = async (key: string, query: string, code: string, says: RegExp, extensions = {}): Promise<void> =>
  expectRefusal(await ask(key, query), { query, code, says, extensions });

interface HuntAnswer {
  readonly hunt: { readonly tenants: readonly { readonly tenant: { readonly name: string } }[] };
}
const hunt = (choice: string): string =>
  `{ hunt(input: { query: "DeviceInfo | take 1"${choice} }) { tenants { tenant { name } } } }`;

describe('a role for one tenant beside a role for all', () => {
  test.each([
    ['nothing', ''],
    ['a tag of both', ', tenantTags: ["emea"]'],
    ['its name', ', tenants: ["contoso"]'],
  ])('asks the tenant that it covers when the question names %s', async (_name, choice) => {
    const { data, errors } = await ask<HuntAnswer>('wide', hunt(choice));
    expect(errors).toEqual([]);
    expect(data.hunt.tenants.map(({ tenant }) => tenant.name)).toEqual(['contoso']);
  });

  test('is refused in another, which is named with the permission', async () => {
    const says = /^The permission "hunt:raw" is needed in adatum$/;
    await refused('wide', hunt(', tenants: ["contoso", "adatum"]'), 'FORBIDDEN', says, { tenant: 'adatum' });
    await refused('wide', hunt(', tenantTags: ["amer"]'), 'FORBIDDEN', /"hunt:raw" is needed in a tenant with a tag/);
  });

  test('reads everywhere what the other role reads', async () => {
    const { data } = await ask<{ machines: { nodes: { tenant: { name: string } }[] } }>(
      'wide',
      '{ machines(first: 100) { nodes { tenant { name } } } }',
    );
    expect([...new Set(data.machines.nodes.map(({ tenant }) => tenant.name))]).toEqual([
      'adatum',
      'contoso',
      'fabrikam',
    ]);
  });

  test.each([
    ['the audit log', '{ auditLog(tenants: ["adatum"]) { nodes { at } } }', 'audit:read'],
    ['signing a tenant in', '{ tenantSignIn(tenant: "adatum") { status } }', 'tenant:sign-in'],
  ])('keeps %s to its tenant', async (_name, query, permission) => {
    await refused('wide', query, 'FORBIDDEN', new RegExp(`"${permission}" is needed in adatum`));
  });

  test('is shown the calls of its tenant alone', async () => {
    const { extensions } = await running.ask(
      '{ machines(first: 200) { nodes { machineId } } }',
      {},
      { ...keyHeader('wide'), 'x-gateway-explain': '1' },
    );
    expect(extensions).toMatchObject({
      gateway: {
        upstreamCalls: [
          { tenant: 'contoso', operation: 'mde.listMachines' },
          { tenant: 'contoso', operation: 'mde.listMachines' },
        ],
      },
    });
  });
});

describe('a role for machines of one tenant beside a role without machines', () => {
  test('gives machines where it counts, and alerts everywhere', async () => {
    const { data, errors } = await ask<{
      machines: { nodes: { rbacGroupName: string; tenant: { name: string } }[] };
      alerts: { nodes: { tenant: { name: string } }[] };
    }>(
      'mixed',
      `{ machines(first: 50) { nodes { rbacGroupName tenant { name } } }
         alerts(first: 150) { nodes { tenant { name } } } }`,
    );
    expect(errors).toEqual([]);
    expect(new Set(data.machines.nodes.map(({ tenant, rbacGroupName }) => `${tenant.name} ${rbacGroupName}`))).toEqual(
      new Set(['contoso Servers']),
    );
    expect(new Set(data.alerts.nodes.map(({ tenant }) => tenant.name))).toEqual(
      new Set(['adatum', 'contoso', 'fabrikam']),
    );
  });

  test('is refused machines elsewhere, by look-up and by edge', async () => {
    const [machine] = running.simulator.world('adatum').machines;
    const says = /^The permission "machine:read" is needed in adatum$/;
    await refused('mixed', `{ machine(tenant: "adatum", machineId: "${machine?.id}") { id } }`, 'FORBIDDEN', says);
    await refused('mixed', '{ machines(tenants: ["adatum"]) { nodes { id } } }', 'FORBIDDEN', says);
    const { errors } = await ask('mixed', '{ alerts(tenants: ["adatum"], first: 20) { nodes { machine { id } } } }');
    expect(new Set(errors.map(({ extensions, message }) => `${extensions.code} ${message}`))).toEqual(
      new Set(['FORBIDDEN The permission "machine:read" is needed in adatum']),
    );
  });
});

test('a tenant that no role covers does not exist, though the key names it', async () => {
  const { data } = await ask<{ tenants: unknown }>('narrow', '{ tenants { name } }');
  expect(data.tenants).toEqual([{ name: 'contoso' }]);
  await refused('narrow', '{ tenant(name: "adatum") { name } }', 'NOT_FOUND', /no tenant "adatum"/);
});

test('the viewer is told what each role gives, and where', async () => {
  const { data } = await ask<{ viewer: { grants: { permissions: string[] }[] } }>(
    'narrow',
    '{ viewer { roles tenants { name } permissions grants { role permissions tenants { name } machineGroups machineTags } } }',
  );
  expect(data.viewer).toMatchObject({
    roles: ['hunter-of-contoso', 'servers'],
    tenants: [{ name: 'contoso' }],
    grants: [
      { role: 'hunter-of-contoso', tenants: [{ name: 'contoso' }], machineGroups: [], machineTags: [] },
      { role: 'servers', tenants: [{ name: 'contoso' }], machineGroups: ['Servers'], machineTags: [] },
    ],
  });
  expect(data.viewer.grants[0]?.permissions).toContain('hunt:raw');
  expect(data.viewer.grants[1]?.permissions).toContain('machine:isolate');
  expect(data.viewer.grants[1]?.permissions).not.toContain('hunt:raw');
});

test('a key that has expired is not known any more, and says so', async () => {
  const { status, errors } = await ask('ended', '{ viewer { name } }');
  expect(status).toBe(401);
  expect(errors).toMatchObject([{ message: 'The API key has expired', extensions: { code: 'UNAUTHENTICATED' } }]);
});

test('a cursor of a caller who sees less is none for one who sees more', async () => {
  const page = (after: string | null) =>
    `{ machines(tenants: ["contoso"], first: 1${after === null ? '' : `, after: "${after}"`}) { pageInfo { endCursor } } }`;
  const { data } = await ask<{ machines: { pageInfo: { endCursor: string } } }>('mixed', page(null));
  await refused('wide', page(data.machines.pageInfo.endCursor), 'BAD_USER_INPUT', /belongs to another list/);
});
