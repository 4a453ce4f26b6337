// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/StageRevocation.h"

#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"

#include <exception>
#include <string>

namespace central_oauth::services {

void StageRevocation::add(const store::Link& link, const store::StagedGrant& grant) noexcept {
    try {
        _parts.stages.add(link, grant);
    } catch (const std::exception& failure) {
        _log.warning("a refused grant is not revoked upstream: it could not be stored",
                     {{"detail", failure.what()}});
    }
}

void StageRevocation::run() {
    if (_isStopping)
        return;
    for (const auto& stage : _parts.stages.list(mostAtOnce)) {
        if (!settle(stage))
            return;
    }
}

// False: no further stage can be handled in this round.
bool StageRevocation::settle(const store::DroppedStage& stage) {
    if (_isStopping)
        return false;
    store::Link link;
    link.id = stage.link;
    link.client = stage.client;
    link.provider = stage.provider;
    // No request: what is logged from here on is about this link.
    const logging::RequestScope scope("");
    noteInLog(link);
    const auto outcome = _parts.revocation.tryRevoke({stage.provider, stage.upstreamId, stage.refreshToken},
                                                     UpstreamChoice::automatic, {});
    // A call that the end of the service cut off says nothing about upstream.
    if (!outcome || _isStopping)
        return false;
    (void)_parts.stages.remove(stage.link);
    if (*outcome == UpstreamOutcome::skipped || *outcome == UpstreamOutcome::unsupported)
        return true;
    _parts.news.recordAfterwards(link, "system", "link.upstream_revocation",
                                 std::string(upstreamOutcomeName(*outcome)), {});
    return true;
}

} // namespace central_oauth::services
