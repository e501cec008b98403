import { type ChildProcess, spawn } from 'node:child_process';

/** A program of this repository, running. */
export interface Program {
  /** Resolves with the first match of `pattern` in what it prints; rejects when it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Everything printed so far, both streams. */
  output(): string;
  /** Asks it to stop; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  readonly exited: Promise<number | null>;
  readonly process: ChildProcess;
}

/** Runs `node FILE ...args` on the Node that runs the tests. */
export const runProgram = (
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Program => {
  const child = spawn(process.execPath, [...args], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let output = '';
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exited = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return {
    process: child,
    exited,
    output: () => output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match === null) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        exited.then((code) => reject(new Error(`It ended with ${code} before printing ${pattern}:\n${output}`)));
      }),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
};
