// SPDX-License-Identifier: Apache-2.0
// Limits per minute of the requests of one client, and of the unproven requests of one address.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/RateLimiter.h"
#include "central_oauth/domain/Client.h"
#include "central_oauth/services/Caller.h"

#include <string>

namespace central_oauth::services {

/// Limits of a client (domain::Client::writesPerMinute, checksPerMinute). Call before anything is looked up.
/// The holders of a client's grant tokens share limits of that size, apart from those of the client's keys,
/// so that the holders can't use up their client's. Each holder also has a limit of its own.
///
/// Failures are limited by source address, never by code, account or client, so that nobody locks another
/// out: 30 a minute, burst 60, per IPv4 address or IPv6 /64, at most 65,536 sources. The source of a correct
/// credential is never checked.
///
/// Costs no look into the store.
/// The clock outlives this object.
/// Thread-safe.
class RequestLimits {
public:
    static constexpr int holderWritesPerMinute = 60;
    static constexpr int holderChecksPerMinute = 30;

    explicit RequestLimits(const base::Clock& clock);

    /// Counts a request that changes something. Throws: Error(tooManyRequests).
    void countWrite(const Caller& caller);

    /// Counts a request that makes the service ask upstream. Throws: Error(tooManyRequests).
    void countCheck(const Caller& caller);

    /// Counts a request that did not prove itself. Throws: Error(tooManyRequests) once the address has used
    /// up its burst. Otherwise the calling code reports the failure itself.
    void countFailure(const std::string& address);

private:
    base::RateLimiter _writes;
    base::RateLimiter _checks;
    base::RateLimiter _failures;
};

} // namespace central_oauth::services
