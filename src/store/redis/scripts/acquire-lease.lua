-- Gives a lease to a holder, or renews the one that it has. A new fence is greater than any before,
-- and no less than the time, so that it grows even when Redis has lost its last writes.
--
-- KEYS: 1 leases, 2 lease ends, 3 meta
-- ARGV: 1 time, 2 name, 3 holder, 4 milliseconds
-- Answer: the fence, 0 when another holder has it
local now = time_of(ARGV[1])
local name, holder = ARGV[2], ARGV[3]
local last = redis.call('ZSCORE', KEYS[2], name)
local lease = redis.call('HGET', KEYS[1], name)
if lease and last and tonumber(last) > now then
  local space = string.find(lease, ' ', 1, true)
  if string.sub(lease, space + 1) ~= holder then
    return 0
  end
  redis.call('ZADD', KEYS[2], now + tonumber(ARGV[4]), name)
  return tonumber(string.sub(lease, 1, space - 1))
end
local fence = math.max(tonumber(redis.call('HGET', KEYS[3], 'fence') or '0') + 1, math.floor(now))
local text = string.format('%.0f', fence)
redis.call('HSET', KEYS[3], 'fence', text)
redis.call('HSET', KEYS[1], name, text .. ' ' .. holder)
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[4]), name)
return fence
