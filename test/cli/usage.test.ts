import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import manifest from '../../package.json' with { type: 'json' };
import { commands } from '../../src/cli/commands.ts';
import { runProgram } from '../support/process.ts';
import { createPlace, type Place } from './support.ts';

const launcher = new URL('../../bin/defender-gateway.js', import.meta.url).pathname;

let place: Place;
beforeAll(async () => {
  place = await createPlace();
});
afterAll(() => place[Symbol.asyncDispose]());

test.each([['help'], ['--help'], ['-h']])('%s lists every command and the exit codes', async (word) => {
  const { code, out } = await place.run([word]);
  expect(code).toBe(0);
  for (const { name } of commands) expect(out).toContain(`  ${name} `);
  expect(out).toContain('Exit codes: 0 fine; 1');
});

test.each(commands)('$name --help tells of it without running it', async ({ name, usage }) => {
  for (const args of [
    [...name.split(' '), '--help'],
    ['help', ...name.split(' ')],
  ]) {
    const { code, out } = await place.run(args);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: defender-gateway ${name} ${usage}`);
  }
});

describe('a command line that cannot be understood ends with 2 and says why', () => {
  test.each([
    ['an unknown command', ['chekc'], 'There is no command "chekc"'],
    ['P2: swapped letters', ['audti', 'verify'], 'did you mean "audit verify"?'],
    [
      'P2: "config" alone',
      ['config'],
      'needs a second word: defender-gateway config validate, defender-gateway config',
    ],
    ['P2: "audit" alone', ['audit'], 'needs a second word: defender-gateway audit verify'],
    ['P2: a port that is none', ['start', '--port', '70000'], '--port must be a whole number from 0 to 65535'],
    [
      'P1: two roles in one word',
      ['key', 'new', 'me', '--role', 'hunter,responder'],
      '--role takes the name of one role',
    ],
    ['P1: a key without a name', ['key', 'new', ''], 'A key needs a name'],
    ['P2: a host that is empty', ['start', '--host', ''], '--host must be an address or a host name, not empty'],
    ['an option of the other use of a command', ['consent', 'contoso', '--json'], '--json goes with "consent" alone\n'],
    ['P2: an option of a new customer', ['consent', 'contoso', '--cloud', 'us'], '--cloud goes with "consent --new"\n'],
    ['P2: an option of a new customer', ['consent', '--client-id', 'x'], '--client-id goes with "consent --new"\n'],
    [
      'P2: an option of a link',
      ['consent', '--state', 'x'],
      '--state goes with "consent TENANT" and "consent --new"\n',
    ],
    [
      'P2: a feature that is left out',
      ['check', '--need', 'incidents.read,'],
      '--need takes names of features with commas between',
    ],
    ['an unknown option', ['check', '--josn'], 'There is no option --josn; did you mean "--json"?'],
    ['P2: an option without its value', ['check', '--need'], '--need needs a value\n'],
    [
      'P2: a value that begins with -',
      ['start', '--port', '-1'],
      '--port needs a value; one that begins with - is written with =, e.g. --port=-1\n',
    ],
    ['P2: a value that an option does not take', ['check', '--json=yes'], '--json takes no value\n'],
    ['P2: words the wrong way round', ['new', 'key', 'me'], 'did you mean "key new"?'],
    ['P2: a second word alone', ['validate'], 'did you mean "config validate"?'],
    ['P2: a second word alone, misspelled', ['import-mstipcy', 'x.yaml'], 'did you mean "config import-msticpy"?'],
    ['P2: a first word in the plural', ['keys'], 'did you mean "key new"?'],
    ['P2: a second word misspelled', ['audit', 'verfy'], 'did you mean "audit verify"?'],
    [
      'P2: a second word that is none',
      ['config', 'show'],
      'There is no command "config show": defender-gateway config validate, ',
    ],
    ['P2: the version misspelled', ['verison'], 'did you mean "version"?'],
    ['an option of another command', ['login', 'contoso', '--json'], '"login" does not take --json'],
    ['an operand too few', ['login'], '"login" needs TENANT'],
    ['an operand too many', ['check', 'a', 'b'], '"check" takes one word after it, not 2'],
    ['a file named twice', ['config', 'validate', 'a', '--config', 'b'], 'Name the file once'],
  ])('%s', async (_, args, message) => {
    const { code, out, err } = await place.run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

test('P1: help names the programs beside the commands', async () => {
  const source = readFileSync(launcher, 'utf8');
  const names = [...(/programs = \{(.*)\}/.exec(source)?.[1] ?? '').matchAll(/(\w+):/g)].map(([, name]) => name);
  const { out } = await place.run(['help']);
  expect(names).toContain('demo');
  for (const name of names.filter((one) => one !== undefined)) {
    expect(out).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
    expect(await place.run(['help', name])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`defender-gateway ${name} --help`),
    });
    const { err } = await place.run([`${name}o`]);
    expect(err).toContain(`did you mean "${name}"?`);
  }
});

test.each([
  [
    'demo',
    ['--prot', '1'],
    2,
    /^There is no option --prot; did you mean "--port"\?\nUsage: defender-gateway demo \[--port/,
  ],
  ['demo', ['--port', '-1'], 2, /^--port needs a value; one that begins with - .*\nUsage: defender-gateway demo/],
  ['demo', ['4100'], 2, /^"4100" stands alone: options begin with --\nUsage: defender-gateway demo/],
  ['demo', ['--port', '1e3'], 2, /^--port must be a whole number from 0 to 65535, not "1e3"\nUsage/],
  ['simulator', ['--host', 'nobody.invalid', '--port', '0'], 1, /^The simulator cannot listen: --host is not known/],
  [
    'simulator',
    ['--host', '203.0.113.7', '--port', '0'],
    1,
    /^The simulator cannot listen: --host is no address of this/,
  ],
  ['demo', ['--port', 'abc'], 2, /not "abc"\nUsage: defender-gateway demo/],
  ['simulator', ['--prot', '1'], 2, /^Unknown option '--prot'\n+Usage: defender-gateway simulator \[--port/],
  ['simulator', ['word'], 2, /Unexpected argument 'word'/],
  ['simulator', ['--port', 'abc'], 2, /--port must be a whole number from 0 to 65000, not "abc"\nUsage/],
  [
    'simulator',
    ['--port', '0', '--ca', '/dev/null/ca.pem'],
    1,
    /^The file \/dev\/null\/ca\.pem cannot be written \(\w+\): name another with --ca\n$/,
  ],
] as const)('P2: %s %j says in a sentence what is wrong', async (name, args, code, says) => {
  const program = runProgram([launcher, name, ...args], { cwd: place.path });
  expect(await program.exited).toBe(code);
  expect(program.output()).toMatch(says);
  expect(program.output()).not.toMatch(/^ +at /m);
});

test('P2: a port of the simulator that is taken is told in a sentence', async () => {
  const other = createServer();
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const program = runProgram([launcher, 'simulator', '--port', String(port)], { cwd: place.path });
  expect(await program.exited).toBe(1);
  expect(program.output()).toMatch(
    /^The simulator cannot listen: a port is taken by another process: choose another with --port/,
  );
  expect(program.output()).not.toMatch(/^ +at /m);
  other.close();
});

test('P2: --version is that of the package', async () => {
  for (const word of ['--version', '-v', 'version'])
    expect(await place.run([word])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
});

test('P1: key new prints a key and the row of the settings that knows it', async () => {
  const { code, out } = await place.run(['key', 'new', 'siem', '--role', 'reader', '--role', 'hunter']);
  const key = /^# ([\w-]{43})$/m.exec(out)?.[1] ?? '';
  expect([code, parse(out)]).toEqual([
    0,
    {
      access: {
        apiKeys: [
          { name: 'siem', sha256: createHash('sha256').update(key).digest('hex'), roles: ['reader', 'hunter'] },
        ],
      },
    },
  ]);
});
