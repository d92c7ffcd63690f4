-- Each request renews a grant with the token that an answer brought. The tokens of a thread stand in a
-- queue: none is presented twice, and no grant by two connections at once.
-- Arguments: a file with the first tokens, how many threads deal them out among themselves.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  queue, first, last = {}, 1, 0
  local line = 0
  for token in io.lines(args[1]) do
    if line % tonumber(args[2]) == number then
      last = last + 1
      queue[last] = token
    end
    line = line + 1
  end
  -- All tokens have the same length, so what comes before them is always the same.
  local whole = wrk.format(nil, nil, nil, wrk.body .. queue[1])
  before = whole:sub(1, #whole - #queue[1])
end

function request()
  local token = queue[first]
  queue[first] = nil
  first = first + 1
  return before .. token
end

function response(status, headers, body)
  local token = body:match('"refresh_token":"([^"]+)"')
  if token then
    last = last + 1
    queue[last] = token
  end
end
