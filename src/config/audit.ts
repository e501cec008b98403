import { dirname, resolve } from 'node:path';
import type { ConfigPath, Faults } from './faults.ts';
import { secret, section, wholeNumber } from './fields.ts';
import type { ReferenceContext } from './references.ts';
import { literalSecret, type Secret } from './secret.ts';
import type { StoreConfig } from './store.ts';

/** Where the gateway writes what was done. */
export type AuditConfig =
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'file';
      /** Absolute. */
      readonly folder: string;
      /** Bytes of a file. */
      readonly maxBytes: number;
      /** Files that are kept. */
      readonly keep: number;
    }
  | { readonly kind: 'redis'; readonly url: Secret };

const schema = section({
  url: secret().optional(),
  maxBytes: wholeNumber(1024, 1_073_741_824).default(16_777_216),
  keep: wholeNumber(2, 1_000_000).default(1000),
});

/** Without a word of the settings the log is kept where the store is: beside SQLite's file, in its Redis, in memory. */
const besideStore = async ({ kind, url }: StoreConfig): Promise<Secret> => {
  if (kind !== 'sqlite') return url;
  const file = (await url.reveal()).slice('sqlite:'.length);
  return literalSecret(`file:${resolve(dirname(file), 'audit')}`);
};

export const readAudit = async (
  value: unknown,
  path: ConfigPath,
  { context, store }: { readonly context: ReferenceContext; readonly store: StoreConfig | undefined },
  faults: Faults,
): Promise<AuditConfig | undefined> => {
  const read = faults.read(schema, value ?? {}, path);
  const address = read?.url ?? (store === undefined ? undefined : await besideStore(store));
  if (read === undefined || address === undefined) return undefined;
  const url = await address.reveal();
  if (url === 'memory:') return { kind: 'memory' };
  if (/^rediss?:\/\/./.test(url)) return { kind: 'redis', url: address };
  if (/^file:./.test(url)) {
    const folder = resolve(context.baseDir, url.slice('file:'.length));
    return { kind: 'file', folder, maxBytes: read.maxBytes, keep: read.keep };
  }
  faults.add([...path, 'url'], 'must be file:FOLDER, redis://HOST[:PORT] or memory:');
  return undefined;
};
