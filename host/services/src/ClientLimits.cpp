// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientLimits.h"

#include <algorithm>
#include <cstddef>

namespace central_oauth::services {

namespace {

constexpr std::size_t limitedCallers = 65'536;

void take(RateLimiter& buckets, const std::string& key, int limit, const std::string& hint) {
    const double perMinute = limit;
    if (const auto wait = buckets.take(key, {perMinute, perMinute}))
        throw base::Error(base::ErrorCode::tooManyRequests, hint).withRetryAfter(*wait);
}

// The holder's own bucket comes first, so that one holder alone can't use up that of all.
void count(RateLimiter& buckets, const Caller& caller, int ofClient, int ofHolder, const std::string& hint) {
    const auto& client = caller.client.id.value();
    if (!caller.isHolder())
        return take(buckets, client, ofClient, hint);
    // A NUL can't be in an id.
    take(buckets, client + '\0' + caller.keyId, std::min(ofClient, ofHolder), hint);
    take(buckets, client + '\0', ofClient, "The grant tokens of this client together: " + hint);
}

} // namespace

ClientLimits::ClientLimits(const base::Clock& clock)
    : _writes(clock, limitedCallers), _checks(clock, limitedCallers) {}

void ClientLimits::countWrite(const Caller& caller) {
    count(_writes, caller, caller.client.writesPerMinute, holderWritesPerMinute,
          "This credential changes more within a minute than it may; spread it out.");
}

void ClientLimits::countCheck(const Caller& caller) {
    count(
        _checks, caller, caller.client.checksPerMinute, holderChecksPerMinute,
        "This credential makes the service ask upstream too often: reports, min_ttl above the usual margin, "
        "and revocations. Spread them out.");
}

} // namespace central_oauth::services
