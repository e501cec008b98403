import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listOf, messageOf, startGraph } from './live.ts';

const incidents = '/v1.0/security/incidents';
const alerts = '/v1.0/security/alerts_v2';
const late = { prefer: 'include-unknown-enum-members' };

let graph: Awaited<ReturnType<typeof startGraph>>;
beforeAll(async () => {
  graph = await startGraph({ pageSizes: { graph: 20 }, emptyPages: true });
});
afterAll(() => graph.stop());

describe('lists', () => {
  test.each([incidents, alerts, incidents.replace('v1.0', 'beta')])(
    '%s gives every entity once, over empty pages too',
    async (path) => {
      const pages = await graph.pages(`${path}?$count=true`);
      const ids = pages.flatMap((page) => listOf(page).map(({ id }) => id));
      const all = path === alerts ? graph.world.alerts : graph.world.incidents;
      expect(ids).toEqual(all.map(({ id }) => id));
      expect(pages.some((page) => listOf(page).length === 0)).toBe(true);
      expect(pages.map((page) => page.body['@odata.count'])).toEqual([
        all.length,
        ...pages.slice(1).map(() => undefined),
      ]);
      expect(String(pages[0]?.body['@odata.nextLink']).startsWith(`${graph.origin}${path}?`)).toBe(true);
    },
  );

  test('$top sets the page, $skip the start, and links keep the filter', async () => {
    const pages = await graph.pages(`${incidents}?$top=7&$skip=2&$filter=${encodeURIComponent("severity eq 'high'")}`);
    const high = graph.world.incidents.filter(({ severity }) => severity === 'high').slice(2);
    expect(pages.flatMap((page) => listOf(page).map(({ id }) => id))).toEqual(high.map(({ id }) => id));
    expect(Math.max(...pages.map((page) => listOf(page).length))).toBeLessThanOrEqual(7);
  });

  test('$expand=alerts brings the alerts of each incident, and nothing does without', async () => {
    const [incident] = listOf(await graph.ask(`${incidents}?$expand=alerts&$top=1`));
    const own = graph.world.alerts.filter(({ incidentId }) => incidentId === incident?.id);
    expect(incident?.alerts).toMatchObject(own.map(({ id, incidentId }) => ({ id, incidentId })));
    expect(listOf(await graph.ask(`${incidents}?$top=1`))[0]).not.toHaveProperty('alerts');
  });

  test.each([
    [`${incidents}?$filter=displayName eq 'x'`, 'displayName'],
    [`${incidents}?$filter=status eq 'wrong'`, 'wrong'],
    [`${incidents}?$select=id`, '$select'],
    [`${incidents}?$orderby=id`, '$orderby'],
    [`${incidents}?$expand=comments`, 'comments'],
    [`${incidents}?$top=51`, '51'],
    [`${incidents}?$skiptoken=zzz`, 'skip token'],
    [`${alerts}?$expand=evidence`, '$expand'],
    [`${alerts}?$filter=incidentId eq '1'`, 'incidentId'],
  ])('%s is refused', async (path, word) => {
    const answer = await graph.ask(encodeURI(path));
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain(word);
  });
});

describe('members after unknownFutureValue', () => {
  test.each([
    [incidents, 'status', 'awaitingAction'],
    [alerts, 'serviceSource', 'microsoftDefenderForCloud'],
  ])('%s sends %s %s only to who asks', async (path, property, value) => {
    const filter = `${path}?$top=1&$filter=${encodeURIComponent(`${property} eq '${value}'`)}`;
    expect(listOf(await graph.ask(filter))[0]?.[property]).toBe('unknownFutureValue');
    const asked = await graph.ask(filter, { headers: late });
    expect(listOf(asked)[0]?.[property]).toBe(value);
    expect(asked.headers['preference-applied']).toBe(late.prefer);
  });
});

