import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isRecord } from './shape.ts';

type Message = Readonly<Record<string, unknown>>;

/** What a process has used since its start. */
export interface Usage {
  /** User and system time, milliseconds. */
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly peakRssMb: number;
}

/** A process that the benchmark started, over which it asks questions. */
export interface Child {
  readonly url: string;
  /** What the process said when it was ready. */
  readonly ready: Message;
  usage(): Promise<Usage>;
  /** Sends `question`; the answer is the next message of this kind. */
  ask(question: string, kind: string): Promise<Message>;
  stop(): Promise<void>;
}

const nextMessage = (child: ChildProcess, kind: string): Promise<Message> =>
  new Promise((resolve, reject) => {
    const done = (): void => {
      child.off('message', onMessage);
      child.off('exit', onExit);
    };
    const onMessage = (message: unknown): void => {
      if (!isRecord(message) || message.kind !== kind) return;
      done();
      resolve(message);
    };
    const onExit = (code: number | null): void => {
      done();
      reject(new Error(`A process of the benchmark ended with ${code} before it said "${kind}"`));
    };
    child.on('message', onMessage);
    child.on('exit', onExit);
  });

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);

/** This folder, in sources without types where they are asked for. */
const here = new URL('.', import.meta.url).href;

const pathOf = (file: string, folder: string): string =>
  fileURLToPath(new URL(folder === here ? file : file.replace(/\.ts$/, '.js'), folder));

/** Starts a file of this repository under the reporter. Its log goes to nowhere, its errors to the terminal. */
export const forkReporting = (
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
  folder = here,
): ChildProcess => {
  const { PORT: _port, HOST: _host, ...env } = process.env;
  return fork(pathOf(file, folder), [...args], {
    execArgv: [...nodeOptions, '--import', pathOf('children/report.ts', folder)],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    // As the image has it.
    env: { ...env, MALLOC_ARENA_MAX: '2', NODE_ENV: 'production' },
  });
};

/** Ends a process that has nothing to lose. */
export const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** What a process under the reporter has used. */
export const usageOf = async (child: ChildProcess): Promise<Usage> => {
  const answer = nextMessage(child, 'usage');
  child.send('usage');
  const { cpuMs, rssMb, peakRssMb } = await answer;
  return { cpuMs: numberOf(cpuMs), rssMb: numberOf(rssMb), peakRssMb: numberOf(peakRssMb) };
};

/** Starts `children/<name>.ts` and waits until it serves. */
export const startChild = async (
  name: string,
  settings: unknown = null,
  nodeOptions: readonly string[] = [],
  folder?: string,
): Promise<Child> => {
  const child = forkReporting(`children/${name}.ts`, [JSON.stringify(settings)], nodeOptions, folder);
  child.stdout?.resume();
  const ready = await nextMessage(child, 'ready');
  return {
    url: String(ready.url),
    ready,
    usage: () => usageOf(child),
    ask: (question, kind) => {
      const answer = nextMessage(child, kind);
      child.send(question);
      return answer;
    },
    stop: () => stopProcess(child),
  };
};
