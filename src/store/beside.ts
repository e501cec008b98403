import { readFile, rename, writeFile } from 'node:fs/promises';

/** What is remembered of a store outside of it, so that a store that is new can be told from one that was emptied. */
export interface Beside {
  /** The id of the marker that was there last; undefined: none was. */
  read(): Promise<string | undefined>;
  write(id: string): Promise<void>;
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A file next to a database, as its key file is. */
export const besideDatabase = (database: string): Beside => {
  const file = `${database}.marker`;
  return {
    read: async () => {
      try {
        return (await readFile(file, 'utf8')).trim() || undefined;
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    },
    write: async (id) => {
      // Whole or not at all, whatever ends the process.
      await writeFile(`${file}.new`, `${id}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
};
