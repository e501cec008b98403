import type { Clock } from '../clock.ts';
import type { AuditConfig } from '../config/audit.ts';
import type { StoreConfig } from '../config/store.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { startRemedy } from '../store/faults.ts';
import { reasonOf } from '../store/outage.ts';
import type { Store } from '../store/store.ts';
import { openFileLog } from './file-log.ts';
import { createHeadMemory } from './head-memory.ts';
import { auditKeyPurpose, createAuditKey } from './key.ts';
import { noMemory } from './loss.ts';
import { openMemoryLog } from './memory-log.ts';
import type { AuditLog } from './record.ts';

/** Whether the store's key outlives the process: one that does not could prove nothing after it. */
export const keepsKey = ({ kind, encryptionKey }: Pick<StoreConfig, 'kind' | 'encryptionKey'>): boolean =>
  kind !== 'memory' || encryptionKey !== null;

/** The log's place, under which the store remembers its head: without passwords. */
export const placeOf = async (config: Exclude<AuditConfig, { kind: 'memory' }>): Promise<string> => {
  if (config.kind === 'file') return `file:${config.folder}`;
  const { host, pathname } = new URL(await config.url.reveal());
  return `redis:${host}${pathname}`;
};

/**
 * What an audit log is opened with. A folder that cannot be written is `INTERNAL` at the start; a Redis that does not answer is
 * not, and refuses actions until it does.
 */
export interface AuditParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Gives the key and remembers the head; without it records are chained by hash alone. */
  readonly store?: Store | null;
  /** Milliseconds that one command of Redis may take. */
  readonly redisLimitMs?: number | undefined;
}

/** What an operator is told at the start of a folder that cannot be used. */
const openFault = (folder: string, error: unknown): GatewayError =>
  new GatewayError(
    'INTERNAL',
    `The folder of the audit log, ${folder}, cannot be written (${reasonOf(error)}): ${startRemedy(error, 'it and what is in it')}, or set audit.url to another`,
    {},
    error,
  );

/** Opens the audit log of the settings. Rejects with a sentence when its folder cannot be written, not when its Redis is down. */
export const openAuditLog = async (
  config: AuditConfig,
  { clock, log, store = null, redisLimitMs: commandLimitMs }: AuditParts,
): Promise<AuditLog> => {
  if (config.kind === 'memory') return openMemoryLog(clock);
  const key = store === null ? null : createAuditKey(store.deriveKey(auditKeyPurpose));
  const memory = store === null ? noMemory : createHeadMemory(store, await placeOf(config), log);
  if (config.kind === 'file') {
    try {
      return openFileLog({ ...config, clock, key, memory });
    } catch (error) {
      throw error instanceof GatewayError ? error : openFault(config.folder, error);
    }
  }
  // Its client is large, and most gateways have no Redis.
  const { openRedisLog } = await import('./redis-log.ts');
  const { keepDays, acceptLoss } = config;
  return openRedisLog(await config.url.reveal(), { clock, log, key, memory, keepDays, acceptLoss, commandLimitMs });
};
