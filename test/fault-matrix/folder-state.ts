import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** SQLite's shared memory, which readers change too, and which a process that comes after a crash makes anew. */
const shared = /-shm$/;

/** What is written in a folder: two states that are equal have no write between them. */
export const stateOf = (folder: string): string =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => !shared.test(name))
    .sort()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
