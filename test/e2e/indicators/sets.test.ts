import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorldIndicator } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { apply, domain, plan } from './ask.ts';

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        ...['contoso', 'fabrikam', 'quiet'].map((name) => simTenant(name)),
        simTenant('reader', { permissions: { mde: ['Machine.Read.All'] } }),
        simTenant('own', { permissions: { mde: ['Ti.ReadWrite'] } }),
      ],
      enforceQuotas: false,
      profile: 'mild',
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['guardrails'], [{ name: 'small sets', deny: 'applyIndicators', tenants: 'quiet', maxTargets: 3 }]],
      ]),
  });
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const rows = (tenant = 'contoso'): WorldIndicator[] => running.simulator.world(tenant).indicators;
const calls = (operation: string): number => running.simulator.calls.count({ operation });
const of = (names: readonly string[], more = {}) => names.map((name) => domain(`${name}.example`, more));
const both = ['contoso', 'fabrikam'];

test('a set is planned, applied, drifts, and is brought back; what others made is never removed', async () => {
  const set = { set: 'sector-a', tenants: both, indicators: of(['a-1', 'a-2', 'a-3']), prune: true };
  const counts = { added: 3, changed: 0, removed: 0, unchanged: 0 };
  expect(await plan(running, set)).toMatchObject([
    { tenant: { name: 'contoso' }, ...counts, outcome: null, error: null },
    { tenant: { name: 'fabrikam' }, ...counts },
  ]);
  expect(await apply(running, { ...set, dryRun: true })).toMatchObject([
    { ...counts, outcome: null, notDone: null },
    { ...counts, outcome: null },
  ]);
  expect(calls('importIndicators')).toBe(0);
  expect(await apply(running, set)).toMatchObject([
    { ...counts, outcome: 'DONE', notDone: 0, error: null },
    { ...counts, outcome: 'DONE', notDone: 0 },
  ]);
  expect(calls('importIndicators')).toBe(2);
  expect(rows().filter(({ application }) => application === 'defender-gateway: sector-a')).toHaveLength(3);

  // Somebody changes one by hand, deletes one, and makes one of their own.
  const mine = rows().find(({ indicatorValue }) => indicatorValue === 'a-1.example');
  if (mine !== undefined) mine.action = 'Allowed';
  rows().splice(
    rows().findIndex(({ indicatorValue }) => indicatorValue === 'a-2.example'),
    1,
  );
  const foreign = rows().length;
  const next = { ...set, indicators: of(['a-1', 'a-2', 'a-4']) };
  const [drift, other] = await plan(running, next);
  expect(drift).toMatchObject({ added: 2, changed: 1, removed: 1, unchanged: 0 });
  expect(other).toMatchObject({ added: 1, changed: 0, removed: 1, unchanged: 2 });
  expect(drift?.changes).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ kind: 'CHANGED', indicatorValue: 'a-1.example', changes: [{ field: 'action' }] }),
      expect.objectContaining({ kind: 'REMOVED', indicatorValue: 'a-3.example' }),
    ]),
  );
  expect(await apply(running, next)).toMatchObject([
    { outcome: 'DONE', notDone: 0 },
    { outcome: 'DONE', notDone: 0 },
  ]);
  expect(rows()).toHaveLength(foreign + 2 - 1);
  const after = { added: 0, changed: 0, removed: 0, unchanged: 3 };
  expect(await apply(running, next)).toMatchObject([{ ...after, outcome: 'DONE' }, after]);
});

test('without prune nothing is removed; what was there before is changed and stays when the set goes', async () => {
  const [like] = rows();
  if (like === undefined) throw new Error('There is none');
  const theirs = { ...like, id: 5_000_000, indicatorValue: 'theirs.example', application: null, title: 'Theirs' };
  rows().push(theirs);
  const set = { set: 'sector-b', tenants: ['contoso'], indicators: of(['theirs', 'b-1']) };
  expect(await apply(running, set)).toMatchObject([{ added: 1, changed: 1, outcome: 'DONE' }]);
  expect(theirs).toMatchObject({ title: 'Bad', application: null });
  const rest = { ...set, indicators: of(['b-2']) };
  expect(await plan(running, rest)).toMatchObject([{ added: 1, removed: 0 }]);
  expect(await apply(running, { ...rest, prune: true })).toMatchObject([{ added: 1, removed: 1, outcome: 'DONE' }]);
  expect(rows().some(({ indicatorValue }) => indicatorValue === 'b-1.example')).toBe(false);
  expect(rows()).toContain(theirs);
});

test('each tenant has its own result: one without the permission, one behind a guardrail, one that does not answer', async () => {
  running.simulator.faults.add({ operation: 'listIndicators', tenant: 'fabrikam', effect: { kind: 'malformed-json' } });
  const set = { set: 'sector-c', indicators: of(['c-1', 'c-2', 'c-3', 'c-4']) };
  const tenants = ['contoso', 'fabrikam', 'quiet', 'reader'];
  for (const dryRun of [true, false]) {
    const told = await apply(running, { ...set, tenants, dryRun });
    expect(told.map(({ tenant, error }) => [tenant.name, error?.code ?? null])).toEqual([
      ['contoso', null],
      ['fabrikam', 'UPSTREAM_UNAVAILABLE'],
      ['quiet', 'GUARDRAIL'],
      ['reader', 'MISSING_PERMISSION'],
    ]);
    expect(told[1]).toMatchObject({ added: null, outcome: 'FAILED' });
    expect(told[2]).toMatchObject({ added: 4, outcome: 'REFUSED', notDone: dryRun ? null : 4 });
  }
  expect(await plan(running, { ...set, tenants: ['fabrikam', 'reader'] })).toMatchObject([
    { added: null, error: { code: 'UPSTREAM_UNAVAILABLE' } },
    { added: null, error: { code: 'MISSING_PERMISSION' } },
  ]);
  expect(rows('quiet').some(({ indicatorValue }) => indicatorValue === 'c-1.example')).toBe(false);
});

