// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/RateLimiter.h"

#include <algorithm>
#include <cmath>

namespace central_oauth::base {

RateLimiter::RateLimiter(const Clock& clock, std::size_t capacity) : _clock(clock), _buckets(capacity) {}

std::optional<std::chrono::seconds> RateLimiter::take(const std::string& key, const BucketRate& rate) {
    const std::lock_guard hold(_mutex);
    const auto now = _clock.now();
    auto* const known = _buckets.find(key);
    auto& bucket = known != nullptr ? *known : _buckets.add(key, {rate.burst, now});
    const double passed = std::chrono::duration<double>(now - bucket.filledAt).count();
    // A clock that was set back must not empty a bucket.
    if (passed > 0)
        bucket.tokens = std::min(rate.burst, bucket.tokens + passed * rate.perMinute / 60.0);
    bucket.filledAt = now;
    if (bucket.tokens >= 1.0) {
        bucket.tokens -= 1.0;
        return std::nullopt;
    }
    const double wait = (1.0 - bucket.tokens) * 60.0 / rate.perMinute;
    return std::chrono::seconds(std::max(1L, std::lround(std::ceil(wait))));
}

} // namespace central_oauth::base
