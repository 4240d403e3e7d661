-- Gives a lease up.
--
-- KEYS: 1 leases, 2 lease ends
-- ARGV: 1 name, 2 holder, 3 fence
-- Answer: 1, or 0 when it was not held
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[3] .. ' ' .. ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
