import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

/** A command line as somebody types it. */
export interface CommandLine {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What a command said, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

const patienceMs = 300_000;

/** What runs now. */
const under = new Set<ChildProcess>();

/** In a process group of its own, so that nothing of it can be left behind. */
const start = ({ command: [program = '', ...args], cwd, env }: CommandLine) => {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const said = { text: '' };
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said.text += chunk;
    });
  }
  under.add(child);
  child.once('close', () => under.delete(child));
  return { child, said, closed: once(child, 'close') };
};

const killGroup = ({ pid }: ChildProcess): void => {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
};

/** Ends all that runs, at once. */
export const killAll = (): void => under.forEach(killGroup);

/** Runs a command to its end, of which it has five minutes. */
export const run = async (line: CommandLine): Promise<Ended> => {
  const { child, said, closed } = start(line);
  const timer = setTimeout(() => killGroup(child), patienceMs);
  await closed;
  clearTimeout(timer);
  return { code: child.exitCode, output: said.text };
};

/** Runs a command that has to succeed; gives what it printed. */
export const succeed = async (line: CommandLine): Promise<string> => {
  const { code, output } = await run(line);
  assert.equal(code, 0, `"${line.command.join(' ')}" ended with ${code ?? 'no code, as it took too long'}:\n${output}`);
  return output;
};

const firstAnswer = z.object({
  data: z.object({ incidents: z.object({ nodes: z.array(z.object({ title: z.string() })).min(1) }) }),
});

const ask = async (url: string): Promise<void> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ incidents(first: 1) { nodes { title } failures { code } } }' }),
    signal: AbortSignal.timeout(patienceMs),
  });
  firstAnswer.parse(await response.json());
  const page = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
  const [script = ''] = /\/graphiql\/graphiql-[^"]*\.js/.exec(await page.text()) ?? [];
  assert.equal((await fetch(`${url}${script}`)).status, 200, `GraphiQL's script "${script}" is not there`);
};

const answers = (url: string): Promise<boolean> =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  );

/** Waits for what is so soon; `false`: it was not within the time. */
const becomes = async (isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> => {
  const end = performance.now() + withinMs;
  while (!(await isSo())) {
    if (performance.now() > end) return false;
    await sleep(100);
  }
  return true;
};

/**
 * Starts the demo by a command line, asks it a question and for GraphiQL, sends SIGTERM to what the command line started, and wants
 * nothing to be left: neither the process nor anybody on the port. Gives the exit code.
 */
export const tryDemo = async (line: CommandLine): Promise<number | null> => {
  const { child, said, closed } = start(line);
  try {
    const address = (): string | undefined => /http:\/\/localhost:\d+/.exec(said.text)?.[0];
    await becomes(() => address() !== undefined || child.exitCode !== null || child.signalCode !== null, patienceMs);
    const url = address();
    assert.ok(
      url !== undefined,
      `"${line.command.join(' ')}" gave no address, exit code ${child.exitCode}, signal ${child.signalCode}:\n${said.text}`,
    );
    await ask(url);
    child.kill('SIGTERM');
    assert.ok(await becomes(async () => !(await answers(url)), 30_000), `it still answers at ${url} after SIGTERM`);
    // Who still holds its output is left behind.
    assert.ok(await Promise.race([closed, sleep(30_000, false)]), `a process of it is left:\n${said.text}`);
    return child.exitCode;
  } finally {
    killGroup(child);
  }
};
