// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/StageRevocation.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/logging/RequestScope.h"
#include "central_oauth/services/LogFields.h"

#include <exception>
#include <string>

namespace central_oauth::services {

namespace {

domain::Link linkOf(const domain::DroppedStage& stage) {
    domain::Link link;
    link.id = stage.link;
    link.client = stage.client;
    link.provider = stage.provider;
    link.account = stage.account;
    return link;
}

} // namespace

void StageRevocation::giveUp(const domain::Link& link, const ConfiguredProvider& provider,
                             const domain::StagedGrant& grant) noexcept {
    if (grant.refreshToken.empty() || !isWanted(provider))
        return;
    try {
        const logging::RequestScope scope("");
        noteInLog(link);
        if (grant.identity.upstreamId.empty()) {
            _parts.revocation.reportKeptGrant(link.provider, ownerUnknown);
            return;
        }
        _parts.stages.add(link, grant);
    } catch (const std::exception& failure) {
        _parts.revocation.reportKeptGrant(link.provider,
                                          std::string("it could not be stored: ") + failure.what());
    }
}

StageRevocation::Claim::Claim(StageRevocation& owner, const base::LinkId& link) : _owner(owner), _link(link) {
    const std::scoped_lock lock(_owner._mutex);
    _owner._claims.insert(_link);
}

StageRevocation::Claim::~Claim() {
    const std::scoped_lock lock(_owner._mutex);
    _owner._claims.erase(_owner._claims.find(_link));
}

UpstreamOutcome StageRevocation::Claim::revoke(const GivenUpGrant& grant, UpstreamChoice choice,
                                               const Source& source) const {
    const bool isKept = !grant.droppedUnder.empty();
    // Under another link the background may ask at any time.
    if (isKept && (grant.droppedUnder != _link || !_owner._parts.revocation.isConfigured(grant.provider)))
        return UpstreamOutcome::queued;
    const auto outcome = _owner._parts.revocation.tryRevoke(grant, choice, source);
    // A call that the end of the service cut off says nothing about upstream.
    if (!outcome || (_owner._isStopping && *outcome == UpstreamOutcome::attempted))
        return UpstreamOutcome::queued;
    if (!isKept)
        return *outcome;
    try {
        (void)_owner._parts.stages.remove(_link);
    } catch (const base::Error&) {
        _owner.remember(_link, {*outcome, true}); // the next round removes it; the caller audits
    }
    return *outcome;
}

void StageRevocation::run() {
    if (_isStopping)
        return;
    for (const auto& stage : _parts.stages.list(_parts.revocation.providers(), mostAtOnce)) {
        if (!_parts.revocation.isConfigured(stage.provider))
            reportWaiting(stage);
        else if (!settle(stage))
            return;
    }
}

void StageRevocation::reportWaiting(const domain::DroppedStage& stage) {
    if (!_waiting.insert(stage.link).second)
        return;
    const logging::RequestScope scope("");
    noteInLog(linkOf(stage));
    _log.warning("a dropped grant waits for its provider",
                 {{"detail", "the provider is not configured, so that upstream can't be asked to revoke"},
                  {"action", "name the provider in CENTRAL_OAUTH_PROVIDERS again; the grant is then revoked "
                             "as its settings say, and stays sealed in the database until then"}});
}

// False: no further stage can be handled in this round.
bool StageRevocation::settle(const domain::DroppedStage& stage) {
    if (_isStopping)
        return false;
    // In this order: a claim ends after its owner has removed the row.
    if (isClaimed(stage.link) || !_parts.stages.contains(stage.link))
        return true;
    // No request: what is logged from here on is about this link.
    const logging::RequestScope scope("");
    noteInLog(linkOf(stage));
    const auto asked = askOnce(stage);
    if (!asked)
        return false;
    (void)_parts.stages.remove(stage.link);
    {
        const std::scoped_lock lock(_mutex);
        _asked.erase(stage.link);
    }
    // Most stages are dropped where nobody wants a revocation. An account's grant is here because it was
    // wanted.
    const bool isNews = asked->outcome != UpstreamOutcome::skipped || !stage.account.empty();
    if (isNews && !asked->isAudited)
        _parts.news.recordRevocation(stage, std::string(nameOf(asked->outcome)));
    return true;
}

// Nothing: it can't be asked now.
std::optional<StageRevocation::Asked> StageRevocation::askOnce(const domain::DroppedStage& stage) {
    {
        const std::scoped_lock lock(_mutex);
        const auto found = _asked.find(stage.link);
        if (found != _asked.end())
            return found->second;
    }
    _parts.stages.requireWritable();
    const auto choice =
        stage.revocation == domain::Revocation::always ? UpstreamChoice::always : UpstreamChoice::automatic;
    const auto outcome =
        _parts.revocation.tryRevoke({stage.provider, stage.upstreamId, stage.refreshToken}, choice, {});
    // A call that the end of the service cut off says nothing about upstream.
    if (!outcome || _isStopping)
        return std::nullopt;
    const Asked asked{*outcome, false};
    remember(stage.link, asked);
    return asked;
}

bool StageRevocation::isClaimed(const base::LinkId& link) const {
    const std::scoped_lock lock(_mutex);
    return _claims.contains(link);
}

void StageRevocation::remember(const base::LinkId& link, const Asked& asked) {
    const std::scoped_lock lock(_mutex);
    _asked.insert_or_assign(link, asked);
}

} // namespace central_oauth::services
