import type { Clock } from '../clock.ts';
import type { AuditConfig } from '../config/audit.ts';
import type { Log } from '../log.ts';
import { openFileLog } from './file-log.ts';
import { openMemoryLog } from './memory-log.ts';
import type { AuditLog } from './record.ts';

/** Opens the audit log of the settings. Rejects when its folder cannot be written, not when its Redis is down. */
export const openAuditLog = async (
  config: AuditConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<AuditLog> => {
  switch (config.kind) {
    case 'memory':
      return openMemoryLog(clock);
    case 'file':
      return openFileLog({ ...config, clock });
    case 'redis': {
      // Its client is large, and most gateways have no Redis.
      const { openRedisLog } = await import('./redis-log.ts');
      return openRedisLog(await config.url.reveal(), { clock, log });
    }
  }
};
