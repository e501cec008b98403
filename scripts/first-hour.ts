/**
 * The first hour of somebody new, timed: `npm run first-hour [-- --here] [-- --seconds N]`. Clones the repository, installs it, starts the demo
 * and asks a first question; then takes the path of a real tenant with the commands that the README prints, in front of the
 * simulator's hosts: a key, settings, a check, a start, a question, an isolation that is waited for. `--here` takes the second
 * half alone, in this tree. Exits with 1 when a step does not do what the README says, or the first answer takes 60 seconds (`--seconds`).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { z } from 'zod';

/** Seconds from the clone to the first answer, on two cores with a warm package cache; `--seconds` names others. */
const firstAnswerSeconds = '60';
const patienceMs = 120_000;

const { values } = parseArgs({
  options: { here: { type: 'boolean', default: false }, seconds: { type: 'string', default: firstAnswerSeconds } },
});

const repository = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'first-hour-'));
const run = promisify(execFile);
const running: ChildProcess[] = [];

/** What a person reads who ran this: no stack. */
class FirstHourError extends Error {}

/** Seconds of each step so far, by its name. */
const took = new Map<string, number>();

/** Does a step and says how long it took. One that fails is told by its name, with what its program said. */
const step = async <Result>(name: string, work: () => Promise<Result>): Promise<Result> => {
  const started = performance.now();
  const result = await work().catch((thrown: unknown) => {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    throw new FirstHourError(`The step "${name}" does not do what the README says: ${said}`, { cause: thrown });
  });
  const seconds = (performance.now() - started) / 1000;
  took.set(name, seconds);
  process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  ${name}\n`);
  return result;
};

/** Throws when the steps took longer than they may, with the one that took most of it. */
const checkPace = (seconds: number, most: number): void => {
  if (seconds < most) return;
  const [slowest = ['no step', 0] as const] = [...took].sort(([, a], [, b]) => b - a);
  throw new FirstHourError(
    `The first answer took ${seconds.toFixed(1)} s and may take ${most} s. The step that took longest is "${slowest[0]}" with ${slowest[1].toFixed(1)} s`,
  );
};

/** Starts a program of `tree`; resolves with the first match of `pattern` in what it prints. */
const start = async (
  tree: string,
  args: readonly string[],
  pattern: RegExp,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly program: ChildProcess; readonly match: RegExpExecArray }> => {
  const program = spawn(process.execPath, [join(tree, 'bin/defender-gateway.js'), ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(program);
  program.stdout.setEncoding('utf8');
  let printed = '';
  for await (const chunk of program.stdout.iterator({ destroyOnReturn: false })) {
    printed += String(chunk);
    const match = pattern.exec(printed);
    if (match === null) continue;
    program.stdout.resume();
    return { program, match };
  }
  throw new Error(`${args.join(' ')} ended:\n${printed}`);
};

const stop = async (program: ChildProcess): Promise<void> => {
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  const [code] = await ended;
  assert.equal(code, 0, 'it stops with 0 when it is asked to');
};

/** Asks a gateway, and reads the answer. */
const ask = async <Data>(
  url: string,
  query: string,
  data: z.ZodType<Data>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Data> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(patienceMs),
  });
  return z.object({ data }).parse(await response.json()).data;
};

const titles = z.object({ incidents: z.object({ nodes: z.array(z.object({ title: z.string() })).min(1) }) });
const machine = z.object({ machines: z.object({ nodes: z.tuple([z.object({ machineId: z.string() })]) }) });
const isolation = z.object({
  isolateMachines: z.object({
    results: z.tuple([z.object({ action: z.object({ status: z.literal('SUCCEEDED') }), error: z.null() })]),
  }),
});

/** A clone, its packages, the demo, a question. Resolves with the clone. */
const cloneToAnswer = async (): Promise<string> => {
  const tree = join(folder, 'clone');
  const started = performance.now();
  await step('git clone', () => run('git', ['clone', '--quiet', repository, tree]));
  await step('npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: tree, maxBuffer: 1e8 }));
  await step('the demo, and a first answer', async () => {
    const { program, match } = await start(tree, ['demo', '--port', '0'], /http:\/\/localhost:\d+/);
    await ask(match[0], '{ incidents(first: 1) { nodes { title } } }', titles);
    await stop(program);
  });
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`${seconds.toFixed(1).padStart(6)} s  from the clone to the first answer\n`);
  checkPace(seconds, Number(values.seconds));
  return tree;
};

/** The README's steps 5 and 6, and a first action. */
const realTenant = async (tree: string): Promise<void> => {
  const ca = join(folder, 'ca.pem');
  const file = join(folder, 'defender-gateway.yaml');
  const command = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(process.execPath, [join(tree, 'bin/defender-gateway.js'), ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
  const { match } = await step("the simulator stands in for Microsoft's hosts", () =>
    start(tree, ['simulator', '--port', '0', '--ca', ca], /^tenants:\n[\s\S]*?(?=\n\n)/m),
  );
  const offered = z.object({ tenants: z.array(z.looseObject({ name: z.string(), auth: z.looseObject({}) })) });
  const contoso = offered.parse(parse(match[0])).tenants.find(({ name }) => name === 'contoso');
  assert.ok(contoso);
  const secret = z.string().parse(contoso.auth.clientSecret);
  const environment = { NODE_EXTRA_CA_CERTS: ca, CONTOSO_CLIENT_SECRET: secret };

  const key = await step('key new', () => command(['key', 'new', 'me', '--role', 'responder']));
  // The key stands alone in a comment above the rows of the settings.
  const value = /^# (\S+)$/m.exec(key.stdout)?.[1];
  assert.ok(value !== undefined, key.stdout);
  const settings = {
    server: { port: 0 },
    ...parse(key.stdout),
    store: { url: 'memory:' },
    tenants: [{ ...contoso, auth: { ...contoso.auth, clientSecret: { env: 'CONTOSO_CLIENT_SECRET' } } }],
  };
  await writeFile(file, stringify(settings));
  await step('config validate', () => command(['config', 'validate', file], environment));
  await step('check contoso', () => command(['check', 'contoso'], environment));

  const { program, url } = await step('start', async () => {
    const started = await start(tree, ['start'], /http:\/\/[\w.:[\]]+:\d+/, environment);
    return { program: started.program, url: started.match[0] };
  });
  const headers = { 'x-api-key': value };
  const { machines } = await step('a first answer', () =>
    ask(
      url,
      '{ machines(first: 1, filter: { healthStatus: [ACTIVE], osPlatform: ["Windows11"] }) { nodes { machineId } } }',
      machine,
      headers,
    ),
  );
  await step('a first isolation, waited for', () =>
    ask(
      url,
      `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${machines.nodes[0].machineId}"], comment: "First hour", waitSeconds: 60 }) {
        results { action { status } error { code } }
      } }`,
      isolation,
      headers,
    ),
  );
  await step('stop', () => stop(program));
};

try {
  await realTenant(values.here ? repository : await cloneToAnswer());
} catch (thrown) {
  if (!(thrown instanceof FirstHourError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 1;
} finally {
  for (const program of running) program.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
}