describe('single entities', () => {
  test('an unknown id is itemNotFound in the documented body', async () => {
    const { status, headers, body } = await graph.ask(`${incidents}/999999999`);
    expect(status).toBe(404);
    expect(body).toMatchObject({
      error: { code: 'itemNotFound', innerError: { 'request-id': headers['request-id'] } },
    });
  });

  test('a merged incident names its survivor', async () => {
    const merged = graph.world.incidents.find(({ redirectIncidentId }) => redirectIncidentId !== null);
    const { body } = await graph.ask(`${incidents}/${merged?.id}?$expand=alerts`);
    expect(body).toMatchObject({ status: 'redirected', redirectIncidentId: merged?.redirectIncidentId, alerts: [] });
  });
});

describe('updates', () => {
  test('an incident takes its five documented fields and answers 200 with itself', async () => {
    const id = graph.world.incidents[0]?.id;
    const change = {
      assignedTo: 'tier2@contoso.com',
      classification: 'truePositive',
      determination: 'phishing',
      status: 'resolved',
      customTags: ['a', 'b'],
    };
    const { status, body } = await graph.ask(`${incidents}/${id}`, { method: 'PATCH', body: change });
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, ...change, lastUpdateDateTime: '2026-11-22T10:00:00Z' });
    const cleared = await graph.ask(`${incidents}/${id}`, { method: 'PATCH', body: { assignedTo: null } });
    expect(cleared.body).toMatchObject({ assignedTo: null, status: 'resolved' });
  });

  test('an alert takes its four and its incident shows the change', async () => {
    const alert = graph.world.alerts.find(({ status }) => status === 'new');
    const change = {
      assignedTo: 'x@contoso.com',
      classification: 'falsePositive',
      determination: 'notMalicious',
      status: 'resolved',
    };
    const { body } = await graph.ask(`${alerts}/${alert?.id}`, { method: 'PATCH', body: change });
    expect(body).toMatchObject({ ...change, resolvedDateTime: '2026-11-22T10:00:00Z' });
    const { body: incident } = await graph.ask(`${incidents}/${alert?.incidentId}`);
    expect(incident.lastUpdateDateTime).toBe('2026-11-22T10:00:00Z');
  });

  test.each([
    [incidents, { status: 'redirected' }],
    [incidents, { status: 'Active' }],
    [incidents, { determination: 'clean' }],
    [incidents, { displayName: 'x' }],
    [incidents, { customTags: 'x' }],
    [incidents, {}],
    [alerts, { customTags: ['x'] }],
    [alerts, { status: 'unknown' }],
    [alerts, { assignedTo: 7 }],
  ])('%s refuses %j and changes nothing', async (path, change) => {
    const id = path === alerts ? graph.world.alerts[0]?.id : graph.world.incidents[1]?.id;
    const { body: before } = await graph.ask(`${path}/${id}`);
    const body = Object.keys(change).length === 0 ? change : { assignedTo: 'nobody@contoso.com', ...change };
    expect((await graph.ask(`${path}/${id}`, { method: 'PATCH', body })).status).toBe(400);
    expect((await graph.ask(`${path}/${id}`)).body).toEqual(before);
  });

  test.each([incidents, alerts])('%s appends comments and answers the whole list', async (path) => {
    const id = path === alerts ? graph.world.alerts[0]?.id : graph.world.incidents[0]?.id;
    const post = (body: unknown) => graph.ask(`${path}/${id}/comments`, { method: 'POST', body });
    expect((await post({ comment: 'no type' })).status).toBe(400);
    expect((await post({ '@odata.type': 'microsoft.graph.security.alertComment' })).status).toBe(400);
    const first = listOf(await post({ '@odata.type': 'microsoft.graph.security.alertComment', comment: 'eins ✅' }));
    const second = listOf(await post({ '@odata.type': '#microsoft.graph.security.alertComment', comment: 'zwei' }));
    expect(second).toHaveLength(first.length + 1);
    expect(second.slice(-2)).toMatchObject([
      { comment: 'eins ✅' },
      { comment: 'zwei', createdDateTime: '2026-11-22T10:00:00Z' },
    ]);
    expect((await graph.ask(`${path}/${id}`)).body.comments).toEqual(second);
  });
});
