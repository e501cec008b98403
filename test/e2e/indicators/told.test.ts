import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WorldIndicator } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { apply, domain, perform, plan } from './ask.ts';

/** What is told of changes is what was done, and no more than the caller may know. */

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        ...['contoso', 'fabrikam'].map((name) => simTenant(name)),
        simTenant('own', { permissions: { mde: ['Ti.ReadWrite'] } }),
      ],
      enforceQuotas: false,
      profile: 'mild',
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'roles'], { writer: { permissions: ['indicator:write'] } }],
        [['access', 'apiKeys'], [keyRow('writer', { roles: ['writer'] })]],
      ]),
  });
});
afterEach(() => {
  running.simulator.faults.clear();
  running.simulator.oddities.reset();
  running.simulator.calls.reset();
});
afterAll(() => running.stop());

const rows = (tenant = 'contoso'): WorldIndicator[] => running.simulator.world(tenant).indicators;
const calls = (operation: string): number => running.simulator.calls.count({ operation });
/** Asks as one who may write indicators and not read them. */
const writer = (): Pick<Running, 'ask'> => ({
  ask: (query, variables, headers) => running.ask(query, variables, { ...headers, ...keyHeader('writer') }),
});

let lastId = 9_000_000;
/** One that is there. */
const present = (indicatorValue: string, more: Partial<WorldIndicator> = {}, tenant = 'contoso'): WorldIndicator => {
  const [like] = rows(tenant);
  if (like === undefined) throw new Error('The estate has no indicator');
  lastId -= 1;
  const made: WorldIndicator = {
    ...{ ...like, id: lastId, indicatorType: 'DomainName', indicatorValue, action: 'Block' },
    ...{ title: 'Bad', description: 'Seen in a case', expiresAt: null, rbacGroupNames: [], application: null },
    ...more,
  };
  rows(tenant).push(made);
  return made;
};

describe('what Microsoft does not show', () => {
  const page = 'https://soc.example/why';
  const url = (indicatorValue: string, more = {}) => domain(indicatorValue, { indicatorType: 'URL', ...more });

  test('a page to read more is sent though all that shows is as it should be', async () => {
    const row = present('https://page.example/x', { indicatorType: 'Url' });
    const told = await perform(running, 'updateIndicators', { indicatorIds: [String(row.id)], educateUrl: page });
    expect(told).toMatchObject([
      { outcome: 'DONE', change: 'CHANGED', changes: [{ field: 'educateUrl', from: null, to: page }] },
    ]);
    expect(calls('submitIndicator')).toBe(1);
    await perform(running, 'createIndicators', { indicators: [url('https://page.example/x', { educateUrl: page })] });
    expect(calls('submitIndicator')).toBe(2);
    const set = {
      set: 'pages',
      tenants: ['contoso'],
      indicators: [url('https://page.example/x', { educateUrl: page })],
    };
    expect(await apply(running, set)).toMatchObject([{ changed: 1, unchanged: 0, outcome: 'DONE' }]);
    expect(calls('submitIndicator')).toBe(3);
  });

  test('whether an alert is raised is sent where the list does not show it; an audit always raises one', async () => {
    running.simulator.oddities.set({ alertFlagUnshown: true });
    const row = present('flag.example', { generateAlert: false });
    const input = { indicatorIds: [String(row.id)], generateAlert: true };
    expect(await perform(running, 'updateIndicators', input)).toMatchObject([{ outcome: 'DONE', change: 'CHANGED' }]);
    expect(row.generateAlert).toBe(true);
    const audit = present('audit.example', { action: 'Audit', generateAlert: true });
    const same = { indicatorIds: [String(audit.id)], action: 'AUDIT', generateAlert: true };
    expect(await perform(running, 'updateIndicators', same)).toMatchObject([{ outcome: 'DONE', change: 'UNCHANGED' }]);
    expect(calls('submitIndicator')).toBe(1);
  });

  test('proves nothing: a lost change of it alone is unknown, also to a repeat under the key', async () => {
    const row = present('https://lost.example/x', { indicatorType: 'Url' });
    running.simulator.faults.add({ operation: 'submitIndicator', times: 1, effect: { kind: 'reset' } });
    const input = { indicatorIds: [String(row.id)], educateUrl: page, idempotencyKey: 'unshown' };
    expect(await perform(running, 'updateIndicators', input)).toMatchObject([{ outcome: 'UNKNOWN' }]);
    expect(await perform(running, 'updateIndicators', input)).toMatchObject([{ outcome: 'UNKNOWN' }]);
    // One that was not there before came with all of it.
    running.simulator.oddities.set({ actionsAnswered: 'reset' });
    const made = { indicators: [url('https://made.example/x', { educateUrl: page })] };
    expect(await perform(running, 'createIndicators', made)).toMatchObject([{ outcome: 'DONE', change: 'ADDED' }]);
  });
});

