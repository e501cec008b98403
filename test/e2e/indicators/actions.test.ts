import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorldIndicator } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { simTenant } from '../../support/tenants.ts';
import { domain, perform } from './ask.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false, profile: 'mild' },
  });
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const rows = (): WorldIndicator[] => running.simulator.world('contoso').indicators;
const named = (value: string): readonly WorldIndicator[] => rows().filter((row) => row.indicatorValue === value);
const calls = (operation: string): number => running.simulator.calls.count({ operation });

/** Indicators that are there. */
const present = (count: number, of: string): readonly WorldIndicator[] => {
  const [like] = rows();
  if (like === undefined) throw new Error('The estate has no indicator');
  const last = Math.max(...rows().map(({ id }) => id));
  const made = Array.from(
    { length: count },
    (_, index): WorldIndicator => ({
      ...like,
      id: last + index + 1,
      indicatorValue: `${of}-${index}.example`,
    }),
  );
  rows().push(...made);
  return made;
};
const idsOf = (some: readonly WorldIndicator[]): readonly string[] => some.map(({ id }) => String(id));

describe('createIndicators', () => {
  test('one is made in one call, in the form that Defender keeps', async () => {
    const expirationTime = '2999-01-31T08:00:00Z';
    const [told] = await perform(running, 'createIndicators', {
      indicators: [domain(' Bad-One.EXAMPLE. ', { severity: 'HIGH', expirationTime, rbacGroupNames: ['Servers'] })],
    });
    expect(told).toMatchObject({
      ...{ outcome: 'DONE', error: null, change: 'ADDED', indicatorValue: 'bad-one.example' },
      indicator: { indicatorValue: 'bad-one.example', action: 'BLOCK', severity: 'HIGH', expirationTime },
    });
    expect(named('bad-one.example')).toMatchObject([{ rbacGroupNames: ['Servers'], createdByKind: 'AadApp' }]);
    expect([calls('submitIndicator'), calls('importIndicators')]).toEqual([1, 0]);
  });

  test('501 are sent in two calls, and one that cannot be keeps no other back', async () => {
    const indicators = Array.from({ length: 501 }, (_, index) => domain(`bulk-${index}.example`));
    const told = await perform(running, 'createIndicators', {
      indicators: [...indicators, domain('https://no.example')],
    });
    expect(told).toHaveLength(502);
    expect(told.slice(0, 501).every(({ outcome }) => outcome === 'DONE')).toBe(true);
    expect(told.at(-1)).toMatchObject({ outcome: 'REFUSED', change: null, error: { code: 'BAD_USER_INPUT' } });
    expect(told.at(-1)?.error?.message).toContain('indicators[501].indicatorValue has a scheme');
    expect(rows().filter(({ indicatorValue }) => indicatorValue.startsWith('bulk-'))).toHaveLength(501);
    expect([calls('importIndicators'), calls('submitIndicator')]).toEqual([1, 1]);
  });

  test('what they have in common is said once; what is the same twice is sent once', async () => {
    const told = await perform(running, 'createIndicators', {
      common: { action: 'AUDIT', title: 'Feed', description: 'From the feed', severity: 'LOW' },
      indicators: [
        { indicatorType: 'FILE_SHA256', indicatorValue: 'AB'.repeat(32) },
        { indicatorType: 'FILE_SHA256', indicatorValue: 'ab'.repeat(32) },
        { indicatorType: 'IP_ADDRESS', indicatorValue: '2001:4860:4860::8888', title: 'Own' },
      ],
    });
    expect(told.map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE', 'DONE']);
    expect(named('ab'.repeat(32))).toMatchObject([{ action: 'Audit', generateAlert: true, title: 'Feed' }]);
    expect(named('2001:4860:4860:0:0:0:0:8888')).toMatchObject([{ title: 'Own', severity: 'Low' }]);
  });

  test('a dry run says what would be added, changed and left, and sends nothing', async () => {
    const [row] = present(1, 'there');
    const given = domain('there-0.example', { title: row?.title, description: row?.description });
    const told = await perform(running, 'createIndicators', {
      indicators: [
        domain('new.example'),
        given,
        domain('THERE-0.example', { title: row?.title, description: row?.description }),
      ],
      dryRun: true,
    });
    expect(told.map(({ change, outcome }) => [change, outcome])).toEqual([
      ['ADDED', null],
      ['UNCHANGED', null],
      ['UNCHANGED', null],
    ]);
    const [changed] = await perform(running, 'createIndicators', {
      indicators: [{ ...given, action: 'WARN' }],
      dryRun: true,
    });
    expect(changed).toMatchObject({ change: 'CHANGED', changes: [{ field: 'action', from: 'BLOCK', to: 'WARN' }] });
    expect(named('new.example')).toEqual([]);
    expect([calls('submitIndicator'), calls('importIndicators')]).toEqual([0, 0]);
  });

  test('what is there already is not sent, and what differs keeps what is not spoken of', async () => {
    const [row] = present(1, 'kept');
    if (row === undefined) throw new Error('There is none');
    Object.assign(row, { severity: 'High', recommendedActions: 'Call us', expiresAt: '2998-01-01T00:00:00Z' });
    const same = domain(row.indicatorValue, { title: row.title, description: row.description });
    expect(await perform(running, 'createIndicators', { indicators: [same] })).toMatchObject([
      { outcome: 'DONE', change: 'UNCHANGED', indicatorId: String(row.id) },
    ]);
    expect(calls('submitIndicator')).toBe(0);
    expect(await perform(running, 'createIndicators', { indicators: [{ ...same, title: 'New' }] })).toMatchObject([
      { outcome: 'DONE', change: 'CHANGED', indicatorId: String(row.id) },
    ]);
    expect(row).toMatchObject({
      ...{ title: 'New', severity: 'High', recommendedActions: 'Call us', expiresAt: '2998-01-01T00:00:00Z' },
    });
  });

  test('what Microsoft refuses of many is told of that one', async () => {
    const told = await perform(running, 'createIndicators', {
      indicators: [
        domain('fine-1.example'),
        domain('group.example', { rbacGroupNames: ['Nobody'] }),
        domain('fine-2.example'),
      ],
    });
    expect(told.map(({ outcome }) => outcome)).toEqual(['DONE', 'FAILED', 'DONE']);
    expect(told[1]?.error).toMatchObject({ code: 'UPSTREAM_REJECTED', message: expect.stringContaining("'Nobody'") });
  });

  test('an import that is refused as a whole is sent in halves, until the one is found', async () => {
    running.simulator.faults.add({
      operation: 'importIndicators',
      times: 1,
      effect: { kind: 'status', status: 400, code: 'InvalidRequestBody', message: 'Bad row' },
    });
    const indicators = Array.from({ length: 8 }, (_, index) => domain(`half-${index}.example`));
    const told = await perform(running, 'createIndicators', { indicators });
    expect(told.every(({ outcome }) => outcome === 'DONE')).toBe(true);
    expect(calls('importIndicators')).toBe(3);
  });

  test('beyond 15,000 nothing is added, which is told before anything is sent; changes go on', async () => {
    const before = rows().length;
    const filling = present(15_000 - before, 'full');
    const [first] = filling;
    const changed = domain(String(first?.indicatorValue), { title: 'Changed' });
    for (const dryRun of [true, false]) {
      const told = await perform(running, 'createIndicators', {
        indicators: [domain('beyond.example'), changed],
        dryRun,
      });
      expect(told[0]).toMatchObject({ outcome: 'REFUSED', error: { code: 'CONFLICT' } });
      expect(told[0]?.error?.message).toContain('15000');
      expect(told[1]).toMatchObject({ error: null, outcome: dryRun ? null : 'DONE' });
    }
    expect(named('beyond.example')).toEqual([]);
    rows().splice(before);
  });

  test.each(['reset', 'unavailable', 'emptyOk'] as const)(
    'an answer that does not tell (%s) is judged by the list',
    async (how) => {
      running.simulator.oddities.set({ actionsAnswered: how });
      const indicators = [domain(`${how.toLowerCase()}-1.example`), domain(`${how.toLowerCase()}-2.example`)];
      const told = await perform(running, 'createIndicators', { indicators, idempotencyKey: how });
      expect(told).toMatchObject([
        { outcome: 'DONE', error: null },
        { outcome: 'DONE', error: null },
      ]);
      expect(calls('importIndicators')).toBe(1);
    },
  );

  test('what was sent and is not there is unknown, and a repeat under the key does not send it at once', async () => {
    running.simulator.faults.add({ operation: 'submitIndicator', effect: { kind: 'reset' } });
    const input = { indicators: [domain('lost.example')], idempotencyKey: 'lost' };
    expect(await perform(running, 'createIndicators', input)).toMatchObject([{ outcome: 'UNKNOWN' }]);
    running.simulator.faults.clear();
    expect(await perform(running, 'createIndicators', input)).toMatchObject([
      { outcome: 'UNKNOWN', error: { code: 'CONFLICT' } },
    ]);
    expect(named('lost.example')).toEqual([]);
  });

  test('the same key with the same input sends nothing more', async () => {
    const input = { indicators: [domain('once.example')], idempotencyKey: 'once' };
    const [first] = await perform(running, 'createIndicators', input);
    const [second] = await perform(running, 'createIndicators', input);
    expect(second).toMatchObject({ outcome: 'DONE', indicatorId: first?.indicatorId });
    expect(calls('submitIndicator')).toBe(1);
    await expect(
      perform(running, 'createIndicators', { ...input, indicators: [domain('two.example')] }),
    ).rejects.toThrow('CONFLICT');
  });
});

describe('updateIndicators', () => {
  test('many are changed in one call, and what takes a field away does', async () => {
    const some = present(3, 'many');
    for (const row of some) Object.assign(row, { expiresAt: '2998-01-01T00:00:00Z', severity: 'Low' });
    const told = await perform(running, 'updateIndicators', {
      indicatorIds: [...idsOf(some), '99999999'],
      ...{ title: 'All', expirationTime: null },
    });
    expect(told.map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE', 'DONE', 'FAILED']);
    expect(told.at(-1)?.error?.code).toBe('NOT_FOUND');
    expect(some.map(({ title, expiresAt, severity }) => [title, expiresAt, severity])).toEqual(
      some.map(() => ['All', null, 'Low']),
    );
    expect(calls('importIndicators')).toBe(1);
  });

  test('a word of before 2022 becomes the one of today', async () => {
    const [row] = present(1, 'legacy');
    if (row !== undefined) row.action = 'Alert';
    const [told] = await perform(running, 'updateIndicators', { indicatorIds: [String(row?.id)], title: 'New' });
    expect(told).toMatchObject({ outcome: 'DONE', error: null });
    expect(row).toMatchObject({ action: 'Audit', generateAlert: true, title: 'New' });
  });
});

describe('deleteIndicators', () => {
  test('one bad id among many keeps no other back: it is told, and the rest go in one call', async () => {
    const some = present(4, 'gone');
    const told = await perform(running, 'deleteIndicators', { indicatorIds: [...idsOf(some), '99999999'] });
    expect(told.map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE', 'DONE', 'DONE', 'FAILED']);
    expect(told.at(-1)?.error?.code).toBe('NOT_FOUND');
    expect(rows().some(({ indicatorValue }) => indicatorValue.startsWith('gone-'))).toBe(false);
    expect([calls('batchDeleteIndicators'), calls('deleteIndicator')]).toEqual([1, 0]);
  });

  test('one that goes between the look and the call: the others are deleted in halves', async () => {
    const some = present(4, 'race');
    running.simulator.faults.add({
      operation: 'batchDeleteIndicators',
      times: 1,
      effect: {
        kind: 'status',
        status: 404,
        code: 'ResourceNotFound',
        message: 'Indicator was not found',
      },
    });
    const told = await perform(running, 'deleteIndicators', { indicatorIds: idsOf(some) });
    expect(told.every(({ outcome }) => outcome === 'DONE')).toBe(true);
    expect(calls('batchDeleteIndicators')).toBe(3);
  });

  test('a single one is one call', async () => {
    const [row] = present(1, 'single');
    expect(await perform(running, 'deleteIndicators', { indicatorIds: [String(row?.id)] })).toMatchObject([
      { outcome: 'DONE', change: 'REMOVED', indicatorValue: 'single-0.example', indicator: null },
    ]);
    expect([calls('batchDeleteIndicators'), calls('deleteIndicator')]).toEqual([0, 1]);
  });
});
