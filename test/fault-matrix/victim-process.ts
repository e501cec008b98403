import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { KillPoint, NotedStep } from './steps.ts';
import type { Halt, Report, VictimOrder } from './victim-messages.ts';

/** A gateway that is killed together with its process, and takes no effect any more from the step on that its cell names. */
export interface Victim {
  /** Starts it; resolves with its address when it listens. */
  start(options: {
    readonly folder: string;
    readonly settings: string;
    readonly point: KillPoint | null;
  }): Promise<string>;
  /** What it wrote to SQLite and files so far. */
  readonly steps: readonly NotedStep[];
  /** Halts it, unless it is; resolves when it is sure that it writes nothing more. */
  halt(): Promise<void>;
  /** Whether it is halted: what it asks of others has no effect. */
  isHalted(): boolean;
  /** The same, asked of the process itself. */
  look(): Promise<boolean>;
  /** Resolves when it is halted. */
  readonly halted: Promise<Halt>;
  /** Whether its process is dead. */
  isDead(): boolean;
  /** Resolves when its process is dead. */
  readonly died: Promise<void>;
}

/** A process of many victims. */
export interface VictimProcess {
  newVictim(): Victim;
  /** With SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** In peace: what it compiled is kept only then. */
  end(): Promise<void>;
}

const program = new URL('./victims.ts', import.meta.url).pathname;

/** `compiled`: a folder in which what is compiled is kept from one process to the next. `caFile`: the simulator's authority. */
export const startVictimProcess = ({
  compiled,
  caFile,
}: {
  readonly compiled: string;
  readonly caFile: string;
}): VictimProcess => {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, caFile], {
    env: { NODE_COMPILE_CACHE: compiled, ...process.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let isDead = false;
  const died = once(child, 'exit').then(() => {
    isDead = true;
  });
  const heard = new Map<number, (report: Report) => void>();
  child.on('message', (message) => {
    const report: Report = JSON.parse(String(message));
    heard.get(report.id)?.(report);
  });
  const tell = (order: VictimOrder): void => {
    if (child.connected) child.send(JSON.stringify(order));
  };

  const newVictim = (): Victim => {
    const id = heard.size;
    const steps: NotedStep[] = [];
    const started = Promise.withResolvers<string>();
    const halted = Promise.withResolvers<Halt>();
    const looks: (() => void)[] = [];
    let isStarted = false;
    let isHalted = false;
    heard.set(id, (report) => {
      if (report.kind === 'started') started.resolve(report.url);
      else if (report.kind === 'failed') started.reject(new Error(report.why));
      else if (report.kind === 'step') steps.push(report.step);
      else if (report.kind === 'looked') looks.shift()?.();
      else {
        isHalted = true;
        halted.resolve(report);
      }
    });
    return {
      start: ({ folder, settings, point }) => {
        isStarted = true;
        tell({ kind: 'start', id, folder, settings, point });
        const ended = died.then((): never => {
          throw new Error('The process ended before its gateway listened');
        });
        return Promise.race([started.promise, ended]);
      },
      steps,
      halt: async () => {
        if (!isStarted || isHalted || isDead) return;
        tell({ kind: 'halt', id });
        await Promise.race([halted.promise, died]);
      },
      isHalted: () => isHalted,
      look: async () => {
        if (!isStarted || isHalted || isDead) return isHalted;
        const looked = Promise.withResolvers<void>();
        looks.push(looked.resolve);
        tell({ kind: 'look', id });
        await Promise.race([looked.promise, died]);
        return isHalted;
      },
      halted: halted.promise,
      isDead: () => isDead,
      died,
    };
  };

  return {
    newVictim,
    kill: async () => {
      child.kill('SIGKILL');
      await died;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await died;
    },
  };
};
