-- Marks an application's tokens as revoked, by a member whose score is when, below zero.
-- KEYS[1] the application's blocks   ARGV now, seconds that the mark lives
-- Answers the application's blocks, which stay
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(0', ARGV[1])
local mark = redis.call('ZSCORE', KEYS[1], 'ended')
if not mark or -tonumber(mark) < tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], -tonumber(ARGV[1]), 'ended')
end
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[2]) then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return redis.call('ZRANGEBYSCORE', KEYS[1], '(0', '+inf')
