import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnswerError, Running } from '../support/gateway.ts';
import { startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

/** Changes since a cursor, as a SOAR that polls asks for them: each once, none lost, whatever comes late or fails. */

const alpha = 'alpha';
const beta = 'beta';
const gamma = 'gamma';
const ofEndpoint = 'of-endpoint';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [
        simTenant(alpha, { scale: 0.2 }),
        simTenant(beta, { scale: 0.2, cloud: 'gcc-high' }),
        simTenant(gamma, { scale: 0.2 }),
        simTenant(ofEndpoint, { scale: 0.2, permissions: { graph: [], m365d: [] } }),
      ],
      enforceQuotas: false,
    },
  });
});
afterAll(() => running.stop());

interface Told {
  readonly type: 'INCIDENT' | 'ALERT';
  readonly tenant: { readonly name: string };
  readonly updatedAt: string;
  readonly incident: { readonly incidentId: string } | null;
  readonly alert: { readonly alertId: string } | null;
}

interface Page {
  readonly nodes: readonly Told[];
  readonly cursor: string;
  readonly hasMore: boolean;
  readonly failures: readonly { readonly tenant: { readonly name: string }; readonly code: string }[];
}

const whole = [alpha, beta];

interface Asked {
  readonly since?: string;
  readonly after?: string | undefined;
  readonly first?: number;
  readonly types?: readonly string[];
  readonly tenants?: readonly string[];
  readonly lookBackMinutes?: number;
  readonly incidentFilter?: object;
}

const document = (failures = 'failures { tenant { name } code }') => `query (
  $since: DateTime, $after: String, $first: Int! = 200, $types: [ChangedType!]! = [INCIDENT, ALERT], $tenants: [String!],
  $lookBackMinutes: Int! = 10, $incidentFilter: IncidentFilter
) {
  changes(
    since: $since, after: $after, first: $first, types: $types, tenants: $tenants, lookBackMinutes: $lookBackMinutes,
    incidentFilter: $incidentFilter
  ) {
    nodes { type tenant { name } updatedAt incident { incidentId } alert { alertId } }
    cursor hasMore ${failures}
  }
}`;

const poll = async (asked: Asked): Promise<Page & { readonly errors: readonly AnswerError[] }> => {
  const { data, errors } = await running.ask<{ readonly changes: Page | null }>(document(), {
    tenants: whole,
    ...asked,
  });
  if (data.changes === null) throw new Error(JSON.stringify(errors));
  return { ...data.changes, errors };
};

const refusal = async (asked: Asked): Promise<AnswerError | undefined> =>
  (await running.ask(document(), { tenants: whole, ...asked })).errors[0];

const keyOf = ({ type, tenant, updatedAt, incident, alert }: Told): string =>
  `${type} ${tenant.name} ${incident?.incidentId ?? alert?.alertId} ${Date.parse(updatedAt)}`;

const thingsOf = (tenant: string) => {
  const { incidents, alerts } = running.simulator.world(tenant);
  return [
    ...incidents.map((thing) => ({ type: 'INCIDENT', tenant, thing })),
    ...alerts.map((thing) => ({ type: 'ALERT', tenant, thing })),
  ];
};

/** What is there, as it changed last. */
const changesNow = (tenants: readonly string[] = whole): readonly string[] =>
  tenants
    .flatMap(thingsOf)
    .map(({ type, tenant, thing }) => `${type} ${tenant} ${thing.id} ${Date.parse(thing.updatedAt)}`)
    .toSorted();

const everything = '2020-01-01T00:00:00Z';

/** All that is left, and the cursor behind it. */
const drain = async (asked: Asked): Promise<{ readonly told: readonly Told[]; readonly cursor: string }> => {
  const told: Told[] = [];
  let page = await poll(asked);
  for (;;) {
    told.push(...page.nodes);
    if (!page.hasMore) return { told, cursor: page.cursor };
    expect(page.nodes.length).toBeGreaterThan(0);
    const { since: _, ...again } = asked;
    page = await poll({ ...again, after: page.cursor });
  }
};

