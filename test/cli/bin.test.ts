import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { runProgram } from '../support/process.ts';

const bin = new URL('../../bin/', import.meta.url).pathname;
const root = new URL('../../', import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bin-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Arguments of a Node that runs what `bin/launch.js` exports, as one does that is too old for the gateway. */
const launcher = (node: string, program: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { bundledNode, runOn } from ${JSON.stringify(`file://${bin}launch.js`)}; runOn(${node}, ${JSON.stringify(program)}, ['a'])`,
];
const launch = (node: string, program: string) => runProgram(launcher(node, program));
const own = '{ path: process.execPath }';

describe('P1: the gateway as a child of a Node that cannot run it', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s reaches it once, and its exit code comes back',
    async (signal) => {
      const file = join(folder, `${signal}.mjs`);
      await writeFile(
        file,
        `let got = 0; process.on('${signal}', () => { got += 1; setImmediate(() => process.exit(40 + got)); });
       setInterval(() => {}, 1000); console.log('ready', process.argv[2], process.execArgv.join());`,
      );
      const program = launch(own, file);
      await program.printed(/ready a --max-semi-space-size=4/);
      expect(await program.stop(signal)).toBe(41);
    },
  );

  test('npx: the shell that npm runs it in passes no signal on, and takes it along when it goes', async () => {
    const file = join(folder, 'left.mjs');
    await writeFile(
      file,
      `process.on('SIGTERM', () => { console.log('told to stop'); process.exit(); });
       setInterval(() => {}, 1000); console.log('ready');`,
    );
    const inner = JSON.stringify(launcher(own, file));
    const shell = runProgram(
      ['-e', `require('node:child_process').spawn(process.execPath, ${inner}, { stdio: 'inherit' })`],
      { env: { npm_command: 'exec' } },
    );
    await shell.printed(/ready/);
    // Resolves when nobody holds its output any more.
    await shell.stop();
    expect(shell.output()).toBe('ready\ntold to stop\n');
  });

  test('a child that a signal ends is told as the shell tells it', async () => {
    const file = join(folder, 'killed.mjs');
    await writeFile(file, `process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);`);
    expect(await launch(own, file).exited).toBe(137);
  });

  test.each([
    [
      'was not fetched',
      'bundledNode(unfetched)',
      /^Defender Gateway needs Node 24\. This is v\d+.*npm rebuild node --foreground-scripts\n$/,
    ],
    [
      'was left out',
      'bundledNode("file:///nowhere/main.js")',
      /^Defender Gateway needs Node 24\. .* without --omit=optional\n$/,
    ],
    [
      'cannot be started',
      '{ path: "/nowhere/node" }',
      /^The bundled Node cannot be started \(ENOENT\): install Node 24.*\n$/,
    ],
  ])('a bundled Node that %s is a sentence and 1', async (_, node, sentence) => {
    await mkdir(join(folder, 'node_modules', 'node'), { recursive: true });
    await writeFile(join(folder, 'node_modules', 'node', 'package.json'), '{}');
    const unfetched = JSON.stringify(`file://${folder}/main.js`);
    const program = launch(node.replace('unfetched', unfetched), 'any');
    expect(await program.exited).toBe(1);
    expect(program.output()).toMatch(sentence);
  });
});

describe('P1: npm start', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator();
    const settings = gatewaySettings(simulator).replace('port: 4000', 'port: 0');
    await writeFile(join(folder, 'ca.pem'), simulator.caPem);
    await writeFile(join(folder, 'settings.yaml'), `${settings}upstream: { caFile: ca.pem }\n`);
  });
  afterAll(() => simulator.stop());

  test('stops the gateway when npm is told to stop', async () => {
    const npm = await new Promise<string>((resolve, reject) =>
      execFile('sh', ['-c', 'readlink -f "$(command -v npm)"'], (error, out) =>
        error ? reject(error) : resolve(out.trim()),
      ),
    );
    const program = runProgram([npm, 'start'], {
      cwd: root,
      env: { DEFENDER_GATEWAY_CONFIG: join(folder, 'settings.yaml') },
    });
    const url = (await program.printed(/"url":"(http:[^"]+)"/))[1] ?? '';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await program.stop();
    expect(program.output()).toContain('"msg":"stopped"');
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });
});

test('a package without its sources runs what is stripped', async () => {
  const installed = join(folder, 'installed');
  await cp(bin, join(installed, 'bin'), { recursive: true });
  await writeFile(join(installed, 'package.json'), '{ "type": "module" }');
  await mkdir(join(installed, 'build', 'src'), { recursive: true });
  await writeFile(join(installed, 'build', 'src', 'main.js'), `console.log('stripped', ...process.argv.slice(2));`);
  const program = runProgram([join(installed, 'bin', 'defender-gateway.js'), 'help']);
  await program.exited;
  expect(program.output()).toBe('stripped help\n');
});
