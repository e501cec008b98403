import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { type Answer, askGateway, startRunning } from '../support/gateway.ts';
import { runProgram } from '../support/process.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

/** Ends long before a wait of 60 s would, and the 30 s after which a stop cuts what is left. */
const atOnceMs = 8000;

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({
    tenants: [simTenant('contoso')],
    enforceQuotas: false,
    actionTimes: { pendingMs: 600_000, runningMs: 600_000 },
  });
  folder = await mkdtemp(join(tmpdir(), 'gateway-stopping-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['upstream'], { caFile: 'ca.pem' }],
  ]);
  await writeFile(join(folder, 'settings.yaml'), settings);
  await writeFile(join(folder, 'draining.yaml'), changedSettings(settings, [[['server', 'drainSeconds'], 10]]));
});
afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

const start = async (settings = 'settings.yaml') => {
  const program = runProgram([main, '--config', join(folder, settings)]);
  onTestFinished(async () => void (await program.stop('SIGKILL')));
  return { program, url: (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '' };
};

/** Machines of Windows 11 that nothing was done to yet. */
const freshMachine = (index: number): string => {
  const world = simulator.world('contoso');
  const fresh = world.machines.filter(
    (machine) =>
      machine.onboardingStatus === 'Onboarded' &&
      machine.osPlatform === 'Windows11' &&
      !world.actions.some((action) => action.machine === machine),
  );
  const machine = fresh[index];
  if (machine === undefined) throw new Error('The estate has too few machines of Windows 11 without actions');
  return machine.id;
};

interface Result {
  readonly action: { readonly actionId: string; readonly status: string } | null;
  readonly queued: { readonly reason: string; readonly behind: { readonly actionId: string } | null } | null;
  readonly error: { readonly code: string; readonly message: string; readonly retryAfterSeconds: number | null } | null;
}
type Mutated = Readonly<Record<'done', { readonly results: readonly Result[] } | null>>;

const mutate = (url: string, name: string, input: Readonly<Record<string, unknown>>): Promise<Answer<Mutated>> => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  return askGateway(
    url,
    `mutation ($input: ${type}!) { done: ${name}(input: $input) { results {
      action { actionId status } queued { reason behind { actionId } } error { code message retryAfterSeconds }
    } } }`,
    { input: { tenant: 'contoso', comment: 'Beaconing', waitSeconds: 60, ...input } },
  );
};

const sent = (operation: string): number => simulator.calls.count({ tenant: 'contoso', operation });
const waitFor = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
};
const actionIdOn = (machineId: string): string | undefined =>
  simulator.world('contoso').actions.find(({ machine }) => machine.id === machineId)?.id;

