import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { askGateway } from '../support/gateway.ts';
import { runProgram } from '../support/process.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ tenants: [simTenant('contoso')], enforceQuotas: false });
  folder = await mkdtemp(join(tmpdir(), 'store-start-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
});
afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

const run = async (name: string, more: Readonly<Record<string, unknown>>) => {
  const file = join(folder, `${name}.yaml`);
  const changes = Object.entries({ upstream: { caFile: 'ca.pem' }, ...more });
  await writeFile(
    file,
    changedSettings(gatewaySettings(simulator), [
      [['server', 'port'], 0],
      ...changes.map(([key, value]) => [[key], value] as const),
    ]),
  );
  const program = runProgram([main, '--config', file]);
  onTestFinished(async () => void (await program.stop('SIGKILL')));
  return program;
};

test('D3: a file that is no database ends the start with 1 and one sentence', async () => {
  await writeFile(join(folder, 'garbage.sqlite'), 'garbage '.repeat(1000));
  const program = await run('garbage', { store: { url: 'sqlite:garbage.sqlite' } });
  expect(await program.exited).toBe(1);
  const said = program.output().trim().split('\n');
  expect(said).toEqual([expect.stringContaining('is no database of SQLite, or a damaged one')]);
});

test('D3: two gateways that start at once on one new file both start', async () => {
  const store = { url: 'sqlite:new/both.sqlite' };
  const both = await Promise.all([run('one', { store }), run('two', { store })]);
  await Promise.all(both.map((program) => program.printed(/"url":"http:/)));
  expect(await Promise.all(both.map((program) => program.stop()))).toEqual([0, 0]);
});

const encryptionKey = Buffer.alloc(32, 4).toString('base64');

test.each([
  ['store and audit log', (url: string) => ({ store: { url, encryptionKey } })],
  ['audit log alone', (url: string) => ({ store: { url: 'sqlite:hangs.sqlite' }, audit: { url } })],
])(
  'D3: the Redis of the %s hangs: an action is refused in seconds, /readyz tells it, SIGTERM ends it',
  async (_what, more) => {
    const port = await freePort();
    const redis = await startRedis(port);
    onTestFinished(async () => {
      redis.kill('SIGCONT');
      await stopRedis(redis);
    });
    const program = await run('hangs', more(`redis://127.0.0.1:${port}`));
    const url = (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
    redis.kill('SIGSTOP');
    const machineIds = simulator
      .world('contoso')
      .machines.slice(0, 1)
      .map(({ id }) => id);
    const askedMs = performance.now();
    const { errors } = await askGateway(
      url,
      'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { error { code } } } }',
      { input: { tenant: 'contoso', machineIds, operation: 'ADD', tag: 'hangs' } },
    );
    expect(errors[0]?.extensions.code).toBe('INTERNAL');
    expect(performance.now() - askedMs).toBeLessThan(8000);
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, reads: true, actions: false }]);
    const startedMs = performance.now();
    expect(await program.stop()).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(8000);
  },
);
