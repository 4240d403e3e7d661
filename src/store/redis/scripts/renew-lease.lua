-- Lets a lease that is still held last from now on.
--
-- KEYS: 1 leases, 2 lease ends
-- ARGV: 1 time, 2 name, 3 holder, 4 fence, 5 milliseconds
-- Answer: 1, or 0 when it is no longer held
local now = time_of(ARGV[1])
if not holds(KEYS[1], KEYS[2], now, ARGV[2], ARGV[3], ARGV[4]) then
  return 0
end
redis.call('ZADD', KEYS[2], now + tonumber(ARGV[5]), ARGV[2])
return 1
