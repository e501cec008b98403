import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { scanAgentsOf, scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab();
});
afterEach(() => lab.simulator.oddities.reset());
afterAll(() => lab.stop());

/** Lists that go on to show what was before. */
const behind = () =>
  lab.simulator.oddities.set({ oldReads: ['listIndicators', 'listLibraryFiles', 'listScanDefinitions'] });
const world = () => lab.simulator.world('contoso');
const done = [{ outcome: 'DONE', error: null }];
const missing = [{ outcome: 'FAILED', error: { code: 'NOT_FOUND' } }];

let made = 0;
const value = (): string => (++made).toString(16).padStart(40, 'd');
const terms = { action: 'BLOCK', severity: 'HIGH', title: 'Case 7', description: 'Seen in case 7' };
const wanted = (indicatorValue: string, more: Readonly<Record<string, unknown>> = {}) => ({
  indicators: [{ indicatorType: 'FILE_SHA1', indicatorValue, ...terms, ...more }],
});
const indicator = (indicatorValue: string) => world().indicators.find((one) => one.indicatorValue === indicatorValue);
const change = async (id: string, more: Readonly<Record<string, unknown>>) =>
  (await lab.perform('updateIndicators', { indicatorIds: [id], ...more })).told;
/** An indicator that lists show, before they fall behind. */
const listed = async (): Promise<readonly [id: string, value: string]> => {
  const own = value();
  expect((await lab.perform('createIndicators', wanted(own))).told).toMatchObject(done);
  const id = String(indicator(own)?.id);
  for (const fallBehind of [behind, () => lab.forget('recent-indicators')]) {
    expect(await change(id, { title: 'Case 9', dryRun: true })).toMatchObject([{ change: 'CHANGED' }]);
    fallBehind();
  }
  return [id, own];
};

test('X2: an indicator is set back to what it was a moment ago, though the list still shows it so', async () => {
  const [id, own] = await listed();
  expect(await change(id, { action: 'ALLOWED' })).toMatchObject([{ outcome: 'DONE', change: 'CHANGED' }]);
  expect(await change(id, { action: 'BLOCK' })).toMatchObject([{ outcome: 'DONE', change: 'CHANGED' }]);
  expect(indicator(own)?.action).toBe('Block');
  expect(await change(id, { action: 'BLOCK' })).toMatchObject([{ outcome: 'DONE', change: 'UNCHANGED' }]);
  expect((await lab.perform('createIndicators', wanted(own))).told).toMatchObject([{ change: 'UNCHANGED' }]);
});

test('X2: a change of an indicator does not take back the one before, though the list does not show that', async () => {
  const [id, own] = await listed();
  expect(await change(id, { title: 'Case 8' })).toMatchObject(done);
  expect(await change(id, { severity: 'LOW' })).toMatchObject(done);
  expect(indicator(own)).toMatchObject({ title: 'Case 8', severity: 'Low' });
});

test('X2: an indicator that was deleted a moment ago is not made anew by a change', async () => {
  const [id, own] = await listed();
  expect((await lab.perform('deleteIndicators', { indicatorIds: [id] })).told).toMatchObject(done);
  expect(await change(id, { title: 'Case 8' })).toMatchObject(missing);
  expect((await lab.perform('deleteIndicators', { indicatorIds: [id] })).told).toMatchObject(missing);
  expect(indicator(own)).toBeUndefined();
  expect((await lab.perform('createIndicators', wanted(own))).told).toMatchObject([{ change: 'ADDED' }]);
  expect(indicator(own)).toBeDefined();
});

test('X2: an indicator that was made a moment ago is changed and deleted, though no list shows it', async () => {
  await listed();
  const own = value();
  await lab.perform('createIndicators', wanted(own));
  const id = String(indicator(own)?.id);
  expect(await change(id, { title: 'Case 8' })).toMatchObject([{ outcome: 'DONE', change: 'CHANGED' }]);
  expect(indicator(own)).toMatchObject({ title: 'Case 8', severity: 'High' });
  expect((await lab.perform('deleteIndicators', { indicatorIds: [id] })).told).toMatchObject(done);
  expect(indicator(own)).toBeUndefined();
});

