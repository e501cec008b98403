import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    // The same tenant's incidents through the other API.
    settings: (offered) =>
      offered.replace('  - name: fabrikam\n', '  - name: fabrikam\n    prefer: { incidents: m365d }\n'),
    simulator: { enforceQuotas: false },
  });
});
afterEach(() => running.simulator.faults.clear());
afterAll(() => running.stop());

interface Entity {
  readonly comments: readonly { readonly text: string }[];
  readonly alerts: { readonly nodes: readonly unknown[] };
  readonly evidence: readonly unknown[];
}

interface Payload {
  readonly results: readonly { readonly incident?: Entity; readonly alert?: Entity }[];
}

const fields = 'status classification determination assignedTo tags comments { text author } source';

const updateIncidents = async (input: Readonly<Record<string, unknown>>) => {
  const query = `mutation M($input: UpdateIncidentsInput!) { updateIncidents(input: $input) {
    clientMutationId dryRun results { incidentId incident { incidentId ${fields} alerts(first: 50) { nodes { alertId } } } error { code message } } } }`;
  const { data, errors } = await running.ask<{ updateIncidents: Payload } | null>(query, { input });
  return { errors, payload: data?.updateIncidents };
};

const updateAlerts = async (input: Readonly<Record<string, unknown>>) => {
  const query = `mutation M($input: UpdateAlertsInput!) { updateAlerts(input: $input) {
    clientMutationId dryRun results { alertId alert { alertId ${fields.replace('tags ', '')} evidence { __typename } } error { code message } } } }`;
  const { data, errors } = await running.ask<{ updateAlerts: Payload } | null>(query, { input });
  return { errors, payload: data?.updateAlerts };
};

const incidentIds = (tenant: string, count: number): string[] =>
  running.simulator
    .world(tenant)
    .incidents.filter(({ status }) => status !== 'redirected')
    .slice(0, count)
    .map(({ id }) => String(id));

/** Alerts that were born in Defender for Endpoint. */
const alertIds = (tenant: string, count: number): string[] =>
  running.simulator
    .world(tenant)
    .alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint')
    .slice(0, count)
    .map(({ id }) => id);

const calls = (tenant: string, ...operations: string[]) =>
  operations.map((operation) => running.simulator.calls.count({ tenant, operation }));

describe.each([
  ['contoso', 'GRAPH'],
  ['fabrikam', 'M365D'],
])('updateIncidents in %s', (tenant, source) => {
  test('changes owner, status, classification, determination and tags, and comments', async () => {
    const [a = '', b = ''] = incidentIds(tenant, 2);
    const { payload, errors } = await updateIncidents({
      tenant,
      incidentIds: [b, a],
      status: 'RESOLVED',
      classification: 'TRUE_POSITIVE',
      determination: 'COMPROMISED_ACCOUNT',
      assignedTo: 'ana@contoso.com',
      tags: ['case-7'],
      comment: 'Closed with case 7',
      clientMutationId: 'x',
    });
    expect(errors).toEqual([]);
    expect(payload).toMatchObject({
      clientMutationId: 'x',
      results: [b, a].map((incidentId) => ({
        incidentId,
        incident: {
          incidentId,
          source,
          status: 'RESOLVED',
          classification: 'TRUE_POSITIVE',
          determination: 'COMPROMISED_ACCOUNT',
          assignedTo: 'ana@contoso.com',
          tags: ['case-7'],
          comments: expect.arrayContaining([expect.objectContaining({ text: 'Closed with case 7' })]),
        },
        error: null,
      })),
    });
    expect(payload?.results[0]?.incident?.alerts.nodes.length).toBeGreaterThan(0);
  });

  test('null takes the owner off, and an empty list all tags', async () => {
    const [id] = incidentIds(tenant, 1);
    const { payload } = await updateIncidents({ tenant, incidentIds: [id], assignedTo: null, tags: [] });
    expect(payload?.results).toMatchObject([{ incident: { assignedTo: null, tags: [] }, error: null }]);
  });

  test('a comment alone is added', async () => {
    const [id] = incidentIds(tenant, 1);
    const { payload } = await updateIncidents({ tenant, incidentIds: [id], comment: 'Only a remark' });
    const texts = payload?.results[0]?.incident?.comments.map(({ text }) => text);
    expect(texts).toContain('Only a remark');
  });

  test('an unknown incident fails alone, and one that is named twice is changed once', async () => {
    const [id] = incidentIds(tenant, 1);
    running.simulator.calls.reset();
    const incidentIdsGiven = ['999999999', id, 'no-number', id];
    const { payload } = await updateIncidents({ tenant, incidentIds: incidentIdsGiven, status: 'IN_PROGRESS' });
    expect(payload?.results).toMatchObject([
      { incident: null, error: { code: 'NOT_FOUND' } },
      { incident: { status: 'IN_PROGRESS' }, error: null },
      { incidentId: 'no-number', error: { code: 'NOT_FOUND' } },
      { incident: { status: 'IN_PROGRESS' }, error: null },
    ]);
    expect(calls(tenant, 'graph.incidents.update', 'updateIncident')).toEqual(source === 'GRAPH' ? [1, 0] : [0, 1]);
  });

  test('a dry run shows the incidents and changes nothing', async () => {
    const [id] = incidentIds(tenant, 1);
    running.simulator.calls.reset();
    const { payload } = await updateIncidents({
      tenant,
      incidentIds: [id, '999999999'],
      status: 'RESOLVED',
      dryRun: true,
    });
    expect(payload).toMatchObject({
      dryRun: true,
      results: [
        { incident: { incidentId: id }, error: null },
        { incident: null, error: { code: 'NOT_FOUND' } },
      ],
    });
    expect(calls(tenant, 'graph.incidents.update', 'updateIncident')).toEqual([0, 0]);
  });
});

