-- A replica's heartbeat: deletes what has expired, tells everyone, and sends the replica a tick that
-- has to come back through its connection for notices.
--
-- KEYS: 1 entries, 2 order, 3 expiry, 4 leases, 5 lease ends, 6 meta
-- ARGV: 1 time, 2 version of the layout, 3 channel of changes, 4 the replica's channel, 5 its tick,
--       6 how many to delete at most
-- Answer: how many entries were deleted, -1 when Redis takes no writes, -2 when the store has
--         another layout (then no tick is sent)
local now = time_of(ARGV[1])
local limit = tonumber(ARGV[6])

local schema = redis.call('HGET', KEYS[6], 'schema')
if schema and schema ~= ARGV[2] then
  return -2
end

local function sweep_entries()
  local keys = due(KEYS[3], now, limit)
  if #keys == 0 then
    return 0
  end
  local sequence = redis.pcall('HINCRBY', KEYS[6], 'sequence', 1)
  if type(sequence) == 'table' then
    return -1
  end
  redis.call('HDEL', KEYS[1], unpack(keys))
  redis.call('ZREM', KEYS[2], unpack(keys))
  redis.call('ZREM', KEYS[3], unpack(keys))
  announce(ARGV[3], sequence, '-', keys)
  return #keys
end

local function sweep_leases()
  local names = due(KEYS[5], now, limit)
  if #names > 0 and type(redis.pcall('ZREM', KEYS[5], unpack(names))) ~= 'table' then
    redis.call('HDEL', KEYS[4], unpack(names))
  end
end

local swept = sweep_entries()
sweep_leases()
redis.call('PUBLISH', ARGV[4], (redis.call('HGET', KEYS[6], 'sequence') or '0') .. ' ' .. ARGV[5])
return swept
