// SPDX-License-Identifier: Apache-2.0
// How much one client may ask for within a minute.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/RateLimiter.h"

#include <string>

namespace central_oauth::services {

/// Limits of a client (domain::Client::writesPerMinute, checksPerMinute), to be asked before anything is
/// looked up. The holders of a client's grant tokens share those limits apart from its keys, so that they
/// can't use up their client's, and each has a limit of its own besides.
///
/// The clock outlives it. Thread-safe. Costs no database access.
class ClientLimits {
public:
    static constexpr int holderWritesPerMinute = 60;
    static constexpr int holderChecksPerMinute = 30;

    explicit ClientLimits(const base::Clock& clock);

    /// Counts a request that changes something. Throws: Error(tooManyRequests).
    void countWrite(const Caller& caller);

    /// Counts a request that makes the service ask upstream. Throws: Error(tooManyRequests).
    void countCheck(const Caller& caller);

private:
    RateLimiter _writes;
    RateLimiter _checks;
};

} // namespace central_oauth::services
