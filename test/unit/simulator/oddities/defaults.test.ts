import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../call.ts';
import { valueAt } from '../small-simulator.ts';
import { errorOf, idsOf, rowsOf, startOdd } from './live.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
beforeAll(async () => {
  odd = await startOdd();
});
afterAll(() => odd.stop());

describe('what nobody judged is null', () => {
  test.each([
    ['graph', '/v1.0/security/alerts_v2', 'value', 'id'],
    ['graph', '/v1.0/security/incidents', 'value', 'id'],
    ['mde', '/api/alerts', 'value', 'id'],
    ['m365d', '/api/incidents', 'value', 'incidentId'],
  ] as const)('%s %s', async (api, path, key, id) => {
    const rows = rowsOf(await odd.ask(api, path), key);
    const unjudged = [...odd.world.alerts, ...odd.world.incidents].filter(({ classification }) => !classification);
    const shown = rows.filter((row) => unjudged.some((one) => one.id === String(row[id])));
    expect(shown.length).toBeGreaterThan(0);
    for (const row of shown) expect(row).toMatchObject({ classification: null, determination: null });
    expect(rows.some(({ classification }) => typeof classification === 'string')).toBe(true);
  });

  test('and is not found by the word', async () => {
    const filter = encodeURIComponent("classification eq 'unknown'");
    expect(rowsOf(await odd.ask('graph', `/v1.0/security/alerts_v2?$filter=${filter}`))).toEqual([]);
    const nulls = await odd.ask('graph', '/v1.0/security/alerts_v2?$filter=classification%20eq%20null');
    expect(idsOf(nulls)).toEqual(odd.world.alerts.filter((one) => one.classification === null).map(({ id }) => id));
  });

  test('while unknown, said by somebody, is a word', async () => {
    const [alert] = odd.world.alerts;
    if (!alert) throw new Error('No alert');
    const path = `/v1.0/security/alerts_v2/${alert.id}`;
    const before = alert.classification;
    const answer = await odd.ask('graph', path, { method: 'PATCH', body: { classification: 'unknown' } });
    expect(valueAt(answer.json, 'classification')).toBe('unknown');
    alert.classification = before;
  });
});

test.each(['alerts_v2', 'incidents'])('R2: $skip above 500 on %s is a 400 with Graph’s error body', async (list) => {
  expect((await odd.ask('graph', `/v1.0/security/${list}?$top=10&$skip=500`)).status).toBe(200);
  const refused = await odd.ask('graph', `/v1.0/security/${list}?$top=10&$skip=501`);
  expect(errorOf(refused)).toMatchObject({ status: 400, code: 'BadRequest' });
  expect(valueAt(refused.json, 'error', 'innerError', 'request-id')).toBe(refused.headers['request-id']);
});

describe('R5: texts compare exactly', () => {
  test.each([
    ['computerDnsName', (text: string) => text.toUpperCase()],
    ['osPlatform', (text: string) => text.toLowerCase()],
    ['id', (text: string) => text.toUpperCase()],
  ] as const)('%s', async (property, change) => {
    const [machine] = odd.world.machines;
    const value = String(record({ ...machine })[property]);
    const found = await odd.ask('mde', `/api/machines?$filter=${property}%20eq%20'${value}'`);
    expect(idsOf(found)).toContain(machine?.id);
    // Documented: nothing to show is a 404, with the API's own body.
    expect(errorOf(await odd.ask('mde', `/api/machines?$filter=${property}%20eq%20'${change(value)}'`))).toMatchObject({
      status: 404,
      code: 'ResourceNotFound',
    });
  });

  test('startswith too', async () => {
    const all = await odd.ask('mde', "/api/machines?$filter=startswith(computerDnsName,'fin-')");
    expect(rowsOf(all).length).toBeGreaterThan(0);
    expect((await odd.ask('mde', "/api/machines?$filter=startswith(computerDnsName,'FIN-')")).status).toBe(404);
  });
});

test('R5: 21 ids in a chain are above the node count limit, 20 are not', async () => {
  const chain = (count: number) => {
    const ids = Array.from({ length: count }, (_, place) => odd.world.machines[place]?.id);
    return `/api/machines?$filter=${encodeURIComponent(ids.map((id) => `id eq '${id}'`).join(' or '))}`;
  };
  expect(idsOf(await odd.ask('mde', chain(20)))).toHaveLength(20);
  const refused = errorOf(await odd.ask('mde', chain(21)));
  expect(refused).toMatchObject({ status: 400, code: 'ODataError' });
  expect(refused.message).toContain('node count limit');
});

describe('R7: a URL above 2,048 bytes is a 404 page', () => {
  const long = (path: string) => `${path}?$filter=${'x'.repeat(2_048)}`;

  test.each([
    ['mde', '/api/machines'],
    ['mde', '/api/nowhere'],
    ['m365d', '/api/incidents'],
  ] as const)('%s %s', async (api, path) => {
    const answer = await odd.ask(api, long(path));
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(answer.text).toMatch(/^<!DOCTYPE html/);
  });

  test('but not on Graph', async () => {
    expect(errorOf(await odd.ask('graph', long('/v1.0/security/incidents')))).toMatchObject({ status: 400 });
  });
});

test('MDE’s errors carry a target to quote to support', async () => {
  expect(valueAt((await odd.ask('mde', '/api/machines/none')).json, 'error', 'target')).toMatch(/^[0-9a-f-]{36}$/);
});
