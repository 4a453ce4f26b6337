// SPDX-License-Identifier: Apache-2.0
// Asks upstream to end grants that nobody keeps: at once where a caller waits, else in the background.
#pragma once

#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/UpstreamRevocation.h"
#include "central_oauth/store/DroppedStageRepository.h"

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>

namespace central_oauth::services {

/// Revokes dropped stages under the rule of a removed account: only where operator or caller want it, and
/// never what another account rests on. A stage that meets a full house or the end of the service is kept for
/// the next round or the next start. A stage whose provider is not configured waits until it is; the log has
/// one warning for each by each process.
///
/// Each stage is asked for at least once, and once by each process: its row goes after upstream was asked, so
/// only a process that ends between the two makes the next one ask again. Upstream is not asked while the
/// store is known to fail writes, and what was asked is remembered until its row is gone.
///
/// All it uses outlives it. Thread-safe; one thread at a time calls run.
class StageRevocation {
public:
    struct Parts {
        store::DroppedStageRepository& stages;
        const UpstreamRevocation& revocation;
        const LinkNews& news;
        logging::Logger& logger;
    };

    explicit StageRevocation(const Parts& parts)
        : _parts(parts), _log(parts.logger.channel("central_oauth.stages")) {}

    /// Whether a dropped stage of this provider is revoked upstream at all.
    [[nodiscard]] bool isWanted(const ConfiguredProvider& provider) const {
        return _parts.revocation.isWanted(provider);
    }

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

        /// Asks at once, and removes the dropped stage. Leaves it to the background (queued) where upstream
        /// can't be asked now, or the grant was dropped under another link than the claimed one. Throws
        /// nothing. Requires: the claim was made before the grant was dropped.
        [[nodiscard]] UpstreamOutcome revoke(const GivenUpGrant& grant, UpstreamChoice choice,
                                             const Source& source) const;

    private:
        StageRevocation& _owner;
        const base::LinkId _link;
    };

    /// Handles at most `mostAtOnce` dropped stages, one upstream call after the other. Throws:
    /// base::Error(storeUnavailable).
    void run();

    /// Makes a running round end after its present call; later rounds do nothing.
    void stop() noexcept { _isStopping = true; }

    static constexpr int mostAtOnce = 100;

private:
    struct Asked {
        UpstreamOutcome outcome;
        bool isAudited;
    };

    [[nodiscard]] bool settle(const domain::DroppedStage& stage);
    void reportWaiting(const domain::DroppedStage& stage);
    [[nodiscard]] std::optional<Asked> askOnce(const domain::DroppedStage& stage);
    [[nodiscard]] bool isClaimed(const base::LinkId& link) const;
    void remember(const base::LinkId& link, const Asked& asked);

    Parts _parts;
    logging::Channel _log;
    std::atomic<bool> _isStopping{false};
    mutable std::mutex _mutex; ///< guards the two below
    std::multiset<base::LinkId> _claims;
    std::map<base::LinkId, Asked> _asked; ///< whose row is still there
    std::set<base::LinkId> _waiting;      ///< reported already; of the thread that calls run
};

} // namespace central_oauth::services
