import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run.ts';

/** What a command line left behind. */
export interface Outcome {
  readonly code: ExitCode | undefined;
  readonly out: string;
  readonly err: string;
}

/** What a test does while a command runs. */
export interface Watching {
  readonly onOut?: (text: string) => void;
  readonly openBrowser?: (url: string) => void;
}

/** A directory to run commands in; gone with the test. */
export interface Place {
  readonly path: string;
  write(name: string, text: string): Promise<string>;
  run(args: readonly string[], env?: NodeJS.ProcessEnv, seen?: Watching): Promise<Outcome>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const createPlace = async (): Promise<Place> => {
  const path = await mkdtemp(join(tmpdir(), 'cli-'));
  return {
    path,
    write: async (name, text) => {
      const file = join(path, name);
      await writeFile(file, text);
      return file;
    },
    run: async (args, env = {}, { onOut = () => {}, openBrowser = () => {} } = {}) => {
      const seen = { out: '', err: '' };
      const code = await runCli(args, {
        env,
        cwd: path,
        out: (text) => {
          seen.out += text;
          onOut(text);
        },
        err: (text) => {
          seen.err += text;
        },
        openBrowser,
      });
      return { code, ...seen };
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
};
