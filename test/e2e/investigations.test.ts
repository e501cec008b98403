import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/loaders/global-id.ts';
import type { WorldInvestigation } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'alpha';
const poor = 'poor';
const ofServers = 'the server team';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls: pages hold what they are asked for, and nothing is asked again.
    simulator: {
      oddities: { shortPages: null, truncatedJson: false, repeatsAtBorder: false, inList: 'answered' },
      tenants: [
        simTenant(tenant),
        simTenant(poor, { scale: 0.1, permissions: { mde: ['Machine.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits'], { requestsPerMinute: 0, upstreamCalls: 1000, cost: 100_000 }],
        [
          ['access', 'roles'],
          { servers: { permissions: ['action:read'], machineGroups: ['Servers'] }, machines: ['machine:read'] },
        ],
        [['access', 'apiKeys'], [keyRow(ofServers, { roles: ['servers', 'machines'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());

const all = (): readonly WorldInvestigation[] => running.simulator.world(tenant).investigations;
const idsOf = (some: readonly WorldInvestigation[]): string[] => some.map(({ id }) => String(id)).toSorted();
const first = (): WorldInvestigation => {
  const [investigation] = all();
  if (investigation === undefined) throw new Error('The estate has no investigation');
  return investigation;
};

interface Node {
  readonly [field: string]: unknown;
}
interface Page {
  readonly nodes: readonly Node[];
  readonly failures: readonly { readonly code: string; readonly missingPermissions: readonly string[] }[];
}

test('each is there once, with its machine and its alert, which are read together', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await running.ask<{ investigations: Page }>(
    `{ investigations(tenants: ["${tenant}"], first: 100) { nodes {
      investigationId state stateName startTime endTime machine { machineId } triggeringAlert { alertId } tenant { name } source
    } failures { code missingPermissions } } }`,
  );
  expect(errors).toEqual([]);
  expect(data.investigations.failures).toEqual([]);
  expect(data.investigations.nodes.map(({ investigationId }) => investigationId).toSorted()).toEqual(idsOf(all()));
  const node = data.investigations.nodes.find(({ investigationId }) => investigationId === String(first().id));
  expect(node).toMatchObject({
    startTime: expect.stringMatching(/Z$/),
    machine: { machineId: first().machine.id },
    triggeringAlert: { alertId: first().triggeringAlertId },
    tenant: { name: tenant },
    source: 'MDE',
  });
  // The page, and the proof that there is no other.
  expect(running.simulator.calls.list({ operation: 'listInvestigations', tenant })).toHaveLength(2);
  expect(running.simulator.calls.list({ operation: 'getMachine', tenant })).toHaveLength(0);
});

describe('a filter keeps what it says, and Microsoft is asked for it alone', () => {
  test.each<readonly [filter: () => string, keeps: (one: WorldInvestigation) => boolean, pushed: string]>([
    [() => 'state: [PENDING_APPROVAL]', ({ state }) => state === 'pendingApproval', "state eq 'PendingApproval'"],
    [() => `machineId: ["${first().machine.id}"]`, ({ machine }) => machine === first().machine, 'machineId eq'],
    [() => `triggeringAlertId: ["${first().triggeringAlertId}"]`, (one) => one === first(), ''],
    [() => `investigationId: ["${first().id}", "1"]`, (one) => one === first(), 'id in'],
    [() => `startedAfter: "${first().startedAt}"`, (one) => one.startedAt >= first().startedAt, 'startTime ge'],
    [() => `startedBefore: "${first().startedAt}"`, (one) => one.startedAt < first().startedAt, 'startTime lt'],
  ])('%s', async (filter, keeps, pushed) => {
    running.simulator.calls.reset();
    const { data, errors } = await running.ask<{ investigations: Page }>(
      `{ investigations(tenants: ["${tenant}"], first: 100, filter: { ${filter()} }) { nodes { investigationId } failures { code missingPermissions } } }`,
    );
    expect(errors).toEqual([]);
    expect(data.investigations.nodes.map(({ investigationId }) => investigationId).toSorted()).toEqual(
      idsOf(all().filter(keeps)),
    );
    const [call] = running.simulator.calls.list({ product: 'mde', tenant });
    expect(decodeURIComponent(call?.path ?? '').replaceAll('+', ' ')).toContain(pushed);
  });
});

describe('one', () => {
  const look = (id: string, name = tenant) =>
    `{ found: investigation(tenant: "${name}", investigationId: "${id}") { investigationId } }`;

  test('is found by its id and by its global id', async () => {
    const id = String(first().id);
    expect((await running.ask<{ found: Node }>(look(id))).data.found).toEqual({ investigationId: id });
    const { data } = await running.ask<{ node: Node }>(
      'query ($id: ID!) { node(id: $id) { __typename ... on Investigation { investigationId } } }',
      { id: encodeGlobalId({ type: 'Investigation', tenant, id }) },
    );
    expect(data.node).toEqual({ __typename: 'Investigation', investigationId: id });
  });

  test.each([
    ['1', tenant, 'NOT_FOUND'],
    ['1', 'nobody', 'NOT_FOUND'],
    ['one', tenant, 'BAD_USER_INPUT'],
    ['1/../machines', tenant, 'BAD_USER_INPUT'],
    ['1', poor, 'MISSING_PERMISSION'],
  ])('%s of %s is %s', async (id, name, code) => {
    const { data, errors } = await running.ask<{ found: null }>(look(id, name));
    expect(data).toEqual({ found: null });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  });
});

test('a tenant without the permission says which one, beside the others', async () => {
  const { data, errors } = await running.ask<{ investigations: Page }>(
    '{ investigations(first: 100) { nodes { investigationId } failures { code missingPermissions } } }',
  );
  expect(errors).toEqual([]);
  expect(data.investigations.nodes.length).toBe(all().length);
  expect(data.investigations.failures).toEqual([
    { code: 'MISSING_PERMISSION', missingPermissions: expect.arrayContaining(['Alert.Read.All']) },
  ]);
});

test("a machine's investigations are its own", async () => {
  const { machine } = first();
  const { data } = await running.ask<{ machine: { investigations: Page } }>(
    `{ machine(tenant: "${tenant}", machineId: "${machine.id}") { investigations { nodes { investigationId } } } }`,
  );
  expect(data.machine.investigations.nodes.map(({ investigationId }) => investigationId).toSorted()).toEqual(
    idsOf(all().filter((one) => one.machine === machine)),
  );
});

describe('who sees all machines, but what was done to those of one group', () => {
  const isOfServer = ({ machine }: WorldInvestigation): boolean => machine.rbacGroupName === 'Servers';
  const ask = <T>(query: string) => running.ask<T>(query, {}, keyHeader(ofServers));

  test('sees the investigations of these alone, in the list and behind machines', async () => {
    const list = await ask<{ investigations: Page }>(
      `{ investigations(tenants: ["${tenant}"], first: 100) { nodes { investigationId } } }`,
    );
    const seen = list.data.investigations.nodes.map(({ investigationId }) => investigationId).toSorted();
    expect(seen).toEqual(idsOf(all().filter(isOfServer)));
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(all().length);

    const behind = await ask<{ machines: { nodes: readonly { readonly investigations: Page }[] } }>(
      `{ machines(tenants: ["${tenant}"], first: 200) { nodes { investigations { nodes { investigationId } } } } }`,
    );
    expect(
      behind.data.machines.nodes
        .flatMap(({ investigations }) => investigations.nodes.map(({ investigationId }) => investigationId))
        .toSorted(),
    ).toEqual(seen);
  });

  test('finds no other', async () => {
    const other = all().find((one) => !isOfServer(one));
    const { errors } = await ask(
      `{ investigation(tenant: "${tenant}", investigationId: "${other?.id}") { investigationId } }`,
    );
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  });
});