test('X2: an indicator that somebody else deleted since is made anew', async () => {
  const own = value();
  await lab.perform('createIndicators', wanted(own));
  const { indicators } = world();
  indicators.splice(
    indicators.findIndex(({ indicatorValue }) => indicatorValue === own),
    1,
  );
  expect((await lab.perform('createIndicators', wanted(own))).told).toMatchObject([{ change: 'ADDED' }]);
  expect(indicator(own)).toBeDefined();
});

test('X2: what a set made of an indicator since is not taken for what was made of it before', async () => {
  const [, own] = await listed();
  await lab.perform('createIndicators', wanted(own, { title: 'Case 8' }));
  await lab.ask(`mutation ($input: ApplyIndicatorsInput!) { applyIndicators(input: $input) { results { outcome } } }`, {
    input: { tenants: ['contoso'], set: 'behind', ...wanted(own, { title: 'Case 9' }) },
  });
  expect(indicator(own)?.title).toBe('Case 9');
  expect((await lab.perform('createIndicators', wanted(own, { title: 'Case 8' }))).told).toMatchObject(done);
  expect(indicator(own)?.title).toBe('Case 8');
});

test('X2: what somebody else made of an indicator since stays', async () => {
  const own = value();
  await lab.perform('createIndicators', wanted(own));
  const target = indicator(own);
  const updatedAt = new Date(Date.now() + 60_000).toISOString();
  Object.assign(target ?? {}, { title: 'Theirs', updatedAt });
  expect(await change(String(target?.id), { severity: 'LOW' })).toMatchObject(done);
  expect(indicator(own)).toMatchObject({ title: 'Theirs', severity: 'Low' });
});

test('X2: a scan is switched on again, though the list shows it on still', async () => {
  const scanName = 'Switched';
  const machineId = scanAgentsOf(world())[0]?.machineId;
  const authentication = { type: 'NO_AUTH_NO_PRIV', username: 'snmp' };
  const scan = { scanName, scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1'], intervalInHours: 24 };
  expect((await lab.perform('createScanDefinition', { ...scan, machineId, authentication })).told).toMatchObject(done);
  const found = () => scanDefinitionsOf(world()).find((one) => one.scanName === scanName);
  const scanDefinitionIds = [found()?.id];
  behind();
  for (const isActive of [false, true]) {
    expect((await lab.perform('updateScanDefinitions', { scanDefinitionIds, isActive })).told).toMatchObject(done);
    expect(found()?.isActive).toBe(isActive);
  }
  expect((await lab.perform('deleteScanDefinitions', { scanDefinitionIds })).told).toMatchObject(done);
  expect((await lab.perform('updateScanDefinitions', { scanDefinitionIds, isActive: true })).told).toMatchObject(
    missing,
  );
});

test('X2: a library file is overwritten with what it was a moment ago, and deleted though no list shows it', async () => {
  const upload = async (fileName: string, text: string) =>
    (
      await lab.perform('uploadLibraryFile', {
        fileName,
        contentBase64: Buffer.from(text).toString('base64'),
        overwrite: true,
      })
    ).told;
  await upload('behind.ps1', 'first');
  behind();
  for (const text of ['second', 'first']) {
    expect(await upload('behind.ps1', text)).toMatchObject(done);
    expect(world().libraryFiles.get('behind.ps1')?.content.toString()).toBe(text);
  }
  await upload('unlisted.ps1', 'first');
  expect((await lab.perform('deleteLibraryFile', { fileName: 'unlisted.ps1' })).told).toMatchObject(done);
  expect(world().libraryFiles.has('unlisted.ps1')).toBe(false);
});
