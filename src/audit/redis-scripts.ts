/** One hash tag, so that a cluster keeps both at one place. */
export const streamKey = '{defender-gateway:audit}:lines';
/** Both ends of the chain, apart from the lines. */
export const headKey = '{defender-gateway:audit}:head';

/** What is written to learn whether anything can be; gone after a minute. */
export const probeKey = '{defender-gateway:audit}:probe';

/** Both ends of the stream and its head, as they are at one moment. */
export const stateScript = `
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)
  local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
  return {
    redis.call('GET', KEYS[2]) or '',
    tostring(redis.call('XLEN', KEYS[1])),
    first[1] and first[1][2][2] or '',
    last[1] and last[1][2][2] or '',
  }
`;

/**
 * Adds the lines if the chain still ends where their writer believes and the stream is as long as it has to be:
 * ARGV is the head, the new head, the length, the SHA-1 of the last line (empty: there is none), the lines.
 */
export const appendScript = `
  if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 'MOVED' end
  if redis.call('XLEN', KEYS[1]) ~= tonumber(ARGV[3]) then return 'MOVED' end
  if ARGV[4] ~= '' then
    local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
    if not last[1] or redis.sha1hex(last[1][2][2]) ~= ARGV[4] then return 'MOVED' end
  end
  for i = 5, #ARGV do redis.call('XADD', KEYS[1], '*', 'line', ARGV[i]) end
  redis.call('SET', KEYS[2], ARGV[2])
  return 'OK'
`;

/** Removes entries before an id if the head is still the one that is believed: ARGV is the head, the new head, the id. */
export const trimScript = `
  if (redis.call('GET', KEYS[2]) or '') ~= ARGV[1] then return 'MOVED' end
  redis.call('SET', KEYS[2], ARGV[2])
  redis.call('XTRIM', KEYS[1], 'MINID', '=', ARGV[3])
  return 'OK'
`;
