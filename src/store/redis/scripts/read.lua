-- Entries by their keys, all at one moment.
--
-- KEYS: 1 entries
-- ARGV: 1 time, 2... keys
-- Answer: for each key its packed entry, or nil
local CHUNK = 1000
local now = time_of(ARGV[1])
local found = {}
for first = 2, #ARGV, CHUNK do
  local last = math.min(first + CHUNK - 1, #ARGV)
  for i, packed in ipairs(redis.call('HMGET', KEYS[1], unpack(ARGV, first, last))) do
    found[first + i - 2] = alive(packed, now) and packed
  end
end
return found
