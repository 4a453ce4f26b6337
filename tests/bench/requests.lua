-- SPDX-License-Identifier: Apache-2.0
-- What wrk sends and what it reports: `wrk … -s requests.lua URL -- KIND [FILE]`.
--
--   healthz      GET  /v1/healthz
--   link-code    POST /v1/link-code, each request for another subject
--   poll FILE    GET  /v1/poll/:code, the lines "CODE SECRET" of FILE in turn, each thread its own part
--   walk FILE    GET  /v1/tokens/:id, the accounts of FILE in turn, each thread its own part
--   tokens FILE  GET  /v1/tokens/:id, a random account of FILE per request
--   own FILE     GET  /v1/tokens/:id, the first account of FILE, with the grant token of BENCH_GRANT_TOKEN
--   resolve FILE POST /v1/tokens/resolve, the subject of a random account of FILE per request
--   mixed FILE   of 20 requests 16 as tokens, 3 as resolve, 1 as link-code
--
-- FILE has a line "ACCOUNT_ID SUBJECT" for each account. The client key is read from BENCH_CLIENT_KEY, so that no list
-- of processes shows it. The last line printed is for
-- bench.sh: "result REQUESTS SECONDS P50_MS P99_MS REFUSED BROKEN REPEATED".

local threads = {}

function setup(thread)
    thread:set("number", #threads)
    threads[#threads + 1] = thread
    thread:set("count", tonumber(os.getenv("BENCH_THREADS") or "1"))
end

-- Requests of this thread that had been sent before. Global, for done() to read.
repeated = 0

local function bearer(secret)
    return { ["Authorization"] = "Bearer " .. secret }
end

-- The lines of a file: all, or every count-th beginning with this thread's.
local function linesOf(name, all)
    local lines = {}
    local row = 0
    for line in io.lines(name) do
        if all or row % count == number then
            lines[#lines + 1] = line
        end
        row = row + 1
    end
    return lines
end

local function inTurn(lines, make)
    local at = 0
    return function()
        if at >= #lines then
            repeated = repeated + 1
        end
        at = at + 1
        return make(lines[(at - 1) % #lines + 1])
    end
end

local makers = {}

function makers.healthz()
    local same = wrk.format("GET", "/v1/healthz")
    return function()
        return same
    end
end

makers["link-code"] = function(key)
    local headers = bearer(key)
    headers["Content-Type"] = "application/json"
    local sent = 0
    return function()
        sent = sent + 1
        local subject = string.format("user-%d-%d@example.com", number, sent)
        return wrk.format("POST", "/v1/link-code", headers, '{"provider":"jira","subject":"' .. subject .. '"}')
    end
end

function makers.poll(_, name)
    return inTurn(linesOf(name), function(line)
        local code, secret = line:match("(%S+) (%S+)")
        return wrk.format("GET", "/v1/poll/" .. code, bearer(secret))
    end)
end

function makers.walk(key, name)
    local headers = bearer(key)
    return inTurn(linesOf(name), function(line)
        return wrk.format("GET", "/v1/tokens/" .. line:match("%S+"), headers)
    end)
end

local function accountsOf(name)
    local accounts = {}
    for row, line in ipairs(linesOf(name, true)) do
        local id, subject = line:match("(%S+) (%S+)")
        accounts[row] = { id = id, subject = subject }
    end
    math.randomseed(4711 + number)
    return accounts
end

function makers.tokens(key, name)
    local accounts = accountsOf(name)
    local headers = bearer(key)
    return function()
        return wrk.format("GET", "/v1/tokens/" .. accounts[math.random(#accounts)].id, headers)
    end
end

function makers.own(_, name)
    local same = wrk.format("GET", "/v1/tokens/" .. accountsOf(name)[1].id, bearer(os.getenv("BENCH_GRANT_TOKEN")))
    return function()
        return same
    end
end

function makers.resolve(key, name)
    local accounts = accountsOf(name)
    local headers = bearer(key)
    headers["Content-Type"] = "application/json"
    return function()
        local subject = accounts[math.random(#accounts)].subject
        return wrk.format("POST", "/v1/tokens/resolve", headers, '{"provider":"jira","subject":"' .. subject .. '"}')
    end
end

function makers.mixed(key, name)
    local tokens = makers.tokens(key, name)
    local resolve = makers.resolve(key, name)
    local links = makers["link-code"](key)
    local sent = 0
    return function()
        sent = sent + 1
        local place = sent % 20
        return place == 0 and links() or place % 6 == 0 and resolve() or tokens()
    end
end

function init(arguments)
    request = makers[arguments[1]](os.getenv("BENCH_CLIENT_KEY"), arguments[2])
end

function done(summary, latency)
    local errors = summary.errors
    local again = 0
    for _, thread in ipairs(threads) do
        again = again + thread:get("repeated")
    end
    print(string.format("result %d %.3f %.3f %.3f %d %d %d", summary.requests, summary.duration / 1e6,
        latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout, again))
end