test('what Microsoft refuses of a batch is told one by one, first; the rest is done', async () => {
  const indicators = [...of(['d-1', 'd-2']), ...of(['d-3'], { rbacGroupNames: ['Nobody'] })];
  const [told] = await apply(running, { set: 'sector-d', tenants: ['contoso'], indicators });
  expect(told).toMatchObject({ added: 3, notDone: 1, outcome: 'PARTLY_DONE', error: { code: 'UPSTREAM_REJECTED' } });
  expect(told?.changes[0]).toMatchObject({ indicatorValue: 'd-3.example', outcome: 'FAILED' });
  expect(told?.changes[1]).toMatchObject({ outcome: 'DONE', error: null });
});

test('beyond 15,000 nothing of the set is sent, unless what goes makes room', async () => {
  const [like] = rows('fabrikam');
  if (like === undefined) throw new Error('There is none');
  const before = rows('fabrikam').length;
  const old = Array.from({ length: 15_000 - before }, (_, index) => ({
    ...like,
    ...{ id: 6_000_000 + index, indicatorValue: `full-${index}.example`, application: 'defender-gateway: sector-e' },
  }));
  rows('fabrikam').push(...old);
  const set = { set: 'sector-e', tenants: ['fabrikam'], indicators: of(['e-1']) };
  for (const told of [await plan(running, set), await apply(running, set)]) {
    expect(told).toMatchObject([{ added: 1, active: 15_000, error: { code: 'CONFLICT' } }]);
  }
  expect(calls('submitIndicator') + calls('importIndicators')).toBe(0);
  const [pruned] = await apply(running, { ...set, prune: true });
  expect(pruned).toMatchObject({ added: 1, removed: 15_000 - before, outcome: 'DONE', notDone: 0 });
  expect(rows('fabrikam')).toHaveLength(before + 1);
});

test('an app that sees its own indicators alone says so', async () => {
  const [told] = await plan(running, { set: 'sector-f', tenants: ['own'], indicators: of(['f-1']) });
  expect(told).toMatchObject({ added: 1, active: 0, remark: expect.stringContaining('Ti.ReadWrite.All') });
});

test('the same key with another set is a conflict; with the same it goes on', async () => {
  const set = { set: 'sector-g', tenants: both, indicators: of(['g-1']), idempotencyKey: 'g' };
  expect(await apply(running, set)).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
  expect(await apply(running, set)).toMatchObject([{ unchanged: 1 }, { unchanged: 1 }]);
  await expect(apply(running, { ...set, indicators: of(['g-2']) })).rejects.toThrow('CONFLICT');
});

test.each([403, 404, 429])(
  'X1: a repeat whose list is answered %i does not tell what was done as failed',
  async (status) => {
    const set = {
      set: `sector-i${status}`,
      tenants: both,
      indicators: of([`i-${status}`]),
      idempotencyKey: `i${status}`,
    };
    expect(await apply(running, set)).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
    running.simulator.faults.add({
      operation: 'listIndicators',
      tenant: 'fabrikam',
      effect: { kind: 'status', status },
    });
    expect(await apply(running, set)).toMatchObject([{ outcome: 'DONE' }, { outcome: 'UNKNOWN', added: null }]);
  },
);

describe('a set that cannot be is an error of the whole, and nothing is sent', () => {
  const good = { set: 'bad', tenants: ['contoso'], indicators: of(['h-1']) };
  test.each(
    Object.entries({
      'no tenant is said': { tenants: null },
      'an empty choice of tenants': { tenants: [] },
      'a tenant that there is not': { tenants: ['nowhere'] },
      'a tag that there is not': { tenants: null, tenantTags: ['nowhere'] },
      'a blank name': { set: ' ' },
      'a name with a quote': { set: "a'b" },
      'a name that is too long': { set: 'x'.repeat(61) },
      'no indicator': { indicators: [] },
      'one indicator that cannot be': { indicators: [...of(['h-1']), domain('https://h-2.example')] },
      'one twice with other words': { indicators: [...of(['h-1']), ...of(['h-1'], { title: 'Other' })] },
      'an application of its own': { indicators: of(['h-1'], { application: 'mine' }) },
      'a blank key': { idempotencyKey: ' ' },
    }),
  )('%s', async (_, wrong) => {
    const given: Readonly<Record<string, unknown>> = { ...good, ...wrong };
    const isNowhere = /nowhere/.test(JSON.stringify(wrong));
    await expect(apply(running, given)).rejects.toThrow(isNowhere ? 'NOT_FOUND' : 'BAD_USER_INPUT');
    expect(calls('submitIndicator') + calls('importIndicators') + calls('listIndicators')).toBe(0);
  });
});