describe('a repeat under a key tells none done that never could be', () => {
  const lost = (operation: string) => running.simulator.faults.add({ operation, times: 1, effect: { kind: 'reset' } });

  test('createIndicators: one that is invalid', async () => {
    lost('submitIndicator');
    const input = { indicators: [domain('twice-good.example'), domain('https://bad.example')], idempotencyKey: 'c2' };
    const refused = { outcome: 'REFUSED', error: { code: 'BAD_USER_INPUT' } };
    expect(await perform(running, 'createIndicators', input)).toMatchObject([{ outcome: 'UNKNOWN' }, refused]);
    expect(await perform(running, 'createIndicators', input)).toMatchObject([{ outcome: 'UNKNOWN' }, refused]);
  });

  test.each(['updateIndicators', 'deleteIndicators'] as const)('%s: an id that there is not', async (name) => {
    lost(name === 'updateIndicators' ? 'submitIndicator' : 'deleteIndicator');
    const change = name === 'updateIndicators' ? { title: 'New' } : {};
    const row = present(`${name.toLowerCase()}.example`);
    const input = { indicatorIds: [String(row.id), '99999998'], ...change, idempotencyKey: `u2-${name}` };
    const unknown = { outcome: 'FAILED', error: { code: 'NOT_FOUND' } };
    expect(await perform(running, name, input)).toMatchObject([{ outcome: 'UNKNOWN' }, unknown]);
    expect(await perform(running, name, input)).toMatchObject([{ outcome: 'UNKNOWN' }, unknown]);
  });

  test('deleteIndicators: what an earlier run deleted is done, though it is there no more', async () => {
    const [gone, left] = [present('gone-1.example'), present('gone-2.example')];
    running.simulator.faults.add({ operation: 'batchDeleteIndicators', effect: { kind: 'reset' } });
    const input = { indicatorIds: [String(gone.id), String(left.id)], idempotencyKey: 'd2' };
    expect(await perform(running, 'deleteIndicators', input)).toMatchObject([
      { outcome: 'UNKNOWN' },
      { outcome: 'UNKNOWN' },
    ]);
    running.simulator.faults.clear();
    rows().splice(rows().indexOf(gone), 1);
    expect(await perform(running, 'deleteIndicators', input)).toMatchObject([
      { outcome: 'DONE' },
      { outcome: 'UNKNOWN' },
    ]);
  });

  test('deleteLibraryFile: a file that there never was', async () => {
    running.simulator.faults.add({ operation: 'listLibraryFiles', times: 9, effect: { kind: 'reset' } });
    const ask = () =>
      running.ask<{ deleteLibraryFile: { results: readonly { outcome: string; error: object }[] } } | null>(
        `mutation { deleteLibraryFile(input: { tenant: "contoso", fileName: "never.ps1", idempotencyKey: "lib" }) {
           results { outcome error { code } } } }`,
      );
    expect((await ask()).errors).toHaveLength(1);
    running.simulator.faults.clear();
    expect((await ask()).data?.deleteLibraryFile.results).toEqual([
      { outcome: 'FAILED', error: { code: 'NOT_FOUND' } },
    ]);
  });
});

