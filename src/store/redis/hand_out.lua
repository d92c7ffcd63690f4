-- Notes that the device of an approved request is given its tokens.
-- KEYS[1] the request (devices.rs says what stands in it)   ARGV now
-- Answers 1 where nobody was given them before
local record = redis.call('GET', KEYS[1])
if not record or string.byte(record) ~= 1 then
  return 0
end
local handed_out = string.char(3) .. string.sub(record, 2, 13) .. struct.pack('>I4', ARGV[1])
redis.call('SET', KEYS[1], handed_out .. string.sub(record, 18), 'KEEPTTL')
return 1
