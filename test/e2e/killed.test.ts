import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { verifyFolder } from '../../src/audit/verify.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { askGateway } from '../support/gateway.ts';
import { runProgram } from '../support/process.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ tenants: [simTenant('contoso')], enforceQuotas: false });
  folder = await mkdtemp(join(tmpdir(), 'gateway-killed-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], { url: 'sqlite:gateway.sqlite' }],
    [['upstream'], { caFile: 'ca.pem' }],
  ]);
  await writeFile(join(folder, 'settings.yaml'), settings);
});
afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

const start = async () => {
  const program = runProgram([main, '--config', join(folder, 'settings.yaml')]);
  onTestFinished(async () => void (await program.stop('SIGKILL')));
  const url = (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
  return { program, url };
};

const waitFor = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200));
};

interface Outcomes {
  readonly auditLog: { readonly nodes: readonly { readonly outcome: string; readonly actionId: string | null }[] };
}

test('a gateway killed while Microsoft is at an action finds its outcome after the restart, and does not repeat it', async () => {
  const world = simulator.world('contoso');
  const machine = world.machines.find(
    (candidate) =>
      candidate.onboardingStatus === 'Onboarded' &&
      candidate.osPlatform === 'Windows11' &&
      !world.actions.some((action) => action.machine === candidate),
  );
  if (machine === undefined) throw new Error('The estate has no machine of Windows 11 without actions');
  // Once the gateway is gone, the simulator does what it was asked.
  simulator.faults.add({ operation: 'isolateMachine', times: 1, effect: { kind: 'slow', delayMs: 60_000 } });
  const before = await start();
  const input = { tenant: 'contoso', machineIds: [machine.id], comment: 'Beaconing' };
  askGateway(
    before.url,
    'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { results { machineId } } }',
    { input },
  ).catch(() => {});
  await waitFor(() => simulator.faults.list().length === 0);
  await before.program.stop('SIGKILL');
  await waitFor(() => world.actions.some((action) => action.machine === machine));

  const after = await start();
  const outcomes = async () => {
    const { data } = await askGateway<Outcomes>(after.url, '{ auditLog { nodes { outcome actionId } } }');
    return data.auditLog.nodes;
  };
  await waitFor(async () => (await outcomes()).length > 1);
  expect(await outcomes()).toEqual([
    { outcome: 'DONE', actionId: world.actions.find((action) => action.machine === machine)?.id },
    { outcome: 'INTENDED', actionId: null },
  ]);
  expect(world.actions.filter((action) => action.machine === machine)).toHaveLength(1);
  await after.program.stop();
  expect(await verifyFolder(join(folder, 'audit'))).toMatchObject({ ok: true, records: 2 });
}, 60_000);
