// Which Node runs the gateway, and how it runs as a child. Plain JavaScript that Node 20 can read.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** The oldest Node that runs the gateway itself. */
const leastMajor = 24;

/** Of V8's heap: a small young generation keeps the process small. A Node that runs already cannot change it any more. */
const heap = '--max-semi-space-size=4';

/**
 * Where Node keeps what it has compiled, so that the next start takes half the time: beside the program, where only who installed
 * it may write. Node does without where it may not. `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1` none.
 */
export const compileCacheIn = (root) => join(root, 'node_modules', '.cache', 'compiled');

const another = `install Node ${leastMajor} or newer, or`;
const remedy = `${another} fetch the bundled one with: npm rebuild node --foreground-scripts`;

/** Whether a Node of this version, e.g. `20.20.2`, runs the gateway in its own process. */
export const runsItself = (version) => Number(version.split('.')[0]) >= leastMajor;

/** The Node of the dependency `node` as seen from `from`, or how to have it: its install script fetches it, and it is optional. */
export const bundledNode = (from) => {
  try {
    const folder = dirname(createRequire(from).resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? { path } : { path: null, remedy };
  } catch {
    return { path: null, remedy: `${another} install the packages again without --omit=optional` };
  }
};

/** Says why the gateway does not run, and ends with 1. */
const refuse = (sentence) => {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
};

/**
 * Whether `npx` or `npm exec` started this. They run a command in a shell, which a signal to npm ends and which passes none on: what
 * runs in it has to see for itself that the shell is gone.
 */
export const isInShellOfNpm = (env) => env.npm_command === 'exec';

/** Milliseconds between two looks for the shell. */
const lookMs = 250;

/** Calls `stop` once the shell that started this process is gone. */
const onShellGone = (stop) => {
  const shell = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(looking);
    stop();
  }, lookMs);
  looking.unref();
};

/** A terminal sends Ctrl+C to the child too; sent twice it would end the child at once. */
const isTerminal = () => [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY === true);

/** Runs `file` on a Node as a child that gets the signals of this process. This process ends as the child ends. */
export const runOn = (node, file, args) => {
  if (node.path === null) {
    refuse(
      `Defender Gateway needs Node ${leastMajor}. This is ${process.version}, and the bundled Node is missing: ${node.remedy}`,
    );
    return;
  }
  const child = spawn(node.path, [heap, file, ...args], { stdio: 'inherit' });
  let isTold = false;
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
    process.on(signal, () => {
      isTold ||= signal !== 'SIGHUP';
      if (signal !== 'SIGINT' || !isTerminal()) child.kill(signal);
    });
  }
  // A second signal would end it at once.
  if (isInShellOfNpm(process.env)) onShellGone(() => isTold || child.kill('SIGTERM'));
  child.once('error', ({ code, message }) =>
    refuse(`The bundled Node cannot be started (${code ?? message}): ${remedy}`),
  );
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
};
