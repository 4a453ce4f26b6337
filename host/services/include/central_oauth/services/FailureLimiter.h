// SPDX-License-Identifier: Apache-2.0
// Failed attempts per source address; never per code, account or client, so that nobody locks another out.
#pragma once

#include "central_oauth/services/RateLimiter.h"

#include <string>

namespace central_oauth::services {

/// Counts failures of unproven requests: 30 a minute, burst 60, per IPv4 address or IPv6 /64, at most 65,536
/// sources. A correct credential is never asked here. Threads: any.
class FailureLimiter {
public:
    explicit FailureLimiter(const base::Clock& clock);

    /// Counts one failure. Throws: Error(tooManyRequests) with the time to wait once the source has used up
    /// its burst; otherwise the caller reports the failure itself.
    void count(const std::string& address);

private:
    RateLimiter _buckets;
};

} // namespace central_oauth::services
