// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/base/RateLimiter.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

namespace central_oauth::base {

RateLimiter::RateLimiter(const Clock& clock, std::size_t capacity) : _clock(clock), _capacity(capacity) {}

std::optional<std::chrono::seconds> RateLimiter::take(const std::string& key, const BucketRate& rate) {
    const std::lock_guard hold(_mutex);
    auto& bucket = bucketOf(key, rate);
    const auto now = _clock.now();
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

RateLimiter::Bucket& RateLimiter::bucketOf(const std::string& key, const BucketRate& rate) {
    const auto found = _buckets.find(key);
    if (found != _buckets.end())
        return found->second;
    if (_buckets.size() >= _capacity)
        forgetOne();
    auto& fresh = _buckets[key];
    fresh.tokens = rate.burst;
    fresh.filledAt = _clock.now();
    _keys.push_back(key);
    return fresh;
}

void RateLimiter::forgetOne() {
    // The choice need not be secret; an attacker must not control it.
    static thread_local std::minstd_rand generator{std::random_device{}()};
    const auto victim = std::uniform_int_distribution<std::size_t>(0, _keys.size() - 1)(generator);
    std::swap(_keys[victim], _keys.back());
    _buckets.erase(_keys.back());
    _keys.pop_back();
}

} // namespace central_oauth::base
