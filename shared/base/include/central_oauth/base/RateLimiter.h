// SPDX-License-Identifier: Apache-2.0
// Rate limits: one token bucket per key, in bounded memory.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/LotteryMap.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

namespace central_oauth::base {

/// The capacity of a bucket, and how fast it fills.
struct BucketRate {
    double burst = 1;
    double perMinute = 1;
};

/// Token buckets by key. At `capacity` keys it evicts a random one, so that no caller can choose which.
///
/// The clock must outlive it. Thread-safe; no call waits for a token.
class RateLimiter {
public:
    RateLimiter(const Clock& clock, std::size_t capacity);

    /// Takes one token and returns nullopt. If there is none, returns how long it takes until there is one,
    /// at least a second.
    [[nodiscard]] std::optional<std::chrono::seconds> take(const std::string& key, const BucketRate& rate);

private:
    struct Bucket {
        double tokens = 0;
        std::chrono::system_clock::time_point filledAt;
    };

    const Clock& _clock;
    std::mutex _mutex; ///< guards _buckets
    LotteryMap<std::string, Bucket> _buckets;
};

} // namespace central_oauth::base
