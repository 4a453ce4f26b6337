// SPDX-License-Identifier: Apache-2.0
// Asks upstream to end grants that nobody keeps: at once where a caller waits, else in the background.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/ProviderCatalog.h"
#include "central_oauth/services/UpstreamLimiter.h"

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace central_oauth::services {

/// Whether giving up a grant also revokes it upstream.
enum class UpstreamChoice {
    automatic, ///< as the operator has set it (provider::Properties::revokesUpstream)
    always,    ///< regardless of the operator's setting
    never,
};

/// Returns the choice of that name on the wire (auto, always, never), or nullopt for another name.
[[nodiscard]] std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept;

/// The outcome upstream of a grant that was given up.
enum class UpstreamOutcome {
    revoked,       ///< upstream promises that the grant is dead
    attempted,     ///< upstream was asked, and promised nothing or did not answer
    queued,        ///< upstream is asked later, in the background
    unsupported,   ///< the provider can't revoke, or is not configured
    keptForOthers, ///< another account rests on the same person and app; upstream might end both
    skipped,       ///< not wanted, or nothing left to revoke with
};

/// Returns the outcome's name on the wire, such as "kept_for_others".
[[nodiscard]] std::string_view nameOf(UpstreamOutcome outcome) noexcept;

/// Revokes dropped stages: only where operator or caller want it, and never a stage whose grant another
/// account rests on. A stage is kept for the next round while enough callers wait for upstream, and for the
/// next start when the service stops. A stage whose provider is not configured waits until it is; each
/// process logs one warning for each such stage.
///
/// Upstream is asked at least once for each stage, and once by each process. The stage's row is removed after
/// upstream was asked, in one commit with the audit entry of the outcome, so the next process asks again only
/// if this one ends between the two. Upstream is not asked while the store is known to fail writes, and each
/// answered stage is remembered until its row is gone.
///
/// The parts outlive this object.
/// Thread-safe.
/// Call `run` from one thread at a time.
/// One upstream call takes ten seconds and the plugin's grace at most.
class StageRevocation {
public:
    struct Parts {
        domain::Store& store;
        const domain::Sealer& sealer;
        const ProviderCatalog& providers;
        const base::Clock& clock;
        logging::Logger& logger;
        UpstreamLimiter& upstream; ///< shared with the other services that wait for upstream
    };

    explicit StageRevocation(const Parts& parts)
        : _parts(parts), _log(parts.logger.channel("central_oauth.revocation")) {}

    /// Returns whether UpstreamChoice::automatic asks this provider at all.
    [[nodiscard]] bool isWanted(const ConfiguredProvider& provider) const;

    /// Returns whether there is a provider that may be asked for this choice.
    [[nodiscard]] bool mayAsk(UpstreamChoice choice) const;

    /// Returns whether a grant of this provider is to be revoked for this choice, as the store keeps it.
    [[nodiscard]] domain::Revocation revocationFor(const std::string& provider, UpstreamChoice choice) const;

    /// Adds a grant that is refused before it was staged, if it is to be revoked. Logs failures, throws
    /// nothing.
    void giveUp(const domain::Link& link, const ConfiguredProvider& provider,
                const domain::StagedGrant& grant) noexcept;

    /// Keeps the background from the grant of a link as long as the claim lives: the claim's owner handles
    /// it.
    class Claim {
    public:
        Claim(StageRevocation& owner, const base::LinkId& link);
        ~Claim();
        Claim(const Claim&) = delete;
        Claim& operator=(const Claim&) = delete;

        /// A grant that is gone from link or account.
        struct GivenUp {
            std::string provider;
            base::LinkId stage; ///< the key of the dropped stage; empty if no stage was dropped
            UpstreamChoice choice = UpstreamChoice::automatic;
        };

        /// Asks upstream at once, and removes the dropped stage. Leaves the stage to the background (queued)
        /// if upstream can't be asked now, or if the dropped stage is not the one that the claim is for.
        /// Records `entry` with the time and the outcome, unless the outcome is `skipped`. Throws nothing.
        /// Requires: the claim was made before the grant was dropped.
        [[nodiscard]] UpstreamOutcome revoke(const GivenUp& grant, domain::AuditEntry entry) const;

    private:
        StageRevocation& _owner;
        const base::LinkId _link;
    };

    /// Handles at most `mostAtOnce` dropped stages, one upstream call after the other. Throws:
    /// base::Error(storeUnavailable).
    void run();

    /// Makes a running round end after its present call; later rounds do nothing.
    void stop() noexcept { _isStopping = true; }

    static constexpr std::size_t mostAtOnce = 100;

private:
    /// The audit entry to record of a stage that upstream was asked for; nullopt if there is none to record.
    using News = std::optional<domain::AuditEntry>;

    [[nodiscard]] std::vector<domain::Stage> droppedStages() const;
    [[nodiscard]] std::optional<domain::Stage> find(const base::LinkId& link) const;
    [[nodiscard]] bool settle(const domain::Stage& listed);
    [[nodiscard]] std::optional<News> askOnce(const domain::Stage& stage);
    [[nodiscard]] std::optional<UpstreamOutcome> revokeClaimed(const base::LinkId& link,
                                                               const std::string& requestId) const;
    [[nodiscard]] std::optional<UpstreamOutcome> tryRevoke(const domain::Stage& stage,
                                                           const std::string& requestId) const;
    [[nodiscard]] std::optional<UpstreamOutcome> revoke(const domain::Stage& stage,
                                                        const std::string& requestId) const;
    [[nodiscard]] std::optional<UpstreamOutcome> ask(const ConfiguredProvider& provider,
                                                     const provider::Secret& refreshToken,
                                                     const std::string& requestId) const;
    [[nodiscard]] std::optional<UpstreamOutcome> unasked(const std::string& provider,
                                                         UpstreamChoice choice) const;
    void finish(const base::LinkId& link, const News& news);
    void reportWaiting(const domain::Stage& stage);
    void reportKeptGrant(const std::string& provider, std::string_view why) const;

    Parts _parts;
    logging::Channel _log;
    std::atomic<bool> _isStopping{false};
    mutable std::mutex _mutex; ///< guards the two below
    std::multiset<base::LinkId> _claims;
    std::map<base::LinkId, News> _asked; ///< whose row is still there
    std::set<base::LinkId> _waiting;     ///< reported already; of the thread that calls run
};

} // namespace central_oauth::services
