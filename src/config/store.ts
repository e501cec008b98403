import { resolve } from 'node:path';
import type { ConfigPath, Faults } from './faults.ts';
import { secret, section } from './fields.ts';
import { checkRedisUrl, isRedisUrl } from './redis-url.ts';
import type { ReferenceContext } from './references.ts';
import { literalSecret, type Secret } from './secret.ts';

export const storeKinds = ['memory', 'sqlite', 'redis'] as const;
export type StoreKind = (typeof storeKinds)[number];

/** Where the gateway keeps what it must remember. */
export interface StoreConfig {
  readonly kind: StoreKind;
  /** `memory:`, `sqlite:` with an absolute path, or `redis://...`: a secret, since it may hold a password. */
  readonly url: Secret;
  /** 32 bytes in base64; `null`: the store makes one of its own (never for Redis). */
  readonly encryptionKey: Secret | null;
}

/** The section `store`. */
export const storeSchema = section({
  url: secret().default(literalSecret('sqlite:data/gateway.sqlite')),
  encryptionKey: secret().optional(),
});

const kindOf = (url: string): StoreKind | undefined => {
  if (url === 'memory:') return 'memory';
  if (/^sqlite:./.test(url)) return 'sqlite';
  return isRedisUrl(url) ? 'redis' : undefined;
};

/** A relative file of SQLite starts at the settings file, as every path in it does. */
const absoluteUrl = (url: string, baseDir: string): Secret =>
  literalSecret(`sqlite:${resolve(baseDir, url.slice('sqlite:'.length))}`);

const isEncryptionKey = (key: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(key) && Buffer.from(key, 'base64').length === 32;

export const readStore = async (
  value: unknown,
  path: ConfigPath,
  { baseDir }: ReferenceContext,
  faults: Faults,
): Promise<StoreConfig | undefined> => {
  const read = faults.read(storeSchema, value ?? {}, path);
  if (read === undefined) return undefined;
  const url = await read.url.reveal();
  const kind = kindOf(url);
  const key = await read.encryptionKey?.reveal();
  if (key !== undefined && !isEncryptionKey(key)) {
    faults.add([...path, 'encryptionKey'], 'must be 32 bytes in base64 (openssl rand -base64 32)');
  }
  if (kind === undefined) {
    faults.add([...path, 'url'], 'must be memory:, sqlite:FILE or redis://HOST[:PORT]');
    return undefined;
  }
  if (kind === 'redis') checkRedisUrl(url, [...path, 'url'], faults);
  if (kind === 'redis' && key === undefined) {
    faults.add(
      [...path, 'encryptionKey'],
      'is required with Redis, the same for all replicas (openssl rand -base64 32)',
    );
  }
  return {
    kind,
    url: kind === 'sqlite' ? absoluteUrl(url, baseDir) : read.url,
    encryptionKey: read.encryptionKey ?? null,
  };
};
