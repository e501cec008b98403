import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseTimespan } from '../../../../src/simulator/graph/timespan.ts';
import { type Json, listOf, messageOf, startGraph } from './live.ts';

const path = '/v1.0/security/runHuntingQuery';
let graph: Awaited<ReturnType<typeof startGraph>>;
beforeAll(async () => {
  graph = await startGraph({ enforceQuotas: false });
});
afterAll(() => graph.stop());

const hunt = (body: unknown) => graph.ask(path, { method: 'POST', body });

describe('runHuntingQuery', () => {
  test.each([[{ Query: 'print x = 1' }], [{ query: 'print x = 1', timespan: 'P1D' }]])('takes %j', async (body) => {
    expect((await hunt(body)).body).toEqual({
      '@odata.context': `${graph.origin}/v1.0/$metadata#microsoft.graph.security.huntingQueryResults`,
      schema: [{ name: 'x', type: 'Int64' }],
      results: [{ x: 1 }],
    });
  });

  const cells: readonly [string, Json][] = [
    ['true', { 'x@odata.type': '#SByte', x: 1 }],
    ['false', { 'x@odata.type': '#SByte', x: 0 }],
    ['bool(null)', { x: {} }],
    ['datetime(null)', { x: {} }],
    ['int(null)', { x: {} }],
    ['dynamic(null)', { x: {} }],
    ['""', { x: '' }],
    ['datetime(2026-01-02T03:04:05.1234567Z)', { x: '2026-01-02T03:04:05.1234567Z' }],
    ['datetime(2026-01-02)', { x: '2026-01-02T00:00:00Z' }],
    ['dynamic(["a", {"b": true}])', { 'x@odata.type': '#Collection(String)', x: ['a', '{"b":true}'] }],
    ['dynamic({"b": true})', { x: { '@odata.type': '#microsoft.graph.security.dynamicColumnValue', b: true } }],
    ['dynamic({"b": true}).b', { x: true }],
  ];
  test.each(cases(cells))('sends %s as %j', async (expression, row) => {
    expect(listOf(await hunt({ Query: `print x = ${expression}` }), 'results')).toEqual([row]);
  });

  test.each([
    [{ Query: 'print x = (' }, 'A recognition error occurred'],
    [{ Query: 'DeviceInfo | where Ghost == 1' }, "'where' operator: Failed to resolve"],
    [{ Query: ' ' }, 'required'],
    [{}, 'required'],
    [{ Query: 7 }, 'not text'],
    [{ Query: 'print 1', Timespan: '7d' }, 'timespan'],
  ])('refuses %j', async (body, message) => {
    const answer = await hunt(body);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain(message);
  });

  test('a span narrows what the tables hold', async () => {
    const Query = 'DeviceProcessEvents | summarize a = min(Timestamp), b = max(Timestamp)';
    const [row] = listOf(await hunt({ Query, Timespan: '2026-11-20T00:00:00Z/P1D' }), 'results');
    expect(String(row?.a) >= '2026-11-20' && String(row?.b) < '2026-11-21T00:00:01').toBe(true);
  });
});

function cases<T>(list: readonly T[]): T[] {
  return [...list];
}

const now = new Date('2026-11-22T10:00:00Z');

test.each([
  ['2026-01-01T00:00:00Z/2026-01-02T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'],
  ['P1DT12H/2026-01-02T00:00:00Z', '2025-12-31T12:00:00.000Z', '2026-01-02T00:00:00.000Z'],
  ['2026-01-01T00:00:00Z/P7D', '2026-01-01T00:00:00.000Z', '2026-01-08T00:00:00.000Z'],
  ['PT90M', '2026-11-22T08:30:00.000Z', now.toISOString()],
  ['P1M', '2026-10-22T10:00:00.000Z', now.toISOString()],
  ['2026-11-20', '2026-11-20T00:00:00.000Z', now.toISOString()],
])('the time span %s is one of the five forms', (text, from, to) => {
  expect(parseTimespan(text, now)).toEqual({ from: new Date(from), to: new Date(to) });
});

test.each(['', 'P', 'PT', '7d', 'P1D/P2D', '2026-01-02T00:00:00Z/2026-01-01T00:00:00Z', 'a/b/c', '2026-13-01'])(
  'the time span "%s" is none',
  (text) => {
    expect(() => parseTimespan(text, now)).toThrow('ISO 8601');
  },
);
