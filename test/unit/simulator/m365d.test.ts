import { beforeEach, describe, expect, test } from 'vitest';
import { createM365d } from '../../../src/simulator/m365d/product.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { type CallOptions, call, contoso, errorCode, later, record, rows } from './call.ts';

const m365d = createM365d({
  runKql: () => ({ columns: [{ name: 'Subject', type: 'string' }], rows: [{ Subject: 'Größe' }] }),
});

let world: TenantWorld;
beforeEach(() => {
  world = contoso();
});
const run = (id: string, options: CallOptions = {}) => call(m365d, world, id, options);

describe('incidents', () => {
  test('come newest first with their whole tree of alerts, devices and entities', async () => {
    const list = rows(await run('listIncidents'));
    expect(list.map(({ incidentId }) => incidentId)).toEqual(world.incidents.map(({ id }) => Number(id)));
    const { alerts } = record(list[0]);
    const first = record(Array.isArray(alerts) ? alerts[0] : null);
    expect(Array.isArray(first.devices) && first.devices.length).toBeGreaterThan(0);
    expect(Array.isArray(first.entities) && first.entities.length).toBeGreaterThan(0);
  });

  test('a merged one points at its survivor and has no alerts', async () => {
    const merged = rows(await run('listIncidents', { query: { $filter: "status eq 'Redirected'" } }));
    expect(merged).toHaveLength(2);
    for (const incident of merged)
      expect(incident).toMatchObject({ alerts: [], redirectIncidentId: expect.any(Number) });
  });

  test('an incident that awaits an action is active here', async () => {
    const waiting = world.incidents.find(({ status }) => status === 'awaitingAction');
    expect(waiting).toBeDefined();
    const incident = record((await run('getIncident', { params: { id: String(waiting?.id) } })).body);
    expect(incident.status).toBe('Active');
  });

  test.each([["severity eq 'High'"], ["status eq 'Open'"], ["lastUpdateTime gt 'yesterday'"]])(
    'the filter %s is refused',
    async ($filter) => {
      expect(errorCode(await run('listIncidents', { query: { $filter } }))).toBe('BadRequest');
    },
  );

  test('a page has at most 100 and is stepped by $skip', async () => {
    expect((await run('listIncidents', { query: { $top: '101' } })).status).toBe(400);
    const page = rows(await run('listIncidents', { query: { $top: '2', $skip: '3' } }));
    expect(page.map(({ incidentId }) => incidentId)).toEqual(world.incidents.slice(3, 5).map(({ id }) => Number(id)));
  });

  test('an update with its comment is seen by a poll for changes', async () => {
    const id = String(world.incidents[5]?.id);
    const body = {
      status: 'Resolved',
      classification: 'FalsePositive',
      determination: 'NotMalicious',
      tags: ['ä'],
      comment: 'c',
    };
    const updated = await run('updateIncident', { params: { id }, body, now: later(1_000) });
    expect(record(updated.body)).toMatchObject({ status: 'Resolved', determination: 'Clean', tags: ['ä'] });
    const query = { $filter: 'lastUpdateTime gt 2026-11-22T10:00:00.9999999Z' };
    expect(rows(await run('listIncidents', { query })).map(({ incidentId }) => incidentId)).toEqual([Number(id)]);
  });

  test.each([
    ['nothing', {}],
    ['an unknown key', { Status: 'Resolved' }],
    ['an unknown status', { status: 'Done' }],
    ['tags that are no list', { tags: 'a' }],
  ])('an update with %s is refused', async (_what, body) => {
    expect((await run('updateIncident', { params: { id: String(world.incidents[0]?.id) }, body })).status).toBe(400);
  });

  test('an unknown one is a 404', async () => {
    expect((await run('getIncident', { params: { id: '1' } })).status).toBe(404);
  });
});

describe('hunting', () => {
  test('answers Stats, Schema and Results', async () => {
    const { body } = await run('runAdvancedHunting', { body: { Query: 'EmailEvents' } });
    expect(body).toMatchObject({
      Stats: {
        resource_usage: { cpu: { 'total cpu': expect.any(String) } },
        dataset_statistics: [{ table_row_count: 1 }],
      },
      Schema: [{ Name: 'Subject', Type: 'String' }],
      Results: [{ Subject: 'Größe' }],
    });
  });

  test('needs the key Query with its capital', async () => {
    expect((await run('runAdvancedHunting', { body: { query: 'EmailEvents' } })).status).toBe(400);
  });
});
