// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RequestLimits.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/base/Host.h"

#include <algorithm>
#include <cstddef>

namespace central_oauth::services {

namespace {

constexpr std::size_t limitedCallers = 65'536; // limits the sources, too

void take(base::RateLimiter& buckets, const std::string& key, int limit, const std::string& hint) {
    const double perMinute = limit;
    if (const auto wait = buckets.take(key, {perMinute, perMinute}))
        throw base::Error(base::ErrorCode::tooManyRequests, hint).withRetryAfter(*wait);
}

// Counts in the holder's own bucket first, so that one holder alone can't use up the bucket of all holders.
void count(base::RateLimiter& buckets, const Caller& caller, int ofClient, int ofHolder,
           const std::string& hint) {
    const auto& client = caller.client.id.value();
    if (!caller.isHolder())
        return take(buckets, client, ofClient, hint);
    // An id contains no NUL.
    take(buckets, client + '\0' + caller.keyId, std::min(ofClient, ofHolder), hint);
    take(buckets, client + '\0', ofClient, "The grant tokens of this client together: " + hint);
}

} // namespace

RequestLimits::RequestLimits(const base::Clock& clock)
    : _writes(clock, limitedCallers), _checks(clock, limitedCallers), _failures(clock, limitedCallers) {}

void RequestLimits::countWrite(const Caller& caller) {
    count(_writes, caller, caller.client.writesPerMinute, holderWritesPerMinute,
          "This credential changes more within a minute than it may; spread it out.");
}

void RequestLimits::countCheck(const Caller& caller) {
    count(
        _checks, caller, caller.client.checksPerMinute, holderChecksPerMinute,
        "This credential makes the service ask upstream too often: reports, min_ttl above the usual margin, "
        "and revocations. Spread them out.");
}

void RequestLimits::countFailure(const std::string& address) {
    constexpr base::BucketRate failures{60, 30};
    if (const auto wait = _failures.take(base::networkOf(address), failures))
        throw base::Error(base::ErrorCode::tooManyRequests, "Too many failed attempts from this address.")
            .withRetryAfter(*wait);
}

} // namespace central_oauth::services
