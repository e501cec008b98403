import { describe, expect, test } from 'vitest';
import { getAlert } from '../../../src/upstream/graph/alerts.ts';
import { batchGet } from '../../../src/upstream/graph/batch.ts';
import { getIncident, updateIncident } from '../../../src/upstream/graph/incidents.ts';

describe('a batch of reads', () => {
  test('has relative addresses without the version, and the headers of its parts', () => {
    const batch = batchGet([
      { id: '0', operation: getIncident('4711', { expandAlerts: true }) },
      { id: '1', operation: getAlert('da1_1') },
    ]);
    expect(batch).toMatchObject({ method: 'POST', path: '/v1.0/$batch', repeatable: true });
    expect(batch.body).toEqual({
      requests: [
        {
          id: '0',
          method: 'GET',
          url: '/security/incidents/4711?$expand=alerts',
          headers: { prefer: 'include-unknown-enum-members' },
        },
        {
          id: '1',
          method: 'GET',
          url: '/security/alerts_v2/da1_1',
          headers: { prefer: 'include-unknown-enum-members' },
        },
      ],
    });
    expect(batch.permissions).toEqual([
      'SecurityIncident.Read.All',
      'SecurityIncident.ReadWrite.All',
      'SecurityAlert.Read.All',
      'SecurityAlert.ReadWrite.All',
    ]);
  });

  test('gives each part its own answer, in whatever order they come', () => {
    const { parse } = batchGet([]);
    const responses = [
      { id: '1', status: 429, headers: { 'Retry-After': '2.128' }, body: { error: { code: 'TooManyRequests' } } },
      { id: 0, status: 200, body: { id: '4711' } },
      { id: '2', status: 404, headers: { Age: 3, Odd: {} } },
    ];
    expect(parse({ responses })).toEqual([
      { id: '1', status: 429, headers: { 'Retry-After': '2.128' }, body: { error: { code: 'TooManyRequests' } } },
      { id: '0', status: 200, headers: {}, body: { id: '4711' } },
      { id: '2', status: 404, headers: { Age: '3' }, body: undefined },
    ]);
  });

  test('R7: hands on what its token carries, by which a 403 of a part is judged', () => {
    const { parse } = batchGet([]);
    expect(parse({ responses: [{ id: '0', status: 403 }] }, ['SecurityAlert.Read.All'])).toEqual([
      { id: '0', status: 403, headers: {}, body: undefined, permissions: ['SecurityAlert.Read.All'] },
    ]);
  });

  test.each([undefined, {}, { responses: {} }])('is refused when its answer is %j', (body) =>
    expect(() => batchGet([]).parse(body)).toThrow('The answer is not the answer of a batch'),
  );

  test.each([[null], [{ id: '1' }], [{ status: 200 }], [{ id: '1', status: 'well' }]])(
    'R6: leaves out a part whose answer is %j, so that it is asked again',
    (answer) => expect(batchGet([]).parse({ responses: [answer] })).toEqual([]),
  );

  test('has 20 parts at most, and reads alone', () => {
    const part = { id: '0', operation: getAlert('x') };
    expect(() => batchGet(Array(21).fill(part))).toThrow(RangeError);
    expect(() => batchGet([{ id: '0', operation: updateIncident('1', {}) }])).toThrow(RangeError);
  });
});
