// SPDX-License-Identifier: Apache-2.0
// Counts of the simulator's requests and answers, for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

namespace central_oauth::simulator {

/// Requests of one kind. `successes` counts requests that the rules granted, whether or not a fault then lost
/// the answer; `faulted` counts requests that a fault touched.
struct Tally {
    std::uint64_t requests = 0;
    std::uint64_t successes = 0;
    std::uint64_t faulted = 0;
    std::uint64_t inFlight = 0;
    std::uint64_t maxInFlight = 0;

    void begin() {
        ++requests;
        maxInFlight = std::max(maxInFlight, ++inFlight);
    }
    void end() {
        // A reset may have set the count to 0 meanwhile.
        if (inFlight > 0)
            --inFlight;
    }
};

/// All tallies. Not thread-safe: the server's mutex guards them.
struct Counters {
    std::map<std::string, Tally> routes;     ///< by route name
    std::map<std::string, Tally> grantTypes; ///< of the token route
    std::map<std::string, std::uint64_t> paths;
    std::map<std::string, std::uint64_t> refusals; ///< by true cause
    std::uint64_t faultsApplied = 0;
};

} // namespace central_oauth::simulator
