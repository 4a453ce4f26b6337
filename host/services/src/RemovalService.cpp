// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RemovalService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/AccountService.h"
#include "central_oauth/services/LogFields.h"

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

RemovalService::RemovalService(const Parts& parts)
    : _parts(parts), _audit(parts.audit, parts.clock), _log(parts.logger.channel("central_oauth.removal")) {}

UpstreamOutcome RemovalService::remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                                       const Source& source) {
    caller.require("revoke");
    if (_parts.revocation.mayAsk(choice))
        _parts.limits.countCheck(caller);
    // Not the whole account: a damaged row must not keep it alive.
    const auto identity = _parts.accounts.findIdentity(caller.client.id, id);
    if (!identity)
        throw Error(ErrorCode::notFound);
    noteInLog(*identity);
    if (!caller.reaches(*identity))
        throw Error(ErrorCode::notFound);
    const StageRevocation::Claim claim(_parts.dropped, store::droppedUnder(*identity));
    const auto removed = _parts.accounts.remove(caller.client.id, id, base::nowOf(_parts.clock),
                                                _parts.revocation.revocationFor(identity->provider, choice));
    if (!removed) // by somebody else, a moment ago
        throw Error(ErrorCode::notFound);
    for (const auto& link : removed->endedLinks)
        _parts.news.finished(link);
    // It is gone: whatever fails from here on is no failure of the removal.
    recordIfPossible(caller, id, "account.removed", "ok", source);
    const auto& account = removed->account;
    const auto outcome = claim.revoke(
        {account.provider, account.identity.upstreamId, removed->refreshToken, removed->droppedUnder}, choice,
        source);
    if (outcome != UpstreamOutcome::skipped)
        recordIfPossible(caller, id, "account.upstream_revocation", nameOf(outcome), source);
    return outcome;
}

void RemovalService::recordIfPossible(const Caller& caller, const base::AccountId& id,
                                      const std::string& action, std::string_view outcome,
                                      const Source& source) {
    try {
        _audit.record(caller, id, action, outcome, source);
    } catch (const Error& failure) {
        // The log has the entry all the same (store::AuditLog).
        _log.error("audit entry not stored", {{"account", id.value()}, {"detail", failure.what()}});
    }
}

} // namespace central_oauth::services
