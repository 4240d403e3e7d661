-- How many entries begin with a prefix and are longer than it.
--
-- KEYS: 1 order, 2 expiry
-- ARGV: 1 time, 2 prefix, 3 the key below which they lie
-- Answer: their number
local now = time_of(ARGV[1])
local prefix = ARGV[2]
local count = redis.call('ZLEXCOUNT', KEYS[1], '(' .. prefix, '(' .. ARGV[3])
for _, key in ipairs(due(KEYS[2], now, -1)) do
  if #key > #prefix and string.sub(key, 1, #prefix) == prefix then
    count = count - 1
  end
end
return count
