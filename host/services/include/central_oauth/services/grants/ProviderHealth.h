// SPDX-License-Identifier: Apache-2.0
// What the outcomes of refreshes say about a provider, not about one grant.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/logging/Logger.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// Holds refreshes back while their provider is in trouble.
///
/// A circuit breaker: after five failures in a row no new refresh begins, except one probe after a pause that
/// doubles from 2 to 30 seconds. A token that may be spent already is sent again all the same, because its
/// leeway does not wait.
///
/// A guard against mass failure: an upstream with an incident of its own may call living grants dead. When
/// five or more grants of a provider die within ten minutes, and more than a fifth of those tried, they are
/// suspended instead of dead, and nothing but two probes a minute is sent: a suspended grant, which may be
/// alive again, and one that was not tried yet, because the suspended ones may really be dead. The first
/// grant that upstream refreshes ends the trouble; the suspended ones are then tried once more, ten a second
/// at most.
///
/// Counts in memory; the cost of a call does not depend on the number of grants.
/// The clock must outlive it. Thread-safe.
class ProviderHealth {
public:
    /// Why a refresh token is sent.
    enum class Sending {
        first,     ///< it was not sent before
        again,     ///< its answer is unknown
        suspended, ///< upstream called its grant dead, along with many others
    };
    struct Refusal {
        base::Error failure;
        std::chrono::milliseconds again; ///< until it may be tried again
    };
    /// The verdict on a grant that upstream calls dead.
    struct Death {
        bool isSuspended = false;              ///< it may be alive
        std::vector<base::AccountId> others{}; ///< that died before in the same trouble
    };

    ProviderHealth(const base::Clock& clock, logging::Channel log) : _clock(clock), _log(std::move(log)) {}

    /// Returns why the token is not to be sent now; nullopt if it may be sent.
    [[nodiscard]] std::optional<Refusal> admit(const std::string& provider, Sending sending);

    /// Upstream has refreshed a grant.
    void noteAlive(const std::string& provider);

    /// Upstream has given no verdict on the grant.
    void noteFailure(const std::string& provider, const base::Error& failure);

    /// Upstream calls the grant dead.
    [[nodiscard]] Death noteDeath(const std::string& provider, const base::AccountId& account,
                                  Sending sending);

    /// Closes the breaker: what the provider's failures came from has been fixed.
    void forgetFailures(const std::string& provider);

private:
    using Time = std::chrono::steady_clock::time_point;
    struct Minute {
        std::int64_t number = -1;
        std::size_t tried = 0;
    };
    struct State {
        int failures = 0;                     ///< in a row
        std::optional<base::Error> failure{}; ///< the last one, while the breaker is open
        std::chrono::seconds pause{0};
        Time openUntil{};
        std::array<Minute, 10> minutes{};
        std::deque<std::pair<Time, base::AccountId>> deaths{};
        bool isKnown = false; ///< there was a verdict on a grant since the start
        bool isTroubled = false;
        Time nextProbe{};      ///< of a suspended grant
        Time nextFirstProbe{}; ///< of another one
        Time nextRetry{};      ///< of a suspended grant, once the trouble is over
    };

    [[nodiscard]] std::optional<Refusal> admitPastBreaker(State& state, Time now) const;
    [[nodiscard]] std::optional<Refusal> admitInTrouble(State& state, Sending sending, Time now) const;
    static void noteTried(State& state, Time now);
    [[nodiscard]] static bool isMassFailure(State& state, Time now);

    const base::Clock& _clock;
    const logging::Channel _log;
    std::mutex _mutex; ///< guards _states
    std::map<std::string, State> _states;
};

} // namespace central_oauth::services
