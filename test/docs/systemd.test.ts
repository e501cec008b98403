import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { commands } from '../../src/cli/commands.ts';
import { read } from './pages.ts';

const unit = read('docker/systemd/defender-gateway.service');
const settings = new Map(
  [...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']): [string, string] => [name, value]),
);

const folder = mkdtempSync(join(tmpdir(), 'systemd-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the unit starts the command of the package, and stops it as it wants to be', () => {
  const [program = '', command] = (settings.get('ExecStart') ?? '').split(' ');
  expect(Object.keys(manifest.bin)).toContain(program.split('/').at(-1));
  expect(commands.map(({ name }) => name)).toContain(command);
  // One signal, to the main process, and longer than the 30 s of `stop` of src/gateway.ts.
  expect(settings.get('KillMode')).toBe('mixed');
  expect(Number(settings.get('TimeoutStopSec'))).toBeGreaterThan(30);
  expect(settings.get('ExecReload')).toBe('/bin/kill -HUP $MAINPID');
});

test('the unit gives it nothing but its state directory', () => {
  const state = `/var/lib/${settings.get('StateDirectory')}`;
  expect(unit).toContain(`sqlite:${state}/`);
  for (const [name, value] of [
    ['DynamicUser', 'yes'],
    ['NoNewPrivileges', 'yes'],
    ['ProtectSystem', 'strict'],
    ['CapabilityBoundingSet', ''],
  ] as const) {
    expect(settings.get(name), name).toBe(value);
  }
  // V8 makes code at run time.
  expect(settings.has('MemoryDenyWriteExecute')).toBe(false);
});

test('systemd takes the unit, where there is systemd', () => {
  const file = join(folder, 'defender-gateway.service');
  writeFileSync(file, unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
  const { error, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  if (error === undefined) expect(`${stdout}${stderr}`).toBe('');
  else expect(error.message).toContain('ENOENT');
});
