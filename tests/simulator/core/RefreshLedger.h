// SPDX-License-Identifier: Apache-2.0
// The refresh calls of each token family: what arrived, what the rules did, what was answered.
#pragma once

#include "core/Model.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace central_oauth::simulator {

/// The bytes of an answer, and how many of them were sent.
struct AnswerBytes {
    std::size_t head = 0;
    std::size_t total = 0;
    std::size_t sent = 0;

    [[nodiscard]] bool whole() const noexcept { return total != 0 && sent == total; }
};

/// One request of the grant refresh_token.
struct RefreshCall {
    Time at; ///< on the virtual clock
    Time ended;
    std::chrono::milliseconds steady{0}; ///< from the start of the simulator to the arrival, real time
    std::string outcome = "pending";     ///< "granted", a reason of a refusal, or "unprocessed"
    AnswerBytes answer;
    bool hasEnded = false;
    bool answered = false;  ///< an answer was sent in full
    bool delivered = false; ///< the granted pair was sent in full and unaltered
};

/// The refresh calls of one family.
struct FamilyRefreshes {
    std::uint64_t received = 0;
    std::uint64_t processed = 0; ///< granted
    std::uint64_t refused = 0;   ///< by the rules
    std::uint64_t answered = 0;
    std::uint64_t delivered = 0;
    std::uint64_t inFlight = 0;
    std::uint64_t maxInFlight = 0;
    std::vector<RefreshCall> calls;
};

/// Names one call of a ledger.
struct RefreshTicket {
    std::string family;
    std::size_t index = 0;
    std::uint64_t generation = 0;
};

/// Records refresh calls by family; the family "" has the calls with an unknown token.
///
/// Not thread-safe: the server's mutex guards it.
class RefreshLedger {
public:
    [[nodiscard]] RefreshTicket begin(const std::string& family, Time now);

    /// Records what the rules did: an empty reason means that they granted a new pair.
    void process(const RefreshTicket& ticket, const std::string& refusal);

    /// Ends a call. `unaltered` says that a granted pair was sent as the rules made it.
    void end(const RefreshTicket& ticket, Time now, const AnswerBytes& answer, bool unaltered);

    /// Takes back that the call was answered: its last bytes could not be written.
    void retract(const RefreshTicket& ticket);

    /// Forgets all calls. Calls in progress are no longer counted.
    void reset();

    [[nodiscard]] const std::map<std::string, FamilyRefreshes>& families() const noexcept {
        return _families;
    }

private:
    /// Returns null if the ledger was reset since.
    [[nodiscard]] FamilyRefreshes* find(const RefreshTicket& ticket);

    std::map<std::string, FamilyRefreshes> _families;
    std::uint64_t _generation = 0;
    std::chrono::steady_clock::time_point _start = std::chrono::steady_clock::now();
};

} // namespace central_oauth::simulator
