import { stat } from 'node:fs/promises';
import { inspect } from 'node:util';
import { type FileBounds, readBoundedFile, secretFile } from '../bounded-file.ts';

/** A value that is shown to nobody: printing, logging or serialising it gives `[secret]`. */
export interface Secret {
  /** The value as it is now: a rotated environment variable or file is seen without a restart. */
  reveal(): Promise<string>;
  /** When the value that was last revealed ends, in epoch milliseconds; `null`: where it is kept does not tell. */
  expiresAtMs(): number | null;
  toString(): string;
  toJSON(): string;
}

const shown = '[secret]';
const secrets = new WeakSet<object>();

const createSecret = (reveal: () => Promise<string>, expiresAtMs: () => number | null = () => null): Secret => {
  const secret = Object.freeze({
    reveal,
    expiresAtMs,
    toString: () => shown,
    toJSON: () => shown,
    [inspect.custom]: () => shown,
  });
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

/** How the bytes of a file become text. */
export type FileEncoding = 'utf8' | 'base64';

interface FileVersion {
  readonly mtimeMs: number;
  /** False: a pipe or a device, which is not read again. */
  readonly isFile: boolean;
  readonly text: string;
}

/** The text of a file and the time of the version read. Throws as `readBoundedFile` does. */
export const readFileVersion = async (
  path: string,
  encoding: FileEncoding = 'utf8',
  bounds: FileBounds = secretFile,
): Promise<FileVersion> => {
  const { bytes, mtimeMs, isFile } = await readBoundedFile(path, bounds);
  return { mtimeMs, isFile, text: trimFinalLineBreak(bytes.toString(encoding)) };
};

/**
 * A secret in a file, read anew when the file's modification time changed. Tools that rotate files replace them, so for
 * a moment there may be none: the last text read then still counts.
 */
export const fileSecret = (path: string, initial: FileVersion, encoding: FileEncoding = 'utf8'): Secret => {
  let version = initial;
  return createSecret(async () => {
    if (!version.isFile) return version.text;
    const current = await stat(path).catch(() => undefined);
    if (current !== undefined && current.mtimeMs !== version.mtimeMs)
      version = await readFileVersion(path, encoding).catch(() => version);
    return version.text;
  });
};

/** A secret elsewhere is asked for again after so long. */
const remoteLifetimeMs = 5 * 60_000;

/** A secret as another service gives it. */
export interface RemoteText {
  readonly text: string;
  /** Epoch milliseconds; `null`: the service does not tell. */
  readonly expiresAtMs: number | null;
}

/** A secret that costs a call: kept for five minutes, and longer while the other side does not answer. */
export const remoteSecret = (
  read: () => Promise<RemoteText>,
  initial: RemoteText,
  now: () => number = Date.now,
): Secret => {
  let last = { value: initial, atMs: now() };
  let underWay: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    // The attempt counts even when it fails: a vault that is down is not asked by every call.
    const value = await read().catch(() => last.value);
    last = { value, atMs: now() };
  };
  const reveal = async (): Promise<string> => {
    if (now() - last.atMs >= remoteLifetimeMs) {
      underWay ??= renew().finally(() => {
        underWay = undefined;
      });
      await underWay;
    }
    return last.value.text;
  };
  return createSecret(reveal, () => last.value.expiresAtMs);
};
