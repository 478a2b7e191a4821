-- Sends bodies in turn, counts every answer that is not 200, and prints what it has measured as one line of JSON.
-- Arguments: folder of the bodies, how many there are, a file with one `Name: value` a line, a file for the result.
-- A body that stands behind `framed` has the length of its JSON head in its first eight bytes, which are not sent.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local requests = {}
local sent = 0
others = 0

local function read(path)
  local file = assert(io.open(path, "rb"))
  local content = file:read("*a")
  file:close()
  return content
end

local function headLength(body)
  local length = 0
  for position = 8, 1, -1 do
    length = length * 256 + body:byte(position)
  end
  return length
end

function init(args)
  local folder, count, headersPath, framed = args[1], tonumber(args[2]), args[3], args[4] == "framed"
  local headers = {}
  for name, value in read(headersPath):gmatch("([^:\n]+): ([^\n]*)") do
    headers[name] = value
  end
  for number = 0, count - 1 do
    local body = read(string.format("%s/%02d", folder, number))
    if framed then
      headers["Inference-Header-Content-Length"] = tostring(headLength(body))
      body = body:sub(9)
    end
    headers["Content-Length"] = tostring(#body)
    requests[number + 1] = wrk.format("POST", wrk.path, headers, body)
  end
end

function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end

function response(status)
  if status ~= 200 then
    others = others + 1
  end
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("others")
  end
  local errors = summary.errors
  io.write(string.format(
    '\nrotate.lua {"requests": %d, "durationUs": %d, "not200": %d, "connectErrors": %d, "readErrors": %d, "writeErrors": %d, "timeouts": %d, "p50Us": %d, "p90Us": %d, "p99Us": %d, "maxUs": %d}\n',
    summary.requests, summary.duration, refused, errors.connect, errors.read, errors.write, errors.timeout,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max))
end
