import KeyvRedis, { createClient, defaultReconnectStrategy } from '@keyv/redis';
import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { redisWarnings } from './redis-settings.ts';
import { createRedisSorted } from './redis-sorted.ts';

/** How long the start waits for the first connection; without one the gateway starts, not ready. */
const firstConnectionMs = 2000;

/** Rejects when `work` takes longer than `limitMs`; `work` itself goes on. */
const within = <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Redis did not answer within ${limitMs} ms`)), limitMs);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
};

/** Compares and sets in one step: no other command runs in between. */
const replaceScript = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('SET', KEYS[1], ARGV[2]) end
  return 1`;

/** Counts, and gives a counter that has just begun its end. `PEXPIRE ... NX` would do, but Redis knows it only since 7.0. */
const incrementScript = `
  local count = redis.call('INCRBY', KEYS[1], ARGV[1])
  if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return count`;

/** Redis or Valkey, shared by replicas. An outage fails each operation at once; the connection is restored meanwhile. */
export const openRedis = async (url: string, operationLimitMs: number, log?: Log): Promise<Backend> => {
  const client = createClient({
    url,
    // Without it commands wait for the connection to come back, and callers with them.
    disableOfflineQueue: true,
    socket: { connectTimeout: 5000, reconnectStrategy: defaultReconnectStrategy },
  });
  client.on('error', (error: unknown) => log?.warn('Redis connection failed', { err: error }));
  const connected = client.connect();
  await within(connected, firstConnectionMs).catch((error: unknown) =>
    log?.warn('Redis is not reached yet', { err: error }),
  );
  // Its namespaces are not used: keys carry their own.
  const redis = new KeyvRedis<string>(client, { throwOnErrors: true, throwOnConnectError: true });
  const limited = <T>(work: Promise<T>): Promise<T> => within(work, operationLimitMs);
  return {
    adapter: {
      get: (key: string) => limited(redis.get(key)),
      set: (key: string, value: string, ttlMs?: number) => limited(redis.set(key, value, ttlMs)),
      delete: (key: string) => limited(redis.delete(key)),
      clear: () => limited(redis.clear()),
      has: (key: string) => limited(redis.has(key)),
    },
    add: async (key, value, ttlMs) => {
      const expiry = ttlMs === undefined ? {} : { expiration: { type: 'PX', value: ttlMs } as const };
      return (await limited(client.set(key, value, { condition: 'NX', ...expiry }))) !== null;
    },
    replace: async (key, expected, value, ttlMs) => {
      const expiry = ttlMs === undefined ? [] : [String(ttlMs)];
      return (
        (await limited(client.eval(replaceScript, { keys: [key], arguments: [expected, value, ...expiry] }))) === 1
      );
    },
    increment: async (key, ttlMs, by) =>
      Number(await limited(client.eval(incrementScript, { keys: [key], arguments: [String(by), String(ttlMs)] }))),
    keys: async (prefix) => {
      const found = new Set<string>();
      const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
      for await (const page of client.scanIterator({ MATCH: pattern, COUNT: 1000 }))
        for (const key of page) found.add(key);
      return [...found];
    },
    now: async () => {
      const [seconds, microseconds] = await limited(client.sendCommand<readonly string[]>(['TIME']));
      return Number(seconds) * 1000 + Number(microseconds) / 1000;
    },
    sorted: createRedisSorted(client, limited),
    isInPlace: async () => true,
    beside: null,
    warnings: async () => {
      const info = async (part: string): Promise<string> => {
        try {
          return String(await limited(client.sendCommand(['INFO', part])));
        } catch (error) {
          // Not permitted, unless the connection is what fails.
          if (client.isReady) return '';
          throw error;
        }
      };
      return redisWarnings({ memory: await info('memory'), persistence: await info('persistence') });
    },
    ping: async () => {
      await limited(client.ping());
    },
    close: async () => {
      if (client.isReady) await client.close();
      else client.destroy();
    },
  };
};
