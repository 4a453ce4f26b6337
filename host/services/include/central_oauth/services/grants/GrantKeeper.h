// SPDX-License-Identifier: Apache-2.0
// Grants without a reader.
#pragma once

#include "central_oauth/services/UseNotes.h"
#include "central_oauth/services/grants/KeepingPolicy.h"
#include "central_oauth/services/grants/RefreshQueue.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Does what is due about grants that nobody has asked for (domain::keepGrant): refreshes those in use before
/// a reader has to wait for it, keeps idle ones alive, ends those that are too old after warnings in the log,
/// and erases the tokens of dead ones. An account costs nothing until its check is due.
///
/// Looks at every grant anew, in batches, when the rules differ from those by which the checks were
/// scheduled, and when the clock was ahead.
///
/// At most eight refreshes run for it at a time, six of one provider, so that readers find threads of the
/// queue free, and a provider that hangs does not hold up the others.
/// The parts outlive it.
///
/// Not thread-safe, but for `stop`.
class GrantKeeper {
public:
    struct Parts {
        domain::Store& store;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        RefreshQueue& refreshes;
        const UseNotes& uses; ///< of accounts
        KeepingPolicy keeping{};
        /// Whether the wall clock is trusted. Asked before each batch: a wrong clock ends no grant.
        std::function<bool()> isClockTrusted{};
    };

    explicit GrantKeeper(const Parts& parts);

    /// Does all that is due, and returns when its refreshes have ended, or at `stop`. Errors:
    /// base::Error(storeUnavailable); what was done stays done.
    void run();

    /// Makes `run` return soon, now and later. Thread-safe.
    void stop() noexcept;

private:
    /// Counts refreshes under way; their callbacks may outlive the keeper.
    class Slots;
    struct Totals {
        std::size_t checked = 0;
        std::size_t refreshes = 0;
        std::size_t ended = 0;
        std::size_t erased = 0;
    };

    [[nodiscard]] bool mayAct();
    [[nodiscard]] bool hasLookedAnew();
    [[nodiscard]] std::string rulesText() const;
    [[nodiscard]] std::vector<domain::KeptGrant> nextBatch();
    void act(const domain::KeptGrant& kept, Totals& totals);
    void refresh(const domain::Account& account);

    Parts _parts;
    logging::Channel _log;
    std::shared_ptr<Slots> _slots;
    bool _mustCompare = true;    ///< the rules and the clock with those of the last look
    bool _wasClockWrong = false; ///< since the last look
    base::Timestamp _lookedAt{};
};

} // namespace central_oauth::services
