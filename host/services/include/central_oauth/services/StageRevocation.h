// SPDX-License-Identifier: Apache-2.0
// Asks upstream, in the background, to end grants that were staged and never delivered.
#pragma once

#include "central_oauth/logging/Logger.h"
#include "central_oauth/services/LinkNews.h"
#include "central_oauth/services/UpstreamRevocation.h"
#include "central_oauth/store/DroppedStageRepository.h"

#include <atomic>

namespace central_oauth::services {

/// Revokes dropped stages under the rule of a removed account: only where the operator wants it, and never
/// what another account rests on. Each stage is asked for once. One that meets a full house or the end of
/// the service is kept for the next round or the next start.
///
/// All it uses outlives it. Thread-safe.
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

    /// Adds a grant that is refused before it was staged. Logs what fails, throws nothing.
    void add(const store::Link& link, const store::StagedGrant& grant) noexcept;

    /// Handles at most `mostAtOnce` dropped stages, one upstream call after the other. Throws:
    /// base::Error(storeUnavailable).
    void run();

    /// Makes a running round end after its present call; later rounds do nothing.
    void stop() noexcept { _isStopping = true; }

    static constexpr int mostAtOnce = 100;

private:
    [[nodiscard]] bool settle(const store::DroppedStage& stage);

    Parts _parts;
    logging::Channel _log;
    std::atomic<bool> _isStopping{false};
};

} // namespace central_oauth::services
