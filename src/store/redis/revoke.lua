-- Revokes places of a list. Redis counts bits from the most significant of a byte, status lists from the
-- least significant: what is stored is the list as it is served.
-- KEYS[1] the list   ARGV seconds to live, rows (first and count, 32 bits each)
-- A Redis that is full takes what grows from a script that has written already, as this does, in vain where
-- there is no such list: to revoke matters more than the few bytes.
redis.call('PEXPIRE', KEYS[1], math.max(redis.call('PTTL', KEYS[1]), 1000 * ARGV[1]))
local whole = string.rep('\255', 32)
for row = 1, #ARGV[2], 8 do
  local index, count = struct.unpack('>I4I4', ARGV[2], row)
  local last = index + count - 1
  while index <= last do
    if index % 256 == 0 and last - index >= 255 then
      redis.call('SETRANGE', KEYS[1], index / 8, whole)
      index = index + 256
    else
      local place = index % 8
      redis.call('SETBIT', KEYS[1], index - place + 7 - place, 1)
      index = index + 1
    end
  end
end
if redis.call('TTL', KEYS[1]) < 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[1])
end
return 1
