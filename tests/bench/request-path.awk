# SPDX-License-Identifier: Apache-2.0
# Assigns the samples of a profile to the steps of a token read:
# perf script -F ip,sym | awk -v per_request=VALUE -f request-path.awk
#
# A sample belongs to the step of its innermost frame that one of the patterns matches. Prints each step's share, and
# that share of VALUE, which is what a request costs in all: microseconds, or allocations.

function step_of(frame, i) {
    for (i = 1; i <= patterns; ++i)
        if (index(frame, pattern[i]))
            return i
    return 0
}

function add(name, text) {
    pattern[++patterns] = text
    step[patterns] = name
}

BEGIN {
    add("wait for requests (reactor)", "Reactor::")
    add("send the answer", "Connection::send")
    add("open the access token (HKDF, AES-GCM)", "openAccessToken")
    add("check the rows' codes (HMAC)", "HmacKey::")
    add("SQLite: snapshot and two rows", "Query::step")
    add("SQLite: snapshot and two rows", "Query::~Query")
    add("columns to records", "findRow")
    add("account and grant rules", "AccountTokens::")
    add("authenticate the client key", "RequestAuthenticator::")
    add("write the payload", "tokenPayload")
    add("write the payload", "TokenEndpoints::")
    add("draw the request's id", "randomId")
    add("log the request", "Logger::log")
    add("log the request", "LogQueue::")
    add("store the uses every 5 seconds", "UseNotes::flush")
    add("route, headers of the answer", "Dispatcher::")
    add("read and check the head", "Connection::")
    add("hand the connection on", "Worker")
}

/^[^ \t]/ { next } # the process

NF {
    if (!found)
        found = step_of($0)
    any = 1
    next
}

any {
    name = found ? step[found] : "the rest"
    if (!(name in samples))
        order[++names] = name
    ++samples[name]
    ++all
    found = any = 0
}

END {
    for (i = 1; i <= names; ++i)
        for (j = i + 1; j <= names; ++j)
            if (samples[order[j]] > samples[order[i]]) {
                swap = order[i]
                order[i] = order[j]
                order[j] = swap
            }
    for (i = 1; i <= names; ++i)
        printf "%-42s %5.1f %%  %6.1f\n", order[i], 100 * samples[order[i]] / all, per_request * samples[order[i]] / all
}
