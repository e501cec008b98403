import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { runProgram } from '../support/process.ts';

const main = new URL('../../src/main.ts', import.meta.url).pathname;
const demo = new URL('../../src/demo.ts', import.meta.url).pathname;

let simulator: Simulator;
let folder: string;
let settings: string;

beforeAll(async () => {
  simulator = await startSimulator();
  folder = await mkdtemp(join(tmpdir(), 'gateway-'));
  settings = gatewaySettings(simulator).replace('port: 4000', 'port: 0');
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
});

afterAll(async () => {
  await simulator.stop();
  await rm(folder, { recursive: true });
});

/** Where the log says that the gateway listens. */
const listening = /"url":"(http:[^"]+)"/;

const ask = async (url: string): Promise<string> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: '{ incidents(first: 1, tenants: ["contoso"]) { nodes { title } failures { code message } } }',
    }),
  });
  return response.text();
};

describe('D3: a port that is taken', () => {
  let port = 0;
  const other = createServer();
  beforeAll(async () => {
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const address = other.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => other.close());

  test.each(['start', 'the demo'])('is told in one sentence, and %s ends with 1', async (what) => {
    const file = join(folder, 'taken.yaml');
    await writeFile(file, settings.replace('port: 0', `port: ${port}`));
    const program =
      what === 'start' ? runProgram([main, '--config', file]) : runProgram([demo], { env: { PORT: String(port) } });
    expect(await program.exited).toBe(1);
    const told = program.output().split('\n');
    expect(told.filter((line) => line.includes('is taken by another process'))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^The gateway cannot listen: port ${port} of 127\\.0\\.0\\.1 .* choose another with --port or server\\.port`,
        ),
      ),
    ]);
    expect(program.output()).not.toMatch(/^ +at /m);
  });
});

describe('npm start', () => {
  test.each([
    { trust: 'NODE_EXTRA_CA_CERTS', extra: '', env: true },
    { trust: 'upstream.caFile', extra: 'upstream: { caFile: ca.pem }\n', env: false },
  ])('reaches hosts of a private CA by $trust, and ends with 0 on SIGTERM', async ({ extra, env }) => {
    const file = join(folder, `${env}.yaml`);
    await writeFile(file, `${settings}${extra}`);
    const program = runProgram(
      [main, '--config', file],
      env ? { env: { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') } } : {},
    );
    const url = (await program.printed(listening))[1] ?? '';
    expect(await ask(url)).toContain('"nodes":[{"title":');
    expect(await program.stop()).toBe(0);
    expect(program.output()).not.toContain('demo-secret');
  });

  test('says which certificate is not trusted, and what to do', async () => {
    const file = join(folder, 'untrusting.yaml');
    await writeFile(file, settings);
    const program = runProgram([main, '--config', file]);
    const url = (await program.printed(listening))[1] ?? '';
    const answer = await ask(url);
    await program.stop();
    expect(answer).toContain('UPSTREAM_UNAVAILABLE');
    expect(answer).toContain('NODE_EXTRA_CA_CERTS');
  });

  test('P2: --port and --host go before the settings', async () => {
    const file = join(folder, 'other-port.yaml');
    await writeFile(file, settings.replace('port: 0', 'port: 1'));
    const program = runProgram([main, 'start', '--port', '0', '--host', '[::1]', '--config', file]);
    expect((await program.printed(listening))[1]).toMatch(/^http:\/\/\[::1\]:/);
    expect(await program.stop()).toBe(0);
  });

  test.each([
    ['127.0.0.1', 'localhost'],
    ['127.0.0.2', '127.0.0.2'],
  ])('P2: the demo on %s prints the address where it answers', async (host, shown) => {
    const program = runProgram([demo, '--host', host, '--port', '0']);
    const [, url = ''] = await program.printed(/Open +(http:\S+\d)\//);
    expect(new URL(url).hostname).toBe(shown);
    expect(await ask(url)).toContain('"title"');
    expect(await program.stop()).toBe(0);
  });

  test('without settings names the demo and the example, and ends with 1', async () => {
    const program = runProgram([main], { cwd: folder, env: { DEFENDER_GATEWAY_CONFIG: '' } });
    expect(await program.exited).toBe(1);
    expect(program.output()).toContain('npm run demo');
    expect(program.output()).toContain('defender-gateway.example.yaml');
  });
});
