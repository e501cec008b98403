import { readFile } from 'node:fs/promises';
import { systemCodeOf } from '../system-code.ts';
import { replaceWhole } from '../whole-write.ts';

/** What is remembered of a store outside of it, so that a store that is new can be told from one that was emptied. */
export interface Beside {
  /** The id of the marker that was there last; undefined: none was. */
  read(): Promise<string | undefined>;
  write(id: string): Promise<void>;
}

/** A file next to a database, as its key file is. */
export const besideDatabase = (database: string): Beside => {
  const file = `${database}.marker`;
  return {
    read: async () => {
      try {
        return (await readFile(file, 'utf8')).trim() || undefined;
      } catch (error) {
        if (systemCodeOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: async (id) => replaceWhole(file, `${id}\n`),
  };
};
