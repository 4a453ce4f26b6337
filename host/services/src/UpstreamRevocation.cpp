// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/UpstreamRevocation.h"

#include "central_oauth/base/EnumNames.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/services/ProviderErrors.h"

#include <algorithm>
#include <chrono>

namespace central_oauth::services {

namespace {

constexpr base::EnumNames<UpstreamChoice, 3> choices{{
    {UpstreamChoice::automatic, "auto"},
    {UpstreamChoice::always, "always"},
    {UpstreamChoice::never, "never"},
}};
static_assert(base::isComplete(choices, UpstreamChoice::never));

constexpr base::EnumNames<UpstreamOutcome, 6> outcomes{{
    {UpstreamOutcome::revoked, "revoked"},
    {UpstreamOutcome::attempted, "attempted"},
    {UpstreamOutcome::queued, "queued"},
    {UpstreamOutcome::unsupported, "unsupported"},
    {UpstreamOutcome::keptForOthers, "kept_for_others"},
    {UpstreamOutcome::skipped, "skipped"},
}};
static_assert(base::isComplete(outcomes, UpstreamOutcome::skipped));

} // namespace

std::optional<UpstreamChoice> upstreamChoiceOf(std::string_view name) noexcept {
    return base::valueIn(choices, name);
}

std::string_view nameOf(UpstreamOutcome outcome) noexcept {
    return base::nameIn(outcomes, outcome);
}

UpstreamRevocation::UpstreamRevocation(const Parts& parts)
    : _parts(parts), _log(parts.logger.channel("central_oauth.revocation")) {}

std::optional<UpstreamOutcome> UpstreamRevocation::tryRevoke(const GivenUpGrant& grant, UpstreamChoice choice,
                                                             const Source& source) const {
    try {
        const auto reason = whyNot(grant, choice);
        return reason ? reason : ask(grant, source);
    } catch (const base::Error& failure) {
        _log.warning("revocation not finished", {{"provider", grant.provider}, {"detail", failure.what()}});
        // The plugin broke its contract; asking again would bring the same.
        if (failure.code() != base::ErrorCode::storeUnavailable)
            return UpstreamOutcome::attempted;
        return std::nullopt;
    }
}

bool UpstreamRevocation::mayAsk(UpstreamChoice choice) const {
    const auto& all = _parts.providers.all();
    return choice != UpstreamChoice::never &&
           std::any_of(all.begin(), all.end(), [&](const ConfiguredProvider& provider) {
               return choice == UpstreamChoice::always || isWanted(provider);
           });
}

domain::Revocation UpstreamRevocation::revocationFor(const std::string& provider,
                                                     UpstreamChoice choice) const {
    const auto* found = _parts.providers.find(provider);
    if (choice == UpstreamChoice::never || found == nullptr ||
        extensionOf<provider::Revoker>(*found->plugin) == nullptr)
        return domain::Revocation::none;
    if (choice == UpstreamChoice::always)
        return domain::Revocation::always;
    return isWanted(*found) ? domain::Revocation::asConfigured : domain::Revocation::none;
}

std::vector<std::string> UpstreamRevocation::providers() const {
    std::vector<std::string> names;
    for (const auto& provider : _parts.providers.all())
        names.push_back(provider.name);
    return names;
}

void UpstreamRevocation::reportKeptGrant(const std::string& provider, std::string_view why) const {
    _log.warning(
        "a dropped grant is not revoked upstream",
        {{"provider", provider},
         {"detail", why},
         {"action", "nothing more is tried here: an unused grant expires upstream, and its person can "
                    "remove the app in their own account there"}});
}

bool UpstreamRevocation::isWanted(const ConfiguredProvider& provider) const {
    return provider.properties.revokesUpstream && extensionOf<provider::Revoker>(*provider.plugin) != nullptr;
}

std::optional<UpstreamOutcome> UpstreamRevocation::whyNot(const GivenUpGrant& grant,
                                                          UpstreamChoice choice) const {
    if (choice == UpstreamChoice::never)
        return UpstreamOutcome::skipped;
    const auto* provider = _parts.providers.find(grant.provider);
    if (provider == nullptr || extensionOf<provider::Revoker>(*provider->plugin) == nullptr)
        return UpstreamOutcome::unsupported;
    if (choice == UpstreamChoice::automatic && !provider->properties.revokesUpstream)
        return UpstreamOutcome::skipped;
    if (grant.refreshToken.empty()) {
        reportKeptGrant(grant.provider, "its refresh token can't be opened");
        return UpstreamOutcome::skipped;
    }
    if (grant.upstreamId.empty()) {
        reportKeptGrant(grant.provider, ownerUnknown);
        return UpstreamOutcome::skipped;
    }
    if (_parts.accounts.countOfPerson(_parts.providers.sharing(grant.provider), grant.upstreamId) > 0)
        return UpstreamOutcome::keptForOthers;
    return std::nullopt;
}

std::optional<UpstreamOutcome> UpstreamRevocation::ask(const GivenUpGrant& grant,
                                                       const Source& source) const {
    constexpr std::chrono::seconds patience{10};
    const auto& provider = *_parts.providers.find(grant.provider);
    const auto place = _parts.upstream.tryEnter();
    if (!place) {
        _log.warning("revocation postponed: enough callers wait for upstream",
                     {{"provider", grant.provider}});
        return std::nullopt;
    }
    try {
        const auto* revoker = extensionOf<provider::Revoker>(*provider.plugin);
        const auto answer = revoker->revoke(grant.refreshToken,
                                            {std::chrono::steady_clock::now() + patience, source.requestId});
        return answer == provider::RevocationOutcome::revoked ? UpstreamOutcome::revoked
                                                              : UpstreamOutcome::attempted;
    } catch (const provider::ProviderError& failure) {
        logProviderError(_log, "revocation failed", provider.name, failure);
        return UpstreamOutcome::attempted;
    }
}

} // namespace central_oauth::services
