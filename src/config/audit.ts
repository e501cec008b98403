import { dirname, resolve } from 'node:path';
import type { ConfigPath, Faults } from './faults.ts';
import { secret, section, wholeNumber } from './fields.ts';
import { checkRedisUrl, isRedisUrl } from './redis-url.ts';
import type { ReferenceContext } from './references.ts';
import { literalSecret, type Secret } from './secret.ts';
import type { StoreConfig } from './store.ts';

/** Bounds of the log, wherever it is. */
export interface AuditBounds {
  /** Days that a record is kept at least; never fewer for want of room. */
  readonly keepDays: number;
  /** Up to which number records may be gone: the operator's word after a loss. */
  readonly acceptLoss: number;
  /** Bytes that the mutations of one caller may write in a minute; 0: no limit. */
  readonly bytesPerMinute: number;
}

/** Where the gateway writes what was done. */
export type AuditConfig = AuditBounds &
  (
    | { readonly kind: 'memory' }
    | {
        readonly kind: 'file';
        /** Absolute. */
        readonly folder: string;
        /** Bytes of a file. */
        readonly maxBytes: number;
      }
    | { readonly kind: 'redis'; readonly url: Secret }
  );

/** The section `audit`. */
export const auditSchema = section({
  url: secret().optional(),
  maxBytes: wholeNumber(1024, 1_073_741_824).default(16_777_216),
  keepDays: wholeNumber(1, 36_500).default(400),
  acceptLoss: wholeNumber(0, Number.MAX_SAFE_INTEGER).default(0),
  /**
   * Defender takes 100 actions a minute from a tenant. Each is two records of about 1 KB, so that one caller can act in 20
   * tenants at once as fast as Defender lets them, and cannot write more than 2 TB a year.
   */
  bytesPerMinute: wholeNumber(0, 1_073_741_824).default(4_194_304),
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
  const read = faults.read(auditSchema, value ?? {}, path);
  const address = read?.url ?? (store === undefined ? undefined : await besideStore(store));
  if (read === undefined || address === undefined) return undefined;
  const url = await address.reveal();
  const { keepDays, acceptLoss, bytesPerMinute } = read;
  const bounds = { keepDays, acceptLoss, bytesPerMinute };
  if (url === 'memory:') return { ...bounds, kind: 'memory' };
  if (isRedisUrl(url)) {
    // That of the store has its fault already.
    if (read.url !== undefined) checkRedisUrl(url, [...path, 'url'], faults);
    return { ...bounds, kind: 'redis', url: address };
  }
  if (/^file:./.test(url)) {
    const folder = resolve(context.baseDir, url.slice('file:'.length));
    return { ...bounds, kind: 'file', folder, maxBytes: read.maxBytes };
  }
  faults.add([...path, 'url'], 'must be file:FOLDER, redis://HOST[:PORT] or memory:');
  return undefined;
};
