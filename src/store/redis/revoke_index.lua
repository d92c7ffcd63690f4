-- Says that lists have a revocation, before they have.
-- KEYS[1] the index of lists   ARGV now, seconds to live, then expires_at, list, expires_at, list, …
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
redis.call('ZADD', KEYS[1], unpack(ARGV, 3))
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return 1
