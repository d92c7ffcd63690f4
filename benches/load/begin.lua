-- Begins grants that can be renewed until there are as many as asked for, and writes their refresh tokens
-- into a file of each thread. It has its name once it is whole: wrk itself goes on doing nothing.
-- Arguments: how many each thread begins, the name of its file but for the thread's number.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  left = tonumber(args[1])
  name = args[2] .. number
  tokens = io.open(name .. ".part", "w")
end

function response(status, headers, body)
  local token = body:match('"refresh_token":"([^"]+)"')
  if token and left > 0 then
    tokens:write(token, "\n")
    left = left - 1
    if left == 0 then
      tokens:close()
      os.rename(name .. ".part", name)
      wrk.thread:stop()
    end
  end
end