describe('through Graph', () => {
  test('a change whose comment fails says so, and shows the change', async () => {
    const [id] = incidentIds('contoso', 1);
    const effect = { kind: 'status', status: 403 } as const;
    running.simulator.faults.add({ operation: 'graph.incidents.comment.create', effect });
    const { payload } = await updateIncidents({
      tenant: 'contoso',
      incidentIds: [id],
      status: 'ACTIVE',
      comment: 'lost',
    });
    expect(payload?.results).toMatchObject([
      {
        incident: { incidentId: id, status: 'ACTIVE' },
        error: {
          code: 'UPSTREAM_REJECTED',
          message: expect.stringContaining('The change was made, but the comment was not added'),
        },
      },
    ]);
  });

  test('a change that is not answered is not sent again, and shows what is there now', async () => {
    const [id] = incidentIds('contoso', 1);
    running.simulator.calls.reset();
    running.simulator.faults.add({
      operation: 'graph.incidents.update',
      times: 1,
      effect: { kind: 'reset', handled: true },
    });
    const { payload } = await updateIncidents({ tenant: 'contoso', incidentIds: [id], status: 'RESOLVED' });
    expect(payload?.results).toMatchObject([
      {
        incident: { status: 'RESOLVED' },
        error: { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('may or may not') },
      },
    ]);
    expect(calls('contoso', 'graph.incidents.update')).toEqual([1]);
  });

  test('the object that Graph answers with is the answer: it is read before the change, and not again', async () => {
    const [id] = alertIds('contoso', 1);
    running.simulator.calls.reset();
    const { payload } = await updateAlerts({ tenant: 'contoso', alertIds: [id], status: 'RESOLVED', comment: 'done' });
    expect(payload?.results).toMatchObject([{ alert: { status: 'RESOLVED', source: 'GRAPH' }, error: null }]);
    expect(calls('contoso', 'graph.alerts.update', 'graph.alerts.comment.create', 'graph.alerts.get')).toEqual([
      1, 1, 1,
    ]);
  });
});

describe('updateAlerts through MDE, where no other API is consented to', () => {
  const tenant = 'adatum';

  test('one alert is patched', async () => {
    const [id] = alertIds(tenant, 1);
    running.simulator.calls.reset();
    const { payload } = await updateAlerts({
      tenant,
      alertIds: [id],
      classification: 'FALSE_POSITIVE',
      determination: 'NOT_MALICIOUS',
      comment: 'Known tool',
    });
    expect(payload?.results).toMatchObject([
      { alert: { source: 'MDE', classification: 'FALSE_POSITIVE', determination: 'NOT_MALICIOUS' }, error: null },
    ]);
    expect(payload?.results[0]?.alert?.evidence.length).toBeGreaterThan(0);
    expect(calls(tenant, 'updateAlert', 'batchUpdateAlerts')).toEqual([1, 0]);
  });

  test('several are changed in one batch, read before it and after it; an unknown one fails alone', async () => {
    const ids = alertIds(tenant, 3);
    // It counts calls: each is answered at once.
    running.simulator.oddities.set({ inList: 'answered', truncatedJson: false }, tenant);
    running.simulator.calls.reset();
    const { payload, errors } = await updateAlerts({
      tenant,
      alertIds: [...ids, 'da000000000000000000_1'],
      status: 'IN_PROGRESS',
      assignedTo: 'bo@adatum.com',
    });
    expect(errors).toEqual([]);
    expect(payload?.results).toMatchObject([
      ...ids.map((alertId) => ({
        alertId,
        alert: { status: 'IN_PROGRESS', assignedTo: 'bo@adatum.com' },
        error: null,
      })),
      { alert: null, error: { code: 'NOT_FOUND' } },
    ]);
    expect(calls(tenant, 'updateAlert', 'batchUpdateAlerts', 'listAlerts')).toEqual([0, 1, 3]);
  });

  test('what MDE has no word for is an input error', async () => {
    const { errors } = await updateAlerts({ tenant, alertIds: alertIds(tenant, 1), classification: 'UNKNOWN' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'classification' } }]);
  });

  test('incidents have no API there', async () => {
    const { errors } = await updateIncidents({ tenant, incidentIds: ['1'], status: 'RESOLVED' });
    expect(errors).toMatchObject([{ extensions: { code: 'MISSING_PERMISSION' } }]);
  });
});

test('the same key comments once', async () => {
  const [, id] = incidentIds('contoso', 2);
  running.simulator.calls.reset();
  const input = { tenant: 'contoso', incidentIds: [id], comment: 'Once only', idempotencyKey: 'comment-1' };
  const first = await updateIncidents(input);
  expect((await updateIncidents(input)).payload?.results).toMatchObject([
    { incident: { comments: first.payload?.results[0]?.incident?.comments } },
  ]);
  expect(calls('contoso', 'graph.incidents.comment.create')).toEqual([1]);
});
