// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/FailureLimiter.h"

#include "central_oauth/base/Error.h"

#include <cstddef>

namespace central_oauth::services {

namespace {

constexpr std::size_t sources = 65'536;
constexpr BucketRate failures{60, 30};

// One household or host has a whole /64: single IPv6 addresses are free for whoever has one.
std::string sourceOf(const std::string& address) {
    if (address.find(':') == std::string::npos)
        return address;
    std::size_t groups = 0;
    for (std::size_t i = 0; i < address.size(); ++i) {
        if (address[i] != ':')
            continue;
        if (i + 1 < address.size() && address[i + 1] == ':')
            return address.substr(0, i); // the rest of the /64 is zeroes
        if (++groups == 4)
            return address.substr(0, i);
    }
    return address;
}

} // namespace

FailureLimiter::FailureLimiter(const base::Clock& clock) : _buckets(clock, sources) {}

void FailureLimiter::count(const std::string& address) {
    if (const auto wait = _buckets.take(sourceOf(address), failures)) {
        throw base::Error(base::ErrorCode::tooManyRequests, "Too many failed attempts from this address.")
            .withRetryAfter(*wait);
    }
}

} // namespace central_oauth::services