describe('a key', () => {
  const soon = () => new Date(Date.now() + 1500).toISOString();
  const isOver = async (moment: string): Promise<void> => {
    while (Date.now() <= Date.parse(moment)) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  test('holds for the same input once its end is over: what was done is done', async () => {
    const expirationTime = soon();
    const of = (value: string) => [domain(value, { expirationTime })];
    const single = { indicators: of('soon.example'), idempotencyKey: 'soon' };
    const set = { set: 'soon', tenants: ['contoso'], indicators: of('soon-set.example'), idempotencyKey: 'soon-set' };
    expect(await perform(running, 'createIndicators', single)).toMatchObject([{ outcome: 'DONE' }]);
    expect(await apply(running, set)).toMatchObject([{ added: 1, outcome: 'DONE' }]);
    await isOver(expirationTime);
    expect(await perform(running, 'createIndicators', single)).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(await apply(running, set)).toMatchObject([{ added: 0, outcome: 'DONE', error: null }]);
    // Without that key it cannot be.
    const anew = { indicators: single.indicators };
    expect(await perform(running, 'createIndicators', anew)).toMatchObject([{ error: { code: 'BAD_USER_INPUT' } }]);
    await expect(apply(running, { ...set, idempotencyKey: 'other' })).rejects.toThrow('BAD_USER_INPUT');
    const row = present('late.example');
    const late = { indicatorIds: [String(row.id)], expirationTime };
    expect(await perform(running, 'updateIndicators', late)).toMatchObject([
      { outcome: 'REFUSED', error: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('stands for a set in whatever order, and is forgotten where nothing was begun', async () => {
    const refused = { kind: 'status', status: 400, code: 'InvalidRequestBody', message: 'Bad row' } as const;
    for (const operation of ['importIndicators', 'submitIndicator'])
      running.simulator.faults.add({ operation, effect: refused });
    const both = ['contoso', 'fabrikam'];
    const set = { set: 'orders', tenants: both, indicators: [domain('o-1.example')], idempotencyKey: 'orders' };
    expect(await apply(running, set)).toMatchObject([{ outcome: 'FAILED' }, { outcome: 'FAILED' }]);
    running.simulator.faults.clear();
    const corrected = [domain('o-2.example'), domain('o-1.example')];
    expect(await apply(running, { ...set, indicators: corrected })).toMatchObject([
      { added: 2, outcome: 'DONE' },
      { added: 2, outcome: 'DONE' },
    ]);
    const turned = { ...set, tenants: both.toReversed(), indicators: corrected.toReversed() };
    const told = await apply(running, turned);
    expect(told.map(({ tenant, unchanged }) => [tenant.name, unchanged])).toEqual([
      ['fabrikam', 2],
      ['contoso', 2],
    ]);
    const { idempotencyKey: _, ...planned } = turned;
    expect((await plan(running, planned)).map(({ tenant }) => tenant.name)).toEqual(['fabrikam', 'contoso']);
    await expect(apply(running, { ...set, indicators: [domain('o-3.example')] })).rejects.toThrow('CONFLICT');
  });
});

describe('who may not read indicators', () => {
  test('is told nothing of what was there', async () => {
    const row = present('secret.example', { application: 'defender-gateway: secret' });
    const given = { title: row.title, description: row.description };
    const indicators = [domain('secret.example', given), domain('fresh.example', given)];
    const told = await perform(writer(), 'createIndicators', { indicators });
    expect(told).toMatchObject([
      { outcome: 'DONE', change: null, changes: null, indicatorId: null, indicator: null },
      { outcome: 'DONE', change: null, indicator: null },
    ]);
    expect(row.title).toBe('Bad');
    const set = { set: 'secret', tenants: ['contoso'], indicators };
    const nothing = { added: null, changed: null, removed: null, unchanged: null, active: null, changes: [] };
    expect(await apply(writer(), set)).toMatchObject([{ ...nothing, notDone: null, outcome: 'DONE' }]);
    for (const some of [indicators, [domain('nowhere-at-all.example')]])
      expect(await apply(writer(), { ...set, indicators: some, dryRun: true })).toMatchObject([
        { ...nothing, outcome: 'FAILED', error: { code: 'FORBIDDEN' } },
      ]);
  });
});

describe('an app that is shown its own indicators alone', () => {
  test('tells no other as missing, and none as new', async () => {
    const told = await perform(running, 'deleteIndicators', { tenant: 'own', indicatorIds: ['990'] });
    expect(told[0]).toMatchObject({ outcome: 'FAILED', error: { code: 'NOT_FOUND' } });
    expect(told[0]?.error?.message).toContain('not among those that the app is shown');
    const { errors } = await running.ask('{ indicator(tenant: "own", indicatorId: "990") { indicatorId } }');
    expect(errors).toMatchObject([{ extensions: { code: 'MISSING_PERMISSION' } }]);
    const indicators = [domain('perhaps.example')];
    expect(await perform(running, 'createIndicators', { tenant: 'own', indicators })).toMatchObject([
      { outcome: 'DONE', change: null },
    ]);
  });
});

test('a value in another case or spelling than Microsoft has it is changed and not added, and keeps its severity', async () => {
  const url = present('https://Case.example/Path', { indicatorType: 'Url', severity: 'High' });
  const address = present('2001:4860:4860::1111', { indicatorType: 'IpAddress', severity: 'High' });
  const name = present('Mixed.Example', { severity: 'High' });
  const told = await perform(running, 'createIndicators', {
    indicators: [
      domain('https://case.example/path', { indicatorType: 'URL', title: 'New' }),
      domain('2001:4860:4860:0:0:0:0:1111', { indicatorType: 'IP_ADDRESS', title: 'New' }),
      domain('mixed.example', { title: 'New' }),
    ],
  });
  expect(told.map(({ change, indicatorId }) => [change, indicatorId])).toEqual(
    [url, address, name].map(({ id }) => ['CHANGED', String(id)]),
  );
  for (const row of [url, name]) expect(row).toMatchObject({ title: 'New', severity: 'High' });
  // Defender takes no short address any more, so that nothing is changed of it.
  expect([told[1]?.outcome, address.severity]).toEqual(['FAILED', 'High']);
});

test('near the limit the list is read once', async () => {
  // Nothing of an earlier test is looked for there.
  const tenant = 'fabrikam';
  const before = rows(tenant).length;
  for (let count = before; count < 14_995; count += 1) present(`full-${count}.example`, {}, tenant);
  const told = await perform(running, 'createIndicators', {
    tenant,
    indicators: Array.from({ length: 12 }, (_, index) => domain(`more-${index}.example`)),
  });
  rows(tenant).splice(before);
  for (const one of told) expect(one).toMatchObject({ outcome: 'REFUSED', error: { code: 'CONFLICT' } });
  expect(running.simulator.calls.count({ operation: 'listIndicators', tenant })).toBe(3);
});

test('500 of 13,000 whose answer is lost are judged by the list, which is gone through once', async () => {
  const tenant = 'fabrikam';
  const before = rows(tenant).length;
  for (let count = before; count < 13_000; count += 1) present(`many-${count}.example`, {}, tenant);
  running.simulator.oddities.set({ actionsAnswered: 'reset' });
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const told = await perform(running, 'createIndicators', {
    tenant,
    indicators: Array.from({ length: 500 }, (_, index) => domain(`lost-${index}.example`)),
  });
  delay.disable();
  rows(tenant).splice(before);
  expect(told.every(({ outcome }) => outcome === 'DONE')).toBe(true);
  // Nanoseconds; most of it is the simulator's, in the same process.
  expect(delay.max / 1e6).toBeLessThan(2000);
});

test('what somebody else deleted meanwhile is gone, by a mutation as by a set; what is there still has failed', async () => {
  const [gone, kept] = [present('meanwhile-1.example'), present('meanwhile-2.example')];
  const missing = { kind: 'status', status: 404, code: 'ResourceNotFound', message: 'Not found' } as const;
  for (const operation of ['batchDeleteIndicators', 'deleteIndicator'])
    running.simulator.faults.add({ operation, effect: missing });
  const going = perform(running, 'deleteIndicators', { indicatorIds: [String(gone.id), String(kept.id)] });
  while (calls('batchDeleteIndicators') === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  rows().splice(rows().indexOf(gone), 1);
  expect((await going).map(({ outcome }) => outcome)).toEqual(['DONE', 'FAILED']);
});
