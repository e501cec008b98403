import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { commands as commandLine } from '../../src/cli/commands.ts';
import { runProgram } from '../support/process.ts';
import { blocksIn, read, root } from './pages.ts';

const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
const commands = blocksIn('sh').flatMap(({ place, text }) =>
  text
    .replaceAll('\\\n', ' ')
    .trim()
    .split('\n')
    .map((command) => ({ place, command })),
);

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['npm start', scripts.start],
  ['npm run demo', scripts.demo],
  ['the image', read('docker/Dockerfile')],
])('D3: %s keeps the young generation small, which the memory of the process follows under load', (_, text) => {
  expect(text).toContain('--max-semi-space-size=4');
});

test('npm start without settings says how to go on', async () => {
  const program = runProgram([`${root}src/main.ts`], { cwd: folder, env: { DEFENDER_GATEWAY_CONFIG: '' } });
  expect(await program.exited).toBe(1);
  expect(program.output()).toContain('npm run demo');
  expect(program.output()).toContain('defender-gateway.example.yaml');
  expect(program.output()).not.toContain('    at ');
});

test('npm run demo prints an address that answers, and a first command', async () => {
  const program = runProgram([`${root}src/demo.ts`, '--port', '0'], { cwd: folder });
  const [url] = await program.printed(/http:\/\/localhost:\d+/);
  const alive = await fetch(`${url}/healthz`);
  expect(alive.status).toBe(200);
  expect(program.output()).toContain(`curl -s ${url}/graphql`);
  expect(await program.stop()).toBe(0);
});

test('the command that makes a key prints it and the hash of it that the settings take', () => {
  const [line = ''] = commands.map(({ command }) => command).filter((command) => / key new /.test(command));
  const args = line.replace('npx defender-gateway ', '').split(' ');
  const printed = execFileSync(process.execPath, [`${root}bin/defender-gateway.js`, ...args], { encoding: 'utf8' });
  const [, key = ''] = /^# (\S+)$/m.exec(printed) ?? [];
  expect(key).not.toBe('');
  expect(printed).toContain(`sha256: ${createHash('sha256').update(key).digest('hex')}`);
});

/** Proven elsewhere: scripts by their existence, `curl` in examples.test.ts, the key above. */
const proven = [
  /^npm ci && npm (run )?(\w+)$/,
  /^[A-Z_]+=\.\.\. npm (start)$/,
  /^[A-Z_]+=\.\.\. npx defender-gateway (\w+)$/,
  /^curl /,
  /^npx defender-gateway (key new) /,
  /^npx defender-gateway (audit verify|store accept|check|config validate)$/,
  /^npm (ci)$/,
  /^npm run (\w+)$/,
];

test.each(commands)('$place: $command', ({ command }) => {
  const match = proven.map((pattern) => pattern.exec(command)).find((found) => found !== null);
  expect(match).toBeDefined();
  const script = match?.at(-1);
  if (/npx/.test(command)) expect(commandLine.map(({ name }) => name)).toContain(script);
  if (/npm/.test(command) && script !== 'ci') expect(Object.keys(scripts)).toContain(script);
});
