-- Removes a family that was ended, and no other.
-- KEYS[1] the family
-- Answers the record that was removed, or nothing
local record = redis.call('GET', KEYS[1])
if not record or bit.band(string.byte(record), 1) == 0 then
  return false
end
redis.call('DEL', KEYS[1])
return record
