-- Takes a device's poll: whether it may ask already, and what became of its request.
-- KEYS[1] the request (devices.rs says what stands in it)
-- ARGV now, since when what was handed out is answered again, how much too early it may ask, by how much the
--      interval grows
-- Answers {verdict} or {verdict, grant}
local record = redis.call('GET', KEYS[1])
if not record then
  return {'unknown'}
end
local now, leniency = tonumber(ARGV[1]), tonumber(ARGV[3])
local state, expires_at, polled_at, interval, handed_out_at = struct.unpack('>BI4I4I4I4', record)
if now >= expires_at then
  return {'unknown'}
end
local function too_early(since)
  return since > 0 and now + leniency < since + interval
end
local grant = string.sub(record, 18)
local function keep(state, polled_at, interval, given_at)
  local head = struct.pack('>BI4I4I4I4', state, expires_at, polled_at, interval, given_at)
  redis.call('SET', KEYS[1], head .. grant, 'KEEPTTL')
end
if state == 1 then
  if too_early(handed_out_at) then
    return {'too_early'}
  end
  keep(1, polled_at, interval, now)
  return {'approved', grant}
elseif state == 2 then
  return {'denied'}
elseif state == 3 then
  if handed_out_at < tonumber(ARGV[2]) then
    return {'used'}
  elseif too_early(handed_out_at) then
    return {'too_early'}
  end
  return {'handed_out', grant}
end
local verdict = 'pending'
if too_early(polled_at) then
  verdict = 'too_early'
  interval = interval + tonumber(ARGV[4])
end
keep(0, now, interval, 0)
return {verdict}
