import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A write may take a part only, as at the end of a disk or a limit of the process; the next says why. */
const writeWhole = (descriptor: number, bytes: Buffer): void => {
  for (let written = 0; written < bytes.length; ) {
    const taken = writeSync(descriptor, bytes, written);
    if (taken === 0) throw new Error('The disk takes no more bytes');
    written += taken;
  }
};

/** A name that was made or changed is on the disk only when its folder is. */
const syncFolder = (folder: string): void => {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** Takes back what was written behind `size` bytes. */
export const cutTo = (file: string, size: number): void => {
  const descriptor = openSync(file, 'r+');
  try {
    ftruncateSync(descriptor, size);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

/** What cannot be taken back stays as a torn line, which is cut off before the next append; why it was refused matters more. */
const takeBack = (descriptor: number, size: number): void => {
  try {
    ftruncateSync(descriptor, size);
    fsyncSync(descriptor);
  } catch {}
};

/**
 * Appends to a file of `size` bytes and waits for the disk: all of it, or nothing and the error why.
 */
export const appendWhole = (file: string, size: number, bytes: Buffer): void => {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    try {
      writeWhole(descriptor, bytes);
      fsyncSync(descriptor);
    } catch (error) {
      takeBack(descriptor, size);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
  if (size === 0) syncFolder(dirname(file));
};

/** By a rename, so that a process that is killed leaves the old text or the new one, whole. */
export const replaceWhole = (file: string, text: string): void => {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w', 0o600);
  try {
    writeWhole(descriptor, Buffer.from(text));
    fsyncSync(descriptor);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
};
