-- Asks for authorization codes in a session, and writes them into a file of each thread, a line each.
-- Arguments: the name of the files but for the thread's number.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  codes = io.open(args[1] .. number, "w")
  codes:setvbuf("line")
end

function response(status, headers, body)
  for name, value in pairs(headers) do
    if name:lower() == "location" then
      codes:write(value:match("[?&]code=([^&]+)"), "\n")
    end
  end
end
