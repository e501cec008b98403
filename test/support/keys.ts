import { createHash } from 'node:crypto';

/** The header of a caller with this key. */
export const keyHeader = (key: string): Readonly<Record<string, string>> => ({ 'x-api-key': key });

/** A row of `access.apiKeys`: the key is its own name. */
export const keyRow = (name: string, row: Readonly<Record<string, unknown>>) => ({
  name,
  sha256: createHash('sha256').update(name).digest('hex'),
  ...row,
});
