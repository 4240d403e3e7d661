-- All of a commit or nothing of it. Nothing can fail behind the first write: Redis refuses that one
-- when it is a replica, out of memory or cannot save.
--
-- KEYS: 1 entries, 2 order, 3 expiry, 4 leases, 5 lease ends, 6 meta
-- ARGV: 1 time, 2 version of the layout, 3 channel of changes, 4 id of the commit (the new version),
--       5-8 how many checks, fences, sets and deletes follow:
--       check: key, version ("" when it must not exist); fence: name, holder, fence;
--       set: key, expiry or "-", json; delete: key
-- Answer: {1, sequence} applied ({1, 0} when there was nothing to change), {0, 0} a check failed,
--         {-1, 0} a fence failed, {-2, 0} the store has another layout
local now = time_of(ARGV[1])
local checks, fences, sets, deletes =
  tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local at = 9

local schema = redis.call('HGET', KEYS[6], 'schema')
if schema and schema ~= ARGV[2] then
  return { -2, 0 }
end

for _ = 1, checks do
  local packed = redis.call('HGET', KEYS[1], ARGV[at])
  local version = alive(packed, now) and string.match(packed, '^%S+') or ''
  if version ~= ARGV[at + 1] then
    return { 0, 0 }
  end
  at = at + 2
end

for _ = 1, fences do
  if not holds(KEYS[4], KEYS[5], now, ARGV[at], ARGV[at + 1], ARGV[at + 2]) then
    return { -1, 0 }
  end
  at = at + 3
end

if sets + deletes == 0 then
  return { 1, 0 }
end

local sequence = redis.call('HINCRBY', KEYS[6], 'sequence', 1)
if not schema then
  redis.call('HSET', KEYS[6], 'schema', ARGV[2])
end

local changed = {}
for _ = 1, sets do
  local key, expiry = ARGV[at], ARGV[at + 1]
  redis.call('HSET', KEYS[1], key, ARGV[4] .. ' ' .. expiry .. ' ' .. ARGV[at + 2])
  redis.call('ZADD', KEYS[2], 0, key)
  if expiry == '-' then
    redis.call('ZREM', KEYS[3], key)
  else
    redis.call('ZADD', KEYS[3], expiry, key)
  end
  changed[#changed + 1] = key
  at = at + 3
end

for _ = 1, deletes do
  local key = ARGV[at]
  redis.call('HDEL', KEYS[1], key)
  redis.call('ZREM', KEYS[2], key)
  redis.call('ZREM', KEYS[3], key)
  changed[#changed + 1] = key
  at = at + 1
end

announce(ARGV[3], sequence, ARGV[4], changed)
return { 1, sequence }
