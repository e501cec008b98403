import { createClient } from '@keyv/redis';
import type { Log } from '../log.ts';

/** How long the start waits for the first connection; without one the gateway starts, and no act is done. */
const firstConnectionMs = 2000;

const clientOf = (url: string) => createClient({ url, disableOfflineQueue: true, socket: { connectTimeout: 5000 } });

export type RedisClient = ReturnType<typeof clientOf>;

/** A connection for the audit log alone. */
export const connectAudit = async (url: string, log?: Log): Promise<RedisClient> => {
  const client = clientOf(url);
  client.on('error', (error: unknown) => log?.warn('The audit log lost its Redis', { err: error }));
  client.connect().catch((error: unknown) => log?.warn('The Redis of the audit log is not reached', { err: error }));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, firstConnectionMs);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return client;
};

export const closeAudit = async (client: RedisClient): Promise<void> => {
  if (client.isReady) await client.close();
  else client.destroy();
};
