import type { RedisConnection } from './redis-connection.ts';
import type { SortedBackend } from './sorted.ts';

/** Lets go what is too old, and adds the member unless the list is full, in one step. All scores are 0: the text is the order. */
const addScript = `
  if ARGV[2] ~= '' then redis.call('ZREMRANGEBYLEX', KEYS[1], '-', '(' .. ARGV[2]) end
  if ARGV[3] ~= '' and not redis.call('ZSCORE', KEYS[1], ARGV[1])
    and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return 1`;

/** Sorted lists in Redis. A list as a whole lives on with each addition; single members leave it by `from`. */
export const createRedisSorted = (run: RedisConnection['run']): SortedBackend => ({
  add: async (key, member, { from = '', most, ttlMs }) => {
    const asked = [member, from, most === undefined ? '' : String(most), String(ttlMs)];
    return (await run((client) => client.eval(addScript, { keys: [key], arguments: asked }))) === 1;
  },
  remove: async (key, member) => (await run((client) => client.zRem(key, member))) > 0,
  descending: (key, { below, from, limit }) =>
    run((client) =>
      client.zRange(key, below === null ? '+' : `(${below}`, `[${from}`, {
        BY: 'LEX',
        REV: true,
        LIMIT: { offset: 0, count: limit },
      }),
    ),
  count: (key, from) => run((client) => client.zLexCount(key, `[${from}`, '+')),
});
