import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifyFolder } from '../../../src/audit/verify.ts';
import { startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { askGateway, startRunning } from '../../support/gateway.ts';
import { runProgram } from '../../support/process.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { apply, plan } from './ask.ts';

const main = new URL('../../../src/main.ts', import.meta.url).pathname;

/** A feed: addresses that are blocked. */
const feed = (count: number) => ({
  set: 'feed',
  common: { action: 'BLOCK', title: 'Feed', description: 'Command and control', severity: 'HIGH' },
  indicators: Array.from({ length: count }, (_, index) => ({
    indicatorType: 'IP_ADDRESS',
    indicatorValue: `203.${index >> 8}.${index & 255}.7`,
  })),
});

test('a set of 5,000 over 20 tenants: calls are batches, and none where nothing differs', async () => {
  const tenants = Array.from({ length: 20 }, (_, index) => `t${String(index).padStart(2, '0')}`);
  const running = await startRunning({
    simulator: { tenants: tenants.map((name) => simTenant(name, { scale: 0.1 })), profile: 'mild' },
    settings: (offered) => changedSettings(offered, [[['limits', 'upstreamCalls'], 400]]),
  });
  onTestFinished(() => running.stop());
  const calls = (operation: string): number => running.simulator.calls.count({ operation });
  const set = { ...feed(5000), tenants };

  const planned = await plan(running, set);
  expect(planned).toHaveLength(20);
  for (const one of planned) expect(one).toMatchObject({ added: 5000, changed: 0, removed: 0, error: null });
  running.simulator.calls.reset();
  const applied = await apply(running, { ...set, idempotencyKey: 'feed-1' });
  for (const one of applied) expect(one).toMatchObject({ outcome: 'DONE', added: 5000, notDone: 0, error: null });
  for (const tenant of tenants) {
    const { indicators } = running.simulator.world(tenant);
    const own = indicators.filter(({ application }) => application === 'defender-gateway: feed');
    expect(new Set(own.map(({ indicatorValue }) => indicatorValue)).size).toBe(5000);
    expect(own).toHaveLength(5000);
  }
  const [imports, lists] = [calls('importIndicators'), calls('listIndicators')];
  process.stdout.write(`A set of 5,000 over 20 tenants: ${imports} imports of 500, ${lists} reads of lists\n`);
  expect(imports).toBe(200);
  expect(lists).toBe(40);

  running.simulator.calls.reset();
  for (const one of await apply(running, { ...set, idempotencyKey: 'feed-1' }))
    expect(one).toMatchObject({ outcome: 'DONE', added: 0, unchanged: 5000 });
  expect([calls('importIndicators'), calls('listIndicators')]).toEqual([0, 40]);
}, 120_000);

test('killed in the middle of a set, a repeat does the rest and nothing twice', async () => {
  const tenants = ['contoso', 'fabrikam'];
  const simulator = await startSimulator({ tenants: tenants.map((name) => simTenant(name, { scale: 0.1 })) });
  const folder = await mkdtemp(join(tmpdir(), 'gateway-set-'));
  onTestFinished(async () => {
    await simulator.stop();
    await rm(folder, { recursive: true });
  });
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], { url: 'sqlite:gateway.sqlite' }],
    [['upstream'], { caFile: 'ca.pem' }],
  ]);
  await writeFile(join(folder, 'settings.yaml'), settings);
  const start = async () => {
    const program = runProgram([main, '--config', join(folder, 'settings.yaml')]);
    onTestFinished(async () => void (await program.stop('SIGKILL')));
    const url = (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
    const ask: typeof askGateway extends (url: string, ...rest: infer Rest) => unknown
      ? <Data>(...rest: Rest) => ReturnType<typeof askGateway<Data>>
      : never = (...rest) => askGateway(url, ...rest);
    return { program, ask };
  };
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const made = (tenant: string) =>
    simulator.world(tenant).indicators.filter(({ application }) => application === 'defender-gateway: feed');

  // Fabrikam's first batch hangs; once the gateway is gone, the simulator does what it was asked.
  const slow = { kind: 'slow', delayMs: 60_000 } as const;
  simulator.faults.add({ operation: 'importIndicators', tenant: 'fabrikam', times: 1, effect: slow });
  const set = { ...feed(1200), tenants, idempotencyKey: 'feed-1' };
  const before = await start();
  apply(before, set).catch(() => {});
  await until(() => made('contoso').length === 1200 && simulator.faults.list().length === 0);
  await before.program.stop('SIGKILL');
  await until(() => made('fabrikam').length === 500);

  const after = await start();
  expect(await apply(after, set)).toMatchObject([
    { added: 0, unchanged: 1200, outcome: 'DONE' },
    { added: 700, unchanged: 500, outcome: 'DONE', notDone: 0 },
  ]);
  for (const tenant of tenants) {
    expect(made(tenant)).toHaveLength(1200);
    // Nothing was sent a second time: that would have changed it.
    expect(made(tenant).filter(({ lastUpdatedBy }) => lastUpdatedBy !== null)).toEqual([]);
    expect(simulator.calls.count({ operation: 'importIndicators', tenant })).toBe(3);
  }
  const outcomes = async (): Promise<readonly string[]> => {
    const { data } = await after.ask<{
      readonly auditLog: { readonly nodes: readonly { readonly outcome: string }[] };
    }>('{ auditLog(first: 100, filter: { mutation: "applyIndicators" }) { nodes { outcome } } }');
    return data.auditLog.nodes.map(({ outcome }) => outcome);
  };
  await until(async () => (await outcomes()).filter((outcome) => outcome === 'DONE').length === 6);
  expect((await outcomes()).filter((outcome) => outcome === 'INTENDED')).toHaveLength(6);
  expect(await outcomes()).toHaveLength(12);
  await after.program.stop();
  expect(await verifyFolder(join(folder, 'audit'))).toMatchObject({ ok: true });
}, 120_000);
