import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from './system-code.ts';

/** What is read of a file, at most, and how long it is waited for. */
export interface FileBounds {
  readonly bytes: number;
  readonly ms: number;
}

/** A secret, a key or a certificate with its chain. */
export const secretFile: FileBounds = { bytes: 65_536, ms: 5000 };

/** What was read. */
export interface BoundedFile {
  readonly bytes: Buffer;
  readonly mtimeMs: number;
  /** False: of a pipe or a device, which gives once what it has. */
  readonly isFile: boolean;
}

/** A file has more than it may, or nothing came of it in time. The message says which, for who named it. */
export class FileBoundsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileBoundsError';
  }
}

/** Between two looks whether somebody has written to a pipe. */
const lookAgainMs = 20;

/** Reads on until the end. A pipe is opened without waiting, and is at its end too before anybody has begun to write. */
const readAll = async (handle: FileHandle, most: number, isPipe: boolean, signal: AbortSignal): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    signal.throwIfAborted();
    const buffer = Buffer.alloc(most + 1 - size);
    const bytesRead = await handle.read(buffer).then(
      (read) => read.bytesRead,
      (thrown: unknown) => {
        if (systemCodeOf(thrown) !== 'EAGAIN') throw thrown;
        return null;
      },
    );
    if (bytesRead === null || (bytesRead === 0 && isPipe && size === 0)) {
      await sleep(lookAgainMs, undefined, { signal });
      continue;
    }
    if (bytesRead === 0) return Buffer.concat(chunks);
    size += bytesRead;
    if (size > most) throw new FileBoundsError(`it has more than ${most} bytes`);
    chunks.push(buffer.subarray(0, bytesRead));
  }
};

const read = async (path: string, most: number, signal: AbortSignal): Promise<BoundedFile> => {
  // Opening a pipe would wait for who writes to it, in a thread that nothing ends.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await handle.stat();
    const bytes = await readAll(handle, most, status.isFIFO(), signal);
    return { bytes, mtimeMs: status.mtimeMs, isFile: status.isFile() };
  } finally {
    await handle.close();
  }
};

/** Throws a `FileBoundsError`, else as `node:fs` does. A file system that hangs is not waited for longer either. */
export const readBoundedFile = async (path: string, { bytes, ms }: FileBounds): Promise<BoundedFile> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = new FileBoundsError(`nothing more came of it for ${ms / 1000} s`);
  const ending = new AbortController();
  const timer = setTimeout(() => {
    reject(late);
    ending.abort(late);
  }, ms);
  try {
    return await Promise.race([read(path, bytes, ending.signal), promise]);
  } finally {
    clearTimeout(timer);
  }
};
