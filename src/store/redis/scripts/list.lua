-- Entries in the order of their keys.
--
-- KEYS: 1 entries, 2 order, 3 expiry
-- ARGV: 1 time, 2 key above which and 3 below which they lie, 4 "1" for descending order,
--       5 how many to leave out first, 6 how many at most, -1 for all
-- Answer: key, packed entry, key, packed entry, ...
local CHUNK = 1000
local now = time_of(ARGV[1])
local above, below = '(' .. ARGV[2], '(' .. ARGV[3]
local offset, limit = tonumber(ARGV[5]), tonumber(ARGV[6])

local function members(skip, most)
  if ARGV[4] == '1' then
    return redis.call('ZREVRANGEBYLEX', KEYS[2], below, above, 'LIMIT', skip, most)
  end
  return redis.call('ZRANGEBYLEX', KEYS[2], above, below, 'LIMIT', skip, most)
end

-- Expired entries that nobody has deleted yet: no more than those can be in the way.
local function living()
  local expired = due(KEYS[3], now, -1)
  if #expired == 0 then
    return members(offset, limit)
  end
  local gone = {}
  for _, key in ipairs(expired) do
    gone[key] = true
  end
  local kept, skipped = {}, 0
  for _, key in ipairs(members(0, limit < 0 and -1 or offset + limit + #expired)) do
    if not gone[key] then
      if skipped < offset then
        skipped = skipped + 1
      elseif limit < 0 or #kept < limit then
        kept[#kept + 1] = key
      end
    end
  end
  return kept
end

local keys = living()
local answer = {}
for first = 1, #keys, CHUNK do
  local last = math.min(first + CHUNK - 1, #keys)
  for i, packed in ipairs(redis.call('HMGET', KEYS[1], unpack(keys, first, last))) do
    answer[#answer + 1] = keys[first + i - 1]
    answer[#answer + 1] = packed
  end
end
return answer
