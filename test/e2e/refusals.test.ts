import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { expectNoLeak, expectRefusal, huntQuery, type Refusal } from '../support/refusals.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

/** `reader` sees contoso alone, `tagger` may do nothing but list tenants. */
const keys = { reader: 'key-of-the-reader', hunter: 'key-of-the-hunter', tagger: 'key-of-the-tagger' } as const;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant('contoso', { scale: 0.3 }),
        simTenant('endpoint-only', { scale: 0.1, permissions: { graph: [], m365d: [] } }),
        simTenant('no-isolation', { scale: 0.1, permissions: { mde: ['Machine.Read.All', 'Alert.Read.All'] } }),
        simTenant('nothing-granted', { scale: 0.1, permissions: { mde: [], m365d: [], graph: [] } }),
        simTenant('wrong-secret', { scale: 0.1 }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 4, 'auth', 'clientSecret'], 'a-secret-that-expired'],
        [['tenants', 4, 'tags'], ['broken']],
        [
          ['access', 'apiKeys'],
          [
            { name: 'reader', sha256: sha256(keys.reader), roles: ['reader'], tenants: ['contoso'] },
            { name: 'hunter', sha256: sha256(keys.hunter), roles: ['hunter'] },
            { name: 'tagger', sha256: sha256(keys.tagger), roles: ['tagger'] },
          ],
        ],
        [['access', 'roles'], { tagger: ['tenant:read'] }],
      ]),
  });
});

afterAll(() => running.stop());

const check = (rows: Readonly<Record<string, Refusal>>): void => {
  test.each(Object.entries(rows))('%s', async (_, row) => {
    expectRefusal(await running.ask(row.query, row.variables, row.headers), row);
  });
};

const as = (key: keyof typeof keys): Readonly<Record<string, string>> => ({ authorization: `Bearer ${keys[key]}` });

describe('what the tenant has not granted', () => {
  check({
    'the permission of a read': {
      query: '{ machine(tenant: "nothing-granted", machineId: "pc.example.com") { id } }',
      code: 'MISSING_PERMISSION',
      says: /Machine\.Read\.All/,
      extensions: { tenant: 'nothing-granted', missingPermissions: ['Machine.Read.All'] },
    },
    'hunting in any API': {
      query: huntQuery('query: "DeviceInfo", tenants: ["nothing-granted"]'),
      code: 'MISSING_PERMISSION',
      says: /ThreatHunting\.Read\.All, AdvancedHunting\.Read\.All, AdvancedQuery\.Read\.All/,
    },
    'a sign-in that works': {
      query: '{ machine(tenant: "wrong-secret", machineId: "pc.example.com") { id } }',
      code: 'TENANT_SIGN_IN_REQUIRED',
      says: /secret.*AADSTS7000215|AADSTS7000215.*secret/is,
      extensions: { tenant: 'wrong-secret' },
    },
  });

  test('the permission of an action is named in the result of its target', async () => {
    const machineId = running.simulator.world('no-isolation').machines[0]?.id;
    const { data, errors, text } = await running.ask<{
      isolateMachines: { results: { error: { code: string; message: string; missingPermissions: string[] } }[] };
    }>(
      `mutation ($id: ID!) {
        isolateMachines(input: { tenant: "no-isolation", machineIds: [$id], comment: "test" }) {
          results { error { code message missingPermissions } }
        }
      }`,
      { id: machineId },
    );
    expectNoLeak(text);
    expect(errors).toEqual([]);
    expect(data.isolateMachines.results.map(({ error }) => error)).toEqual([
      {
        code: 'MISSING_PERMISSION',
        message: expect.stringContaining('Machine.Isolate'),
        missingPermissions: ['Machine.Isolate'],
      },
    ]);
  });

  test('every kind of failure is a row of its tenant, while the others answer', async () => {
    const { data, text } = await running.ask<{
      machines: { nodes: { tenant: { name: string } }[]; failures: { tenant: { name: string }; code: string }[] };
    }>('{ machines { nodes { tenant { name } } failures { tenant { name } code } } }');
    expectNoLeak(text);
    expect(data.machines.failures).toEqual([
      { tenant: { name: 'nothing-granted' }, code: 'MISSING_PERMISSION' },
      { tenant: { name: 'wrong-secret' }, code: 'TENANT_SIGN_IN_REQUIRED' },
    ]);
    expect(new Set(data.machines.nodes.map(({ tenant }) => tenant.name))).toEqual(
      new Set(['contoso', 'endpoint-only', 'no-isolation']),
    );
  });
});

describe('who may not', () => {
  check({
    'hunt without the permission': {
      query: huntQuery('query: "DeviceInfo"'),
      headers: as('reader'),
      code: 'FORBIDDEN',
      says: /"hunt:raw" is needed/,
    },
    'list machines without the permission': {
      query: '{ machines { nodes { id } } }',
      headers: as('tagger'),
      code: 'FORBIDDEN',
      says: /"machine:read" is needed/,
    },
    'look a machine up without the permission': {
      query: '{ machine(tenant: "contoso", machineId: "pc.example.com") { id } }',
      headers: as('tagger'),
      code: 'FORBIDDEN',
      says: /"machine:read" is needed/,
    },
    'isolate without the permission': {
      query:
        'mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["pc.example.com"], comment: "x" }) { dryRun } }',
      headers: as('hunter'),
      code: 'FORBIDDEN',
      says: /"machine:isolate" is needed/,
    },
    'see a tenant of others: it does not exist': {
      query: '{ tenant(name: "endpoint-only") { name } }',
      headers: as('reader'),
      code: 'NOT_FOUND',
      says: /no tenant "endpoint-only"/,
    },
    'see a machine of others: its tenant does not exist': {
      query: '{ machine(tenant: "endpoint-only", machineId: "pc.example.com") { id } }',
      headers: as('reader'),
      code: 'NOT_FOUND',
      says: /no tenant "endpoint-only"/,
    },
  });

  test('see a node of another tenant: it is null', async () => {
    const machine = running.simulator.world('endpoint-only').machines[0]?.id;
    const id = Buffer.from(`Machine\nendpoint-only\n${machine}`).toString('base64url');
    const asReader = await running.ask('query ($id: ID!) { node(id: $id) { id } }', { id }, as('reader'));
    expect(asReader).toMatchObject({ data: { node: null }, errors: [] });
    expect(await running.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toMatchObject({
      data: { node: { id } },
    });
  });

  test('a list over all tenants is one over those that the caller may see', async () => {
    const { data } = await running.ask<{ machines: { nodes: { tenant: { name: string } }[]; failures: unknown[] } }>(
      '{ machines { nodes { tenant { name } } failures { code } } }',
      {},
      { 'x-api-key': keys.reader },
    );
    expect(new Set(data.machines.nodes.map(({ tenant }) => tenant.name))).toEqual(new Set(['contoso']));
    expect(data.machines.failures).toEqual([]);
  });

  test.each([
    ['an unknown key', { authorization: 'Bearer no-such-key' }],
    ['an unknown key in its own header', { 'x-api-key': 'no-such-key' }],
    ['a token of nobody', { authorization: 'Bearer aaaa.bbbb.cccc' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
  ])('%s is 401 UNAUTHENTICATED, never anonymous', async (_, headers) => {
    const answer = await running.ask('{ viewer { name } }', {}, headers);
    expectNoLeak(answer.text);
    expect(answer.status).toBe(401);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });
});
