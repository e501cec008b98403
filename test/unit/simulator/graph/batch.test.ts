import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../call.ts';
import { listOf, startGraph } from './live.ts';

let graph: Awaited<ReturnType<typeof startGraph>>;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.stop());

const batch = (requests: unknown) => graph.ask('/v1.0/$batch', { method: 'POST', body: { requests } });
const json = { 'Content-Type': 'application/json' };

describe('$batch', () => {
  test('answers each part with its own status, matched by id and not by place', async () => {
    const id = graph.world.incidents[0]?.id;
    const answer = await batch([
      { id: 'one', method: 'GET', url: `/security/incidents/${id}?$expand=alerts` },
      { id: 'two', method: 'GET', url: '/security/incidents/999999999' },
      { id: 'three', method: 'POST', url: '/security/runHuntingQuery', headers: json, body: { Query: 'print x = 1' } },
      { id: 'four', method: 'GET', url: 'security/nothing' },
    ]);
    expect(answer.status).toBe(200);
    const byId = new Map(listOf(answer, 'responses').map((part) => [part.id, part]));
    expect([...byId.keys()]).toEqual(['four', 'three', 'two', 'one']);
    expect(byId.get('one')).toMatchObject({ status: 200, body: { id } });
    expect(byId.get('two')).toMatchObject({ status: 404, body: { error: { code: 'itemNotFound' } } });
    expect(byId.get('three')).toMatchObject({ status: 200, body: { results: [{ x: 1 }] } });
    expect(byId.get('four')).toMatchObject({ status: 404 });
    expect(record(byId.get('one')?.headers)['Content-Type']).toContain('application/json');
  });

  test('a part whose dependency failed is not run', async () => {
    const incident = graph.world.incidents[0];
    const answer = await batch([
      { id: '1', method: 'GET', url: '/security/incidents/999999999' },
      {
        id: '2',
        method: 'PATCH',
        url: `/security/incidents/${incident?.id}`,
        headers: json,
        body: { customTags: ['no'] },
        dependsOn: ['1'],
      },
      { id: '3', method: 'GET', url: `/security/incidents/${incident?.id}`, dependsOn: ['2'] },
    ]);
    expect(listOf(answer, 'responses').map(({ id, status }) => [id, status])).toEqual([
      ['3', 424],
      ['2', 424],
      ['1', 404],
    ]);
    expect(incident?.tags).not.toContain('no');
  });

  test('each part counts against the quota of its operation, and says how long to wait', async () => {
    const hunts = Array.from({ length: 20 }, (_, place) => ({
      id: String(place),
      method: 'POST',
      url: '/security/runHuntingQuery',
      headers: json,
      body: { Query: 'print 1' },
    }));
    const statuses: unknown[] = [];
    let refused: unknown;
    for (let round = 0; round < 3; round++) {
      for (const part of listOf(await batch(hunts), 'responses')) {
        statuses.push(part.status);
        if (part.status === 429) refused = part;
      }
    }
    // One hunt of the first test and 44 here make the 45 of a minute.
    expect(statuses.filter((status) => status === 200)).toHaveLength(44);
    expect(Number(record(record(refused).headers)['Retry-After'])).toBeGreaterThan(0);
  });

  const get = { method: 'GET', url: '/security/incidents' };
  test.each([
    ['no requests', undefined],
    ['none at all', []],
    ['more than 20', Array.from({ length: 21 }, (_, place) => ({ id: String(place), ...get }))],
    [
      'ids that differ in case only',
      [
        { id: 'a', ...get },
        { id: 'A', ...get },
      ],
    ],
    ['no id', [get]],
    ['an unknown method', [{ id: '1', ...get, method: 'FETCH' }]],
    ['an absolute url', [{ id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/security/incidents' }]],
    ['a body without a content type', [{ id: '1', method: 'POST', url: '/security/runHuntingQuery', body: {} }]],
    ['an unknown dependency', [{ id: '1', ...get, dependsOn: ['9'] }]],
    [
      'a circle',
      [
        { id: '1', ...get, dependsOn: ['2'] },
        { id: '2', ...get, dependsOn: ['1'] },
      ],
    ],
  ])('a batch with %s is malformed', async (_, requests) => {
    expect((await batch(requests)).status).toBe(400);
  });

  test('a batch cannot hold a batch', async () => {
    const answer = await batch([{ id: '1', method: 'POST', url: '/$batch', headers: json, body: { requests: [] } }]);
    expect(listOf(answer, 'responses')).toMatchObject([{ id: '1', status: 400 }]);
  });
});
