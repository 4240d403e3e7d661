-- Marks an empty store with the version of its layout, and says which one a store has.
--
-- KEYS: 1 entries, 2 order, 3 expiry, 4 leases, 5 lease ends, 6 meta
-- ARGV: 1 the version that this hubgate writes, 2 a channel that nobody listens to yet
-- Answer: the version found, -1 when a key is of a kind that hubgate does not make
local KINDS = { 'hash', 'zset', 'zset', 'hash', 'zset', 'hash' }
for i, kind in ipairs(KINDS) do
  local found = redis.call('TYPE', KEYS[i]).ok
  if found ~= 'none' and found ~= kind then
    return -1
  end
end

local schema = redis.call('HGET', KEYS[6], 'schema') or ARGV[1]
if schema ~= ARGV[1] then
  return tonumber(schema) or -1
end

-- Every command by which commits write, to no effect: a user who lacks the right to one is found out
-- now and not in the middle of a commit.
local NOBODY = '\255'
redis.call('HSET', KEYS[6], 'schema', schema)
redis.call('HINCRBY', KEYS[6], 'sequence', 0)
redis.call('HDEL', KEYS[1], NOBODY)
redis.call('ZADD', KEYS[2], 'XX', 0, NOBODY)
redis.call('ZREM', KEYS[3], NOBODY)
redis.call('PUBLISH', ARGV[2], '')
return tonumber(schema)
