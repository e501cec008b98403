import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCodeOf } from './system-code.ts';

/**
 * Makes a folder, and those above it that are not there, for their owner alone. Throws as `mkdir` does. Node's own `recursive` never
 * returns where a system says of a folder that is there that it is not, as `/proc` does to whoever makes something in it.
 */
export const makeFolder = (folder: string): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder, 0o700);
  } catch (error) {
    // Another process may have made it since.
    if (systemCodeOf(error) !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
};
