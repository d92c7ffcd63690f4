-- Ends a family, which stands as long as it would have. Doing it again writes it again.
-- KEYS[1] the family   ARGV now
-- Answers the record as it stands then, or nothing
local record = redis.call('GET', KEYS[1])
if not record then
  return false
end
local now = tonumber(ARGV[1])
local flags, _, expires_at, _, idle_until = struct.unpack('>BI4I4I4I4', record)
local ended = bit.band(flags, 1) ~= 0
if not ended and (now >= idle_until or now >= expires_at) then
  return false
end
record = string.char(bit.bor(flags, 1)) .. string.sub(record, 2)
redis.call('SET', KEYS[1], record, 'KEEPTTL')
return record
