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
    always,    ///< whatever the operator has set
    never,
};

/// Returns the choice of that name on the wire (auto, always, never), or nullopt for another name.
[[nodiscard]] std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept;

/// What happened upstream when a grant was given up.
enum class UpstreamOutcome {
    revoked,       ///< upstream promises that the grant is dead
    attempted,     ///< it was asked, and promised nothing or did not answer
    queued,        ///< it is asked later, in the background
    unsupported,   ///< the provider can't revoke, or is not configured
    keptForOthers, ///< another account rests on the same person and app; upstream might end both
    skipped,       ///< not wanted, or nothing left to revoke with
};

/// The outcome's name on the wire, e.g. "kept_for_others".
[[nodiscard]] std::string_view nameOf(UpstreamOutcome outcome) noexcept;

/// Revokes dropped stages: only where operator or caller want it, and never one that another account rests
/// on. A stage is kept for the next round while enough callers wait for upstream, and for the next start when
/// the service stops. A stage whose provider is not configured waits until it is; the log has one warning for
/// each by each process.
///
/// Each stage is asked for at least once, and once by each process: its row goes after upstream was asked,
/// with the audit entry of what came of it, so only a process that ends between the two makes the next one
/// ask again. Upstream is not asked while the store is known to fail writes, and what was asked is remembered
/// until its row is gone.
///
/// All it uses outlives it. Thread-safe; one thread at a time calls run. One upstream call takes ten seconds
/// and the plugin's grace at most.
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

    /// Whether UpstreamChoice::automatic asks this provider at all.
    [[nodiscard]] bool isWanted(const ConfiguredProvider& provider) const;

    /// Whether there is a provider that may be asked for this choice.
    [[nodiscard]] bool mayAsk(UpstreamChoice choice) const;

    /// Whether a grant of this provider is to be revoked for this choice, as the store keeps it.
    [[nodiscard]] domain::Revocation revocationFor(const std::string& provider, UpstreamChoice choice) const;

    /// Adds a grant that is refused before it was staged, if it is to be revoked. Logs what fails, throws
    /// nothing.
    void giveUp(const domain::Link& link, const ConfiguredProvider& provider,
                const domain::StagedGrant& grant) noexcept;

    /// While it lives, the background leaves the grant of a link to the claim's owner.
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

        /// Asks at once, and removes the dropped stage. Leaves it to the background (queued) where upstream
        /// can't be asked now, or the dropped stage is not the one that the claim is for. Records
        /// `entry` with the time and the outcome, unless that is `skipped`. Throws nothing. Requires: the
        /// claim was made before the grant was dropped.
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
    /// The audit entry to record of a stage that upstream was asked for; nullopt: none.
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
