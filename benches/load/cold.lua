-- Each request comes from another application, in turn: by the time that one's turn comes again, nothing of
-- it is remembered. Arguments: how many applications there are, how many threads divide them.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  count, step = tonumber(args[1]), tonumber(args[2])
  next_one = number
  body = wrk.body
end

function request()
  next_one = (next_one + step) % count
  return wrk.format(nil, nil, nil, body .. "&client_id=cold-" .. next_one)
end
