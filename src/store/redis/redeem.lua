-- Redeems an identifier, once.
-- KEYS[1] the identifier
-- ARGV[1] how many seconds it is remembered
-- Answers 1 where it was not redeemed before
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then
  return 1
end
redis.call('SET', KEYS[1], '2', 'XX', 'KEEPTTL')
return 0