test('all that there is, once, the earliest change first, in pages', async () => {
  const { told } = await drain({ since: everything, first: 23 });
  expect(told.map(keyOf).toSorted()).toEqual(changesNow());
  const times = told.map(({ updatedAt }) => Date.parse(updatedAt));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('a change is told at once, whatever was read a moment ago, and the same cursor tells the same again', async () => {
  const { cursor } = await drain({ since: everything });
  const [incident] = running.simulator.world(alpha).incidents;
  const change = await running.ask(
    `mutation { updateIncidents(input: { tenant: "${alpha}", incidentIds: ["${incident?.id}"], addTags: ["told"] }) { results { outcome } } }`,
  );
  expect(change.errors).toEqual([]);
  for (const page of [await poll({ after: cursor }), await poll({ after: cursor })])
    expect(page).toMatchObject({ nodes: [{ incident: { incidentId: incident?.id } }], hasMore: false, failures: [] });
  const { cursor: behind } = await poll({ after: cursor });
  expect((await poll({ after: behind })).nodes).toEqual([]);
});

test('an answer without rows costs a call a tenant for incidents, and two for alerts', async () => {
  const { cursor } = await drain({ since: everything });
  running.simulator.calls.reset();
  await poll({ after: cursor });
  expect(
    running.simulator.calls
      .list()
      .map(({ operation }) => operation)
      .toSorted(),
  ).toEqual([
    'graph.alerts.list',
    'graph.alerts.list',
    'graph.alerts.list',
    'graph.alerts.list',
    'graph.incidents.list',
    'graph.incidents.list',
  ]);
});

/** A repeatable source of numbers below one. */
const numbers = (seed: number) => {
  let state = seed;
  return (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

test.each([1, 2, 3, 4, 5, 6])('changes that come late, and many of one time, are told once each (%i)', async (seed) => {
  const next = numbers(seed);
  let { cursor } = await drain({ since: everything });
  const told = new Set<string>();
  const expected = new Set<string>();
  const before = new Set(changesNow());
  for (let round = 0; round < 12; round += 1) {
    const moment = Date.now();
    for (const { type, tenant, thing } of whole.flatMap(thingsOf)) {
      if (next() > 0.06) continue;
      // Up to nine minutes late; whole seconds, so that many have one time.
      const late = next() < 0.4 ? Math.floor(next() * 540) * 1000 : 0;
      const time = Math.floor((moment - late) / 1000) * 1000;
      const key = `${type} ${tenant} ${thing.id} ${time}`;
      // Nothing changes back to a time that it had.
      if (before.has(key) || expected.has(key)) continue;
      thing.updatedAt = `${new Date(time).toISOString().slice(0, 19)}.0000000Z`;
      expected.add(key);
    }
    // What is changed once more before it was read is told as it is then: all is read each round.
    const answer = await drain({ after: cursor, first: 1 + Math.floor(next() * 9) });
    cursor = answer.cursor;
    for (const key of answer.told.map(keyOf)) {
      expect(told.has(key), `${key} is told twice`).toBe(false);
      told.add(key);
    }
  }
  expect([...told].toSorted()).toEqual([...expected].toSorted());
});

describe('a tenant that fails', () => {
  test('keeps its place: its changes are told later, once, and those of the others at once', async () => {
    const { cursor } = await drain({ since: everything });
    const [ofAlpha] = running.simulator.world(alpha).alerts;
    const [ofBeta] = running.simulator.world(beta).alerts;
    if (ofAlpha === undefined || ofBeta === undefined) throw new Error('The estates have no alerts');
    ofAlpha.updatedAt = ofBeta.updatedAt = new Date().toISOString();
    const fault = running.simulator.faults.add({ tenant: beta, effect: { kind: 'status', status: 500 } });
    const page = await poll({ after: cursor });
    expect(page.nodes.map(({ alert }) => alert?.alertId)).toEqual([ofAlpha.id]);
    expect(page.failures).toMatchObject([{ tenant: { name: beta } }, { tenant: { name: beta } }]);
    running.simulator.faults.clear(fault);
    const later = await poll({ after: page.cursor });
    // Graph may still be held back: then it is told of the other API.
    expect(later).toMatchObject({ nodes: [{ alert: { alertId: ofBeta.id } }] });
    expect((await poll({ after: later.cursor })).nodes).toEqual([]);
  });

  test('in one API, where another has less, is told, and what it has not comes later', async () => {
    const { cursor } = await drain({ since: everything, tenants: [gamma], lookBackMinutes: 0 });
    const { alerts } = running.simulator.world(gamma);
    const ofEndpointAlone = alerts.find(({ id }) => id.startsWith('da'));
    const ofOthers = alerts.find(({ id }) => !id.startsWith('da'));
    if (ofEndpointAlone === undefined || ofOthers === undefined) throw new Error('The estate has no such alerts');
    ofOthers.updatedAt = new Date(Date.now() - 5000).toISOString();
    ofEndpointAlone.updatedAt = new Date().toISOString();
    const fault = running.simulator.faults.add({
      tenant: gamma,
      operation: 'graph.alerts.list',
      effect: { kind: 'malformed-json' },
    });
    const asked = { after: cursor, lookBackMinutes: 0, tenants: [gamma] };
    const page = await poll(asked);
    running.simulator.faults.clear(fault);
    expect(page.nodes.map(({ alert }) => alert?.alertId)).toEqual([ofEndpointAlone.id]);
    expect(page.failures.map(({ tenant }) => tenant.name)).toContain(gamma);
    const later = await poll({ ...asked, after: page.cursor });
    expect(later).toMatchObject({ nodes: [{ alert: { alertId: ofOthers.id } }], failures: [] });
    expect((await poll({ ...asked, after: later.cursor })).nodes).toEqual([]);
  });

  test('of one type tells of the other, and says so', async () => {
    const page = await poll({ since: everything, tenants: [ofEndpoint] });
    expect(page.nodes.map(keyOf).toSorted()).toEqual(
      changesNow([ofEndpoint]).filter((key) => key.startsWith(`ALERT ${ofEndpoint} da`)),
    );
    expect(page.failures).toEqual([{ tenant: { name: ofEndpoint }, code: 'MISSING_PERMISSION' }]);
  });

  test('for all types is an error, and the cursor that the caller has stays good', async () => {
    const asked = { since: everything, tenants: [ofEndpoint], types: ['INCIDENT'] };
    const { data, errors } = await running.ask(document(''), asked);
    expect({ data, code: errors[0]?.extensions.code }).toEqual({ data: { changes: null }, code: 'MISSING_PERMISSION' });
  });
});

test('a tenant that the cursor does not know begins at the answer before, not at the beginning', async () => {
  const { data } = await running.ask<{ changes: Page }>(document(), {
    since: everything,
    tenants: null,
    types: ['ALERT'],
  });
  expect(data.changes.nodes.length).toBeGreaterThan(0);
  const now = await poll({ types: ['ALERT'] });
  expect(now).toMatchObject({ nodes: [], hasMore: false });
});

describe('what is refused', () => {
  test.each<[string, Asked, string]>([
    ['since beside after', { since: everything, after: 'x' }, 'since'],
    ['no type', { types: [] }, 'types'],
    ['a filter of times', { incidentFilter: { updatedAfter: everything } }, 'incidentFilter.updatedAfter'],
    ['a filter that nothing meets', { incidentFilter: { severity: [] } }, 'filter.severity'],
    ['a look back of days', { lookBackMinutes: 241 }, 'lookBackMinutes'],
    ['too many rows', { first: 201 }, 'first'],
    ['what is no cursor', { after: 'v2.x.y.z' }, 'after'],
  ])('%s', async (_, asked, field) => {
    expect(await refusal(asked)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', field } });
  });

  test('the cursor of another question, and of a list', async () => {
    const { cursor } = await poll({});
    expect(await refusal({ after: cursor, types: ['ALERT'] })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
    const list = await running.ask<{ alerts: { pageInfo: { endCursor: string } } }>(
      `{ alerts(first: 1, tenants: ["${alpha}"]) { pageInfo { endCursor } } }`,
    );
    expect(await refusal({ after: list.data.alerts.pageInfo.endCursor })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });
});
