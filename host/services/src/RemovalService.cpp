// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/RemovalService.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/services/AccountService.h"
#include "central_oauth/services/ProviderErrors.h"

#include <chrono>

namespace central_oauth::services {

using base::Error;
using base::ErrorCode;

std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept {
    if (name == "auto")
        return UpstreamChoice::automatic;
    if (name == "always")
        return UpstreamChoice::always;
    if (name == "never")
        return UpstreamChoice::never;
    return std::nullopt;
}

std::string_view upstreamOutcomeName(UpstreamOutcome outcome) noexcept {
    switch (outcome) {
    case UpstreamOutcome::revoked:
        return "revoked";
    case UpstreamOutcome::attempted:
        return "attempted";
    case UpstreamOutcome::unsupported:
        return "unsupported";
    case UpstreamOutcome::keptForOthers:
        return "kept_for_others";
    case UpstreamOutcome::skipped:
        return "skipped";
    }
    return "skipped";
}

RemovalService::RemovalService(const Parts& parts)
    : _parts(parts), _audit(parts.audit, parts.clock), _log(parts.logger.channel("central_oauth.removal")) {}

UpstreamOutcome RemovalService::remove(const Caller& caller, const base::AccountId& id, UpstreamChoice choice,
                                       const Source& source) {
    caller.require("revoke");
    (void)getReached(_parts.accounts, caller, id);
    const auto removed = _parts.accounts.remove(caller.client.id, id, base::nowOf(_parts.clock));
    if (!removed) // by somebody else, a moment ago
        throw Error(ErrorCode::notFound);
    for (const auto& link : removed->endedLinks)
        _parts.news.finished(link);
    // It is gone: whatever fails from here on is no failure of the removal.
    recordIfPossible(caller, id, "account.removed", "ok", source);
    auto outcome = UpstreamOutcome::attempted;
    try {
        const auto reason = whyNot(*removed, choice);
        outcome = reason ? *reason : revoke(*removed, source);
    } catch (const Error& failure) {
        _log.warning("revocation not finished", {{"account", id.value()}, {"detail", failure.what()}});
    }
    if (outcome != UpstreamOutcome::skipped)
        recordIfPossible(caller, id, "account.upstream_revocation", upstreamOutcomeName(outcome), source);
    return outcome;
}

std::optional<UpstreamOutcome> RemovalService::whyNot(const store::RemovedAccount& removed,
                                                      UpstreamChoice choice) const {
    if (choice == UpstreamChoice::never)
        return UpstreamOutcome::skipped;
    const auto& account = removed.account;
    const auto* provider = _parts.providers.find(account.provider);
    if (provider == nullptr || extensionOf<provider::Revoker>(*provider->provider) == nullptr)
        return UpstreamOutcome::unsupported;
    if (choice == UpstreamChoice::automatic && !provider->properties.revokesUpstream)
        return UpstreamOutcome::skipped;
    const auto others = _parts.accounts.countOfPerson(_parts.providers.sharing(account.provider),
                                                      account.identity.upstreamId);
    if (others > 0)
        return UpstreamOutcome::keptForOthers;
    if (removed.refreshToken.empty())
        return UpstreamOutcome::skipped;
    return std::nullopt;
}

UpstreamOutcome RemovalService::revoke(const store::RemovedAccount& removed, const Source& source) {
    constexpr std::chrono::seconds patience{10};
    const auto& provider = *_parts.providers.find(removed.account.provider);
    const auto place = _parts.upstream.tryEnter();
    if (!place) {
        _log.warning("revocation left out: enough callers wait for upstream",
                     {{"account", removed.account.id.value()}});
        return UpstreamOutcome::attempted;
    }
    try {
        const auto* revoker = extensionOf<provider::Revoker>(*provider.provider);
        const auto answer = revoker->revoke(removed.refreshToken,
                                            {std::chrono::steady_clock::now() + patience, source.requestId});
        return answer == provider::RevocationOutcome::revoked ? UpstreamOutcome::revoked
                                                              : UpstreamOutcome::attempted;
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "revocation failed", provider.name, failure);
        return UpstreamOutcome::attempted;
    }
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
