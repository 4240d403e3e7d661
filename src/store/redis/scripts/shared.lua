-- Put in front of every script.
--
-- An entry is packed as "version expiry json": the version without spaces, the expiry in
-- milliseconds since the epoch or "-" for never.

-- The time by which things expire: the caller's, or the server's own when that is empty, so that
-- clocks of replicas that disagree change nothing.
local function time_of(given)
  if given ~= '' then
    return tonumber(given)
  end
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Whether a packed entry is there and has not expired.
local function alive(packed, now)
  if not packed then
    return false
  end
  local expiry = string.match(packed, '^%S+ (%S+) ')
  return expiry == '-' or tonumber(expiry) > now
end

-- Members of a sorted set of times that have come.
local function due(key, now, limit)
  return redis.call('ZRANGEBYSCORE', key, '-inf', string.format('%.17g', now), 'LIMIT', 0, limit)
end

-- Tells everyone that keys have changed: "sequence id length,length,...\n" and the keys themselves.
local function announce(channel, sequence, id, keys)
  local lengths = {}
  for i, key in ipairs(keys) do
    lengths[i] = #key
  end
  local head = string.format('%.0f', sequence) .. ' ' .. id .. ' ' .. table.concat(lengths, ',')
  redis.call('PUBLISH', channel, head .. '\n' .. table.concat(keys))
end

-- Whether a lease is held by this holder with this fence.
local function holds(leases, ends, now, name, holder, fence)
  local last = redis.call('ZSCORE', ends, name)
  return last
    and tonumber(last) > now
    and redis.call('HGET', leases, name) == fence .. ' ' .. holder
end
