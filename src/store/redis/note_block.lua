-- Notes a block with its owner, unless the owner's tokens were all revoked after it was opened.
-- KEYS[1] the application's blocks   ARGV now, opened_at, block, its expires_at, seconds to live
-- Answers 1 where it is noted, 0 where the owner's tokens were revoked
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(0', ARGV[1])
local mark = redis.call('ZSCORE', KEYS[1], 'ended')
if mark and -tonumber(mark) >= tonumber(ARGV[2]) then
  return 0
end
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[3])
if redis.call('TTL', KEYS[1]) < tonumber(ARGV[5]) then
  redis.call('EXPIRE', KEYS[1], ARGV[5])
end
return 1
