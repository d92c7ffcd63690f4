-- Decides on a device's request, once.
-- KEYS[1] the request (devices.rs says what stands in it)
-- ARGV now, the new state, proof and grant (packed; '' where nothing was granted)
-- Answers 'now', the record of a request that was decided before, or nothing
local record = redis.call('GET', KEYS[1])
if not record then
  return false
end
local state, expires_at = struct.unpack('>BI4', record)
if tonumber(ARGV[1]) >= expires_at then
  return false
end
if state ~= 0 then
  return record
end
local grant = ARGV[3]
if grant == '' then
  grant = string.sub(record, 18)
end
redis.call('SET', KEYS[1], string.char(ARGV[2]) .. string.sub(record, 2, 17) .. grant, 'KEEPTTL')
return 'now'