describe('X6: SIGTERM', () => {
  test('X6: a wait of 60 s ends at once with action id and status; exit code 0', async () => {
    const { program, url } = await start();
    const machineId = freshMachine(0);
    const acting = mutate(url, 'isolateMachines', { machineIds: [machineId] });
    await waitFor(() => actionIdOn(machineId) !== undefined);
    const stoppedAt = performance.now();
    const exited = program.stop();
    const { data } = await acting;
    expect(data.done?.results).toEqual([
      { action: { actionId: actionIdOn(machineId), status: 'PENDING' }, queued: null, error: null },
    ]);
    expect(await exited).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(atOnceMs);
    // P2: what a start and a stop print is few lines, and how many requests are waited for is one of them.
    const lines = program
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.slice(0, 3).map(({ msg }) => msg)).toEqual([
      'The audit log as it stands',
      expect.stringContaining('access.anonymous'),
      'the gateway listens',
    ]);
    expect(lines[2]).toMatchObject({ url, version: expect.stringMatching(/^\d+\./), tenants: 1 });
    expect(lines.filter(({ msg }) => /^(stopping|waiting for|stopped)/.test(msg))).toMatchObject([
      { msg: 'stopping', signal: 'SIGTERM' },
      { msg: 'waiting for answers that are due', requests: 1, secondsAtMost: 30 },
      { msg: 'stopped' },
    ]);
  });

  test('X6: a wait ends at once also where the gateway goes on for load balancers', async () => {
    const { program, url } = await start('draining.yaml');
    const machineId = freshMachine(0);
    const acting = mutate(url, 'isolateMachines', { machineIds: [machineId] });
    await waitFor(() => actionIdOn(machineId) !== undefined);
    const exited = program.stop();
    const { data } = await acting;
    expect(data.done?.results).toMatchObject([{ action: { actionId: actionIdOn(machineId) }, error: null }]);
    // It still drains: it is asked, and answers.
    expect((await askGateway(url, '{ __typename }')).errors).toEqual([]);
    void program.stop('SIGKILL');
    await exited;
  });

  test('X6: who waits in the queue, for a first request or a quota is told so', async () => {
    const { program, url } = await start();
    const [machineId, isolated] = [freshMachine(1), freshMachine(2)];
    const script = { machineIds: [machineId], commands: [{ type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' }] };
    const keyed = { machineIds: [isolated], idempotencyKey: 'stop-1' };
    const first = mutate(url, 'runLiveResponse', script);
    await waitFor(() => actionIdOn(machineId) !== undefined);
    const looks = sent('listMachineActions');
    const second = mutate(url, 'runLiveResponse', script);
    const third = mutate(url, 'runLiveResponse', script);
    const original = mutate(url, 'isolateMachines', keyed);
    await waitFor(() => actionIdOn(isolated) !== undefined && sent('listMachineActions') > looks);
    const repeat = mutate(url, 'isolateMachines', keyed);
    simulator.faults.add({
      operation: 'isolateMachine',
      times: 1,
      effect: { kind: 'status', status: 429, retryAfter: 50 },
    });
    const throttled = mutate(url, 'isolateMachines', { machineIds: [freshMachine(0)] });
    await waitFor(() => simulator.faults.list().length === 0);
    // It has to have come before the gateway stops: a question behind it was answered.
    await askGateway(url, '{ tenants { name } }');
    const begun = sent('runLiveResponse');
    const stoppedAt = performance.now();
    const exited = program.stop();
    expect((await first).data.done?.results[0]).toMatchObject({
      action: { actionId: actionIdOn(machineId) },
      error: null,
    });
    for (const waiting of [second, third]) {
      expect((await waiting).data.done?.results[0]).toMatchObject({
        queued: { reason: 'MACHINE_BUSY' },
        error: { code: 'CONFLICT', message: expect.stringContaining('stopping'), retryAfterSeconds: 5 },
      });
    }
    expect((await original).data.done?.results[0]).toMatchObject({ action: { actionId: actionIdOn(isolated) } });
    expect((await repeat).data.done?.results[0]).toMatchObject({
      action: { actionId: actionIdOn(isolated) },
      error: null,
    });
    expect((await throttled).data.done?.results[0]).toMatchObject({
      action: null,
      error: { code: 'UPSTREAM_THROTTLED', retryAfterSeconds: 50 },
    });
    expect(sent('runLiveResponse')).toBe(begun);
    expect(await exited).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(atOnceMs);
  });
});

test('X6: a question that Microsoft does not answer in time is told so before the stop cuts its connection', async () => {
  const running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false },
  });
  onTestFinished(() => running.stop());
  running.simulator.faults.add({ operation: 'listMachines', times: 1, effect: { kind: 'slow', delayMs: 60_000 } });
  const asking = running.ask('{ machines(first: 1) { nodes { machineId } } }');
  await waitFor(() => running.simulator.faults.list().length === 0);
  const stopped = running.gateway.stop(1000);
  expect((await asking).errors[0]).toMatchObject({
    message: expect.stringContaining('The gateway is stopping'),
    extensions: { code: 'UPSTREAM_UNAVAILABLE', retryAfterSeconds: 5 },
  });
  await stopped;
});

test('a start that fails for its port ends at once with 1', async () => {
  const { url } = await start();
  const taken = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], Number(new URL(url).port)],
    [['upstream'], { caFile: 'ca.pem' }],
  ]);
  await writeFile(join(folder, 'taken.yaml'), taken);
  const program = runProgram([main, '--config', join(folder, 'taken.yaml')]);
  onTestFinished(async () => void (await program.stop('SIGKILL')));
  expect(await program.exited).toBe(1);
  expect(program.output()).toContain('is taken by another process');
});
