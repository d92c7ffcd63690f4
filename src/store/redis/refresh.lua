-- Takes a refresh token's generation: the whole table of rotations in one step.
-- KEYS[1] the family (record.rs says what stands in it)
-- ARGV now, client_id, presented generation, '1' if it rotates, since when
--      a predecessor is answered, idle lifetime, seconds that Redis
--      keeps it longer, the new access token (packed; '' for none), the most tokens, the scopes asked for
--      ('' for all), the resources asked for…
-- Answers {verdict}, {verdict, live tokens} or {verdict, generation, grant, crowded out tokens}
local record = redis.call('GET', KEYS[1])
if not record then
  return {'unknown'}
end
local now = tonumber(ARGV[1])
local flags, current, expires_at, last_used_at, idle_until = struct.unpack('>BI4I4I4I4', record)
if now >= idle_until or now >= expires_at then
  return {'unknown'}
end
local rotated_at, grant_at = last_used_at, 18
if bit.band(flags, 2) ~= 0 then
  rotated_at, grant_at = struct.unpack('>I4', record, 18)
end

-- The grant: flags, created_at, client_id, scope, resources, sub, auth_time, session.
local at = grant_at + 5
local function count()
  local number = string.byte(record, at)
  at = at + 1
  if number == 255 then
    number, at = struct.unpack('>I4', record, at)
  end
  return number
end
local function text()
  local length = count()
  at = at + length
  return string.sub(record, at - length, at - 1)
end
local client_id, scope, granted = text(), text(), {}
for _ = 1, count() do
  granted[text()] = true
end
local grant_flags = string.byte(record, grant_at)
if bit.band(grant_flags, 1) ~= 0 then
  text()
end
if bit.band(grant_flags, 4) ~= 0 then
  at = at + 4
end
if bit.band(grant_flags, 16) ~= 0 then
  at = at + 16
end
local grant, live = string.sub(record, grant_at, at - 1), string.sub(record, at)

local function alive()
  local kept = {}
  for i = 1, #live, 19 do
    if struct.unpack('>I4', live, i + 15) > now then
      kept[#kept + 1] = string.sub(live, i, i + 18)
    end
  end
  return kept
end

if client_id ~= ARGV[2] then
  return {'foreign'}
end
if bit.band(flags, 1) ~= 0 then
  return {'ended', table.concat(alive())}
end

local presented, rotate = tonumber(ARGV[3]), ARGV[4] == '1'
local generation, how
if presented == current then
  generation, how = current, 'repeated'
  if rotate then
    generation, how = current + 1, 'rotated'
  end
elseif presented > current then
  generation, how = presented, 'moved_forward'
  if rotate then
    generation = presented + 1
  end
elseif presented >= 1 and presented == current - 1 and rotated_at >= tonumber(ARGV[5]) then
  generation, how = current, 'repeated'
end
if not how or generation > 4294967295 then
  -- As in end.lua: also where Redis is full.
  local left = redis.call('PTTL', KEYS[1])
  if left > 0 then
    redis.call('PEXPIRE', KEYS[1], left)
  end
  local ended = string.char(bit.bor(flags, 1)) .. string.sub(record, 2)
  redis.call('SET', KEYS[1], ended, 'KEEPTTL')
  return {'replayed', table.concat(alive())}
end

if ARGV[10] ~= '' then
  local scopes = ' ' .. scope .. ' '
  for asked in string.gmatch(ARGV[10], '[^ ]+') do
    if not string.find(scopes, ' ' .. asked .. ' ', 1, true) then
      return {'wider_scope'}
    end
  end
end
for i = 11, #ARGV do
  if not granted[ARGV[i]] then
    return {'ungranted_resource'}
  end
end

if rotate and generation ~= current then
  -- A command may have waited in a Redis that hung: its client could not come back for the answer before
  -- now by this clock. A few seconds are the clocks' own difference.
  local here = tonumber(redis.call('TIME')[1])
  rotated_at = now
  if here > now + 5 then
    rotated_at = here
  end
end
idle_until = math.min(expires_at, now + tonumber(ARGV[6]))
local tokens = alive()
if ARGV[8] ~= '' then
  tokens[#tokens + 1] = ARGV[8]
end
local too_many = math.max(0, #tokens - tonumber(ARGV[9]))
local crowded_out = table.concat(tokens, '', 1, too_many)
local until_when = idle_until
for i = too_many + 1, #tokens do
  until_when = math.max(until_when, (struct.unpack('>I4', tokens[i], 16)))
end
local head = struct.pack('>BI4I4I4I4', 0, generation, expires_at, now, idle_until)
if rotated_at ~= now then
  head = struct.pack('>BI4I4I4I4I4', 2, generation, expires_at, now, idle_until, rotated_at)
end
local kept = table.concat(tokens, '', too_many + 1)
redis.call('SET', KEYS[1], head .. grant .. kept, 'EX', until_when - now + tonumber(ARGV[7]))
return {how, generation, grant, crowded_out}
