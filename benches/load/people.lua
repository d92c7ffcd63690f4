-- Each request is the log-in of another person, in turn.
-- Arguments: how many people there are, how many threads divide them.
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
  return wrk.format(nil, nil, nil, body .. "&username=person-" .. next_one)
end
