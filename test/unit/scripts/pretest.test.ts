import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prepareMachine } from '../../../scripts/test-machine/prepare.ts';

/** A PATH of one folder with these programs. */
const machineWith = (...programs: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'machine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const install = (name: string): string => {
    const path = join(folder, name);
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  };
  for (const name of programs) install(name);
  return { PATH: folder, install };
};

const never = () => {
  throw new Error('nothing is to be run');
};

test('a machine with Redis and a browser is left alone', () => {
  const { PATH, install } = machineWith('redis-server', 'apt-get');
  expect(prepareMachine({ env: { PATH, CHROMIUM_PATH: install('chrome') }, isRoot: true, run: never })).toBeNull();
});

test.each([
  ['without root', false, ['apt-get']],
  ['without apt-get', true, []],
])('%s one sentence says what to install', (_, isRoot, programs) => {
  const { PATH } = machineWith(...programs);
  const problem = prepareMachine({ env: { PATH }, isRoot, run: never });
  expect(problem).toContain('redis-server');
  expect(problem?.split('\n')).toHaveLength(1);
});

test('root of a Debian installs what is missing, and nothing else', () => {
  const { PATH, install } = machineWith('apt-get');
  const ran: string[] = [];
  const run = (command: string, args: readonly string[]) => {
    ran.push([command, ...args].join(' '));
    if (args.includes('install')) install('redis-server');
  };
  expect(prepareMachine({ env: { PATH, CHROMIUM_PATH: install('chrome') }, isRoot: true, run })).toBeNull();
  expect(ran).toEqual(['apt-get update -qq', 'apt-get install -y -qq --no-install-recommends redis-server']);
});

test('an installation that fails, or brings no program, is told', () => {
  const { PATH, install } = machineWith('apt-get');
  const env = { PATH, CHROMIUM_PATH: install('chrome') };
  expect(prepareMachine({ env, isRoot: true, run: never })).toContain('nothing is to be run');
  expect(prepareMachine({ env, isRoot: true, run: () => undefined })).toContain('redis-server');
});

test('a CHROMIUM_PATH that names nothing is not healed by a package', () => {
  const { PATH } = machineWith('redis-server', 'apt-get');
  const problem = prepareMachine({ env: { PATH, CHROMIUM_PATH: join(PATH, 'none') }, isRoot: true, run: never });
  expect(problem).toContain('CHROMIUM_PATH');
});
