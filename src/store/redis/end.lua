-- Ends a family, which stands as long as it would have: one that lives, and one that has expired before its
-- access tokens. Doing it again writes it again.
-- KEYS[1] the family
-- Answers the record as it stands then, or nothing
local record = redis.call('GET', KEYS[1])
if not record then
  return false
end
record = string.char(bit.bor(string.byte(record), 1)) .. string.sub(record, 2)
redis.call('SET', KEYS[1], record, 'KEEPTTL')
return record
