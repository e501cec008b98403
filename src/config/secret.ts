import { readFile, stat } from 'node:fs/promises';
import { inspect } from 'node:util';

/** A value that is shown to nobody: printing, logging or serialising it gives `[secret]`. */
export interface Secret {
  /** The value as it is now: a rotated environment variable or file is seen without a restart. */
  reveal(): Promise<string>;
  toString(): string;
  toJSON(): string;
}

const shown = '[secret]';
const secrets = new WeakSet<object>();

const createSecret = (reveal: () => Promise<string>): Secret => {
  const secret = Object.freeze({ reveal, toString: () => shown, toJSON: () => shown, [inspect.custom]: () => shown });
  secrets.add(secret);
  return secret;
};

export const isSecret = (value: unknown): value is Secret =>
  typeof value === 'object' && value !== null && secrets.has(value);

/** A secret that stands in the settings file itself. */
export const literalSecret = (text: string): Secret => createSecret(async () => text);

/** A secret in an environment variable, read anew each time. */
export const environmentSecret = (env: NodeJS.ProcessEnv, name: string, initial: string): Secret =>
  createSecret(async () => env[name] ?? initial);

/** Text files end in a line break that is not part of the secret. */
export const trimFinalLineBreak = (text: string): string => text.replace(/\r?\n$/, '');

interface FileVersion {
  readonly mtimeMs: number;
  readonly text: string;
}

/** The text of a file and the time of the version read. Throws as `node:fs` does. */
export const readFileVersion = async (path: string): Promise<FileVersion> => {
  const { mtimeMs } = await stat(path);
  return { mtimeMs, text: trimFinalLineBreak(await readFile(path, 'utf8')) };
};

/**
 * A secret in a file, read anew when the file's modification time changed. Tools that rotate files replace them, so for
 * a moment there may be none: the last text read then still counts.
 */
export const fileSecret = (path: string, initial: FileVersion): Secret => {
  let version = initial;
  return createSecret(async () => {
    const current = await stat(path).catch(() => undefined);
    if (current !== undefined && current.mtimeMs !== version.mtimeMs) version = await readFileVersion(path);
    return version.text;
  });
};
