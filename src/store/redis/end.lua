-- Ends a family, which stands as long as it would have: one that lives, and one that has expired before its
-- access tokens. Doing it again writes it again.
-- KEYS[1] the family
-- Answers the record as it stands then, or nothing
local record = redis.call('GET', KEYS[1])
if not record then
  return false
end
-- A Redis that is full takes what grows from a script that has written already, as this does in vain: the
-- record is as long as it was.
local left = redis.call('PTTL', KEYS[1])
if left > 0 then
  redis.call('PEXPIRE', KEYS[1], left)
end
record = string.char(bit.bor(string.byte(record), 1)) .. string.sub(record, 2)
redis.call('SET', KEYS[1], record, 'KEEPTTL')
return record
