// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/ClientLimits.h"

#include <algorithm>
#include <cstddef>

namespace central_oauth::services {

namespace {

constexpr std::size_t limitedCallers = 65'536;

// A grant token's key id can't be a client's id: that begins with cli_ and is longer.
void count(TokenBuckets& buckets, const Caller& caller, int ofClient, int ofHolder, const std::string& hint) {
    const double perMinute = caller.isHolder() ? std::min(ofClient, ofHolder) : ofClient;
    const auto& key = caller.isHolder() ? caller.keyId : caller.client.id.value();
    if (const auto wait = buckets.take(key, {perMinute, perMinute}))
        throw base::Error(base::ErrorCode::tooManyRequests, hint).withRetryAfter(*wait);
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
