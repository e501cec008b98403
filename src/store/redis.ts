import type { Log } from '../log.ts';
import type { Backend } from './backend.ts';
import { connectRedis } from './redis-connection.ts';
import { redisWarnings } from './redis-settings.ts';
import { isRedisSilence } from './redis-silence.ts';
import { createRedisSorted } from './redis-sorted.ts';
import { createRedisTime } from './redis-time.ts';
import { createRedisWindows } from './redis-windows.ts';

/** Keys of a page of a scan. */
const scanCount = 1000;

/** Compares and sets in one step: no other command runs in between. */
const replaceScript = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  if ARGV[3] then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) else redis.call('SET', KEYS[1], ARGV[2]) end
  return 1`;

/** Compares and deletes in one step. */
const removeScript = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  return redis.call('UNLINK', KEYS[1])`;

/** Redis or Valkey, shared by replicas. An outage fails each operation at once; the connection is restored meanwhile. */
export const openRedis = async (url: string, operationLimitMs: number, log?: Log): Promise<Backend> => {
  const redis = await connectRedis({ url, what: 'The Redis of the store', log, limitMs: operationLimitMs });
  const { run, now } = createRedisTime(redis.run);
  const lifetime = (ttlMs: number | undefined) =>
    ttlMs === undefined ? {} : { expiration: { type: 'PX', value: ttlMs } as const };
  return {
    adapter: {
      get: async (key: string) => (await run((client) => client.get(key))) ?? undefined,
      set: async (key: string, value: string, ttlMs?: number) => {
        await run((client) => client.set(key, value, lifetime(ttlMs)));
        return true;
      },
      delete: async (key: string) => (await run((client) => client.unlink(key))) > 0,
      clear: async () => {
        throw new Error('A Redis that others may use as well is not cleared');
      },
    },
    add: async (key, value, ttlMs) =>
      (await run((client) => client.set(key, value, { condition: 'NX', ...lifetime(ttlMs) }))) !== null,
    replace: async (key, expected, value, ttlMs) => {
      const asked = [expected, value, ...(ttlMs === undefined ? [] : [String(ttlMs)])];
      return (await run((client) => client.eval(replaceScript, { keys: [key], arguments: asked }))) === 1;
    },
    remove: async (key, expected) =>
      (await run((client) => client.eval(removeScript, { keys: [key], arguments: [expected] }))) === 1,
    ...createRedisWindows((script, key, asked) =>
      run((client) => client.eval(script, { keys: [key], arguments: [...asked] })),
    ),
    keys: async (prefix) => {
      const found = new Set<string>();
      const MATCH = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
      let server: unknown = null;
      for (let cursor = '0'; ; ) {
        const from = cursor;
        let asked: unknown = null;
        const page = await run((client) => {
          asked = client;
          return client.scan(server === null || server === client ? from : '0', { MATCH, COUNT: scanCount });
        });
        for (const key of page.keys) found.add(key);
        // A cursor is of one server: another one, after a fail-over, was asked from the start.
        server = asked;
        cursor = page.cursor;
        if (cursor === '0') return [...found];
      }
    },
    now,
    sorted: createRedisSorted(run),
    isInPlace: async () => true,
    beside: null,
    warnings: async () => {
      const info = async (part: string): Promise<string> => {
        try {
          return String(await run((client) => client.sendCommand(['INFO', part])));
        } catch (error) {
          // Not permitted, unless the connection is what fails.
          if (isRedisSilence(error)) throw error;
          return '';
        }
      };
      const [memory, persistence] = await Promise.all([info('memory'), info('persistence')]);
      return redisWarnings({ memory, persistence });
    },
    ping: async () => {
      await run((client) => client.ping());
    },
    close: redis.close,
  };
};
