import { heardLateMs, partsOfWindow, type Taken, type Window } from './windows.ts';

/**
 * The windows of a bucket as a hash: a field for each part in which something was counted, `MS:PART`, and `held`. By the time of
 * Redis, one for all replicas. In one step: no other command runs in between.
 */
const takeScript = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local amount, takes, ttl, parts = tonumber(ARGV[1]), ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
  local windows, byMs = {}, {}
  for i = 5, #ARGV, 2 do
    local ms = tonumber(ARGV[i + 1])
    local window = { limit = tonumber(ARGV[i]), partMs = ms / parts, ms = ms, counted = {}, used = 0 }
    window.part = math.floor(now / window.partMs)
    windows[#windows + 1] = window
    byMs[ms] = window
  end
  local held, note, over = 0, '', {}
  local fields = redis.call('HGETALL', KEYS[1])
  for i = 1, #fields, 2 do
    if fields[i] == 'held' then
      local till, said = string.match(fields[i + 1], '^(%d+):(.*)$')
      held = math.max(0, till - now)
      if held > 0 then note = said end
    else
      local ms, part = string.match(fields[i], '^(%d+):(%d+)$')
      ms, part = tonumber(ms), tonumber(part)
      local at, count = math.floor(now / (ms / parts)), tonumber(fields[i + 1])
      if part > at then -- By a clock that was set back, or of another server: it counts as of now.
        redis.call('HDEL', KEYS[1], fields[i])
        redis.call('HINCRBY', KEYS[1], string.format('%d:%d', ms, at), count)
        part = at
      end
      if part < at - parts then over[#over + 1] = fields[i]
      elseif byMs[ms] then
        local window = byMs[ms]
        window.counted[#window.counted + 1] = { part = part, count = count }
        window.used = window.used + count
      end
    end
  end
  for _, window in ipairs(windows) do table.sort(window.counted, function(a, b) return a.part < b.part end) end
  local function endOf(window, part) return (part + parts + 1) * window.partMs - now end
  local function waitOf(window, wanted)
    local excess = window.used + math.min(wanted, window.limit) - window.limit
    if excess <= 0 then return 0 end
    for _, each in ipairs(window.counted) do
      excess = excess - each.count
      if excess <= 0 then return endOf(window, each.part) end
    end
    return window.ms
  end
  local function waitFor(wanted)
    local wait = held
    for _, window in ipairs(windows) do wait = math.max(wait, waitOf(window, wanted)) end
    return math.ceil(wait)
  end
  local wait, following = waitFor(amount), waitFor(2 * amount)
  if takes and wait > 0 then following = wait end
  if takes and wait == 0 then
    for _, window in ipairs(windows) do
      local last = window.counted[#window.counted]
      local part = window.part
      redis.call('HINCRBY', KEYS[1], string.format('%d:%d', window.ms, part), amount)
      if last and last.part == part then last.count = last.count + amount
      else window.counted[#window.counted + 1] = { part = part, count = amount } end
      window.used = window.used + amount
    end
    if #over > 0 then redis.call('HDEL', KEYS[1], unpack(over)) end
    redis.call('PEXPIRE', KEYS[1], math.max(ttl, held))
    following = waitFor(amount)
  end
  local told = { wait, following, held, note }
  for _, window in ipairs(windows) do
    local last = window.counted[#window.counted]
    told[#told + 1] = math.max(0, window.limit - window.used)
    told[#told + 1] = last and math.max(0, math.ceil(endOf(window, last.part))) or 0
  end
  return told`;

/** A hold that ends later stays. */
const holdScript = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local till = now + tonumber(ARGV[1])
  local held = tonumber(string.match(redis.call('HGET', KEYS[1], 'held') or '0:', '^(%d+):'))
  if till <= held then return 0 end
  redis.call('HSET', KEYS[1], 'held', string.format('%d:%s', till, ARGV[2]))
  redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), tonumber(ARGV[1])))
  return 1`;

/** What was counted in the part of then, or just before it, is counted in that of now; nothing when it counts no more. */
const renewScript = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local ago, ttl, parts, late = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  for i = 5, #ARGV do
    local ms = tonumber(ARGV[i])
    local function partAt(time) return math.floor(time / (ms / parts)) end
    local function fieldOf(part) return string.format('%d:%d', ms, part) end
    for part = math.max(partAt(now - ago - late), partAt(now) - parts), partAt(now - ago) do
      local took = fieldOf(part)
      local count = tonumber(redis.call('HGET', KEYS[1], took) or '0')
      if count > 0 then
        if count > 1 then redis.call('HINCRBY', KEYS[1], took, -1) else redis.call('HDEL', KEYS[1], took) end
        redis.call('HINCRBY', KEYS[1], fieldOf(partAt(now)), 1)
        redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), ttl))
        break
      end
    end
  end
  return 1`;

/** Runs a script on one key. */
type Evaluate = (script: string, key: string, asked: readonly string[]) => Promise<unknown>;

const readTaken = (told: unknown, windows: readonly Window[]): Taken => {
  if (!Array.isArray(told) || told.length !== 4 + 2 * windows.length)
    throw new Error('Redis told no state of a bucket');
  const [waitMs, nextWaitMs, heldMs, note, ...states] = told;
  return {
    waitMs: Number(waitMs),
    nextWaitMs: Number(nextWaitMs),
    heldMs: Number(heldMs),
    note: String(note),
    windows: windows.map((_, index) => ({
      left: Number(states[2 * index]),
      wholeInMs: Number(states[2 * index + 1]),
    })),
  };
};

/** Sliding windows in Redis, shared by replicas: one round trip each. */
export const createRedisWindows = (evaluate: Evaluate) => ({
  take: async (
    key: string,
    amount: number,
    windows: readonly Window[],
    takes: boolean,
    ttlMs: number,
  ): Promise<Taken> => {
    const asked = [amount, takes ? 1 : 0, ttlMs, partsOfWindow, ...windows.flatMap(({ limit, ms }) => [limit, ms])];
    return readTaken(await evaluate(takeScript, key, asked.map(String)), windows);
  },
  hold: async (key: string, ms: number, note: string): Promise<void> => {
    await evaluate(holdScript, key, [String(Math.ceil(ms)), note]);
  },
  renew: async (key: string, agoMs: number, windows: readonly Window[], ttlMs: number): Promise<void> => {
    const asked = [Math.round(agoMs), ttlMs, partsOfWindow, heardLateMs, ...windows.map(({ ms }) => ms)];
    await evaluate(renewScript, key, asked.map(String));
  },
});
