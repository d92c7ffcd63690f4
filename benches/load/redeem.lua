-- Each request redeems a code that nobody has redeemed.
-- Arguments: a file with codes, how many threads deal them out among themselves.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  queue, last = {}, 0
  local line = 0
  for code in io.lines(args[1]) do
    if line % tonumber(args[2]) == number then
      last = last + 1
      queue[last] = code
    end
    line = line + 1
  end
end

function request()
  local code = queue[last]
  last = last - 1
  return wrk.format(nil, nil, nil, wrk.body .. code)
end
