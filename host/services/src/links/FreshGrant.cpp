// SPDX-License-Identifier: Apache-2.0
#include "FreshGrant.h"

#include "../ProviderAnswers.h"
#include "central_oauth/domain/GrantRules.h"

#include <chrono>
#include <utility>

namespace central_oauth::services {

namespace {

using provider::ProviderError;
using provider::ProviderErrorKind;

// A person waits at the browser, and a code may live for ten seconds only.
constexpr std::chrono::seconds answerTime{20};

} // namespace

void FreshGrant::exchange(const provider::Secret& code, const provider::Secret& codeVerifier) {
    provider::CodeExchange exchange;
    exchange.code = code.clone();
    exchange.redirectUri = _provider.redirectUri;
    exchange.codeVerifier = codeVerifier.clone();
    const auto asked = base::momentOf(_clock);
    auto tokens = _provider.plugin->exchange(exchange, callNow());
    // RFC 6749 section 5.1: an answer without a scope grants all requested scopes.
    _grant.scopes = _provider.scopes;
    take(std::move(tokens), asked);
}

template <class Question>
auto FreshGrant::ask(const Question& question) {
    try {
        return question();
    } catch (const ProviderError& failure) {
        if (failure.kind() != ProviderErrorKind::invalidGrant)
            throw;
        logProviderError(_log, "a new access token is refused", _provider.name, failure);
    }
    try {
        if (!std::exchange(_isRenewed, true)) {
            renew();
            return question();
        }
    } catch (const ProviderError& failure) {
        if (failure.kind() != ProviderErrorKind::invalidGrant)
            throw;
    }
    // Neither the person nor the code is at fault.
    throw ProviderError(ProviderErrorKind::transient, "upstream refuses tokens that it has just issued");
}

domain::Identity FreshGrant::read(const provider::IdentityReader& identities) {
    return domainIdentity(ask([&] { return identities.readIdentity(_grant.accessToken, callNow()); }));
}

std::vector<domain::Site> FreshGrant::list(const provider::SiteLister& sites) {
    return domainSites(ask([&] { return sites.listSites(_grant.accessToken, callNow()); }));
}

void FreshGrant::renew() {
    const auto asked = base::momentOf(_clock);
    take(_provider.plugin->refresh(_grant.refreshToken, callNow()), asked);
}

// RFC 6749 section 6: what an answer to a refresh leaves out stays as it was.
void FreshGrant::take(provider::TokenSet tokens, const base::Moment& asked) {
    _grant.granted = asked;
    _grant.accessExpiresAt = asked.wall + domain::trustedLifeOf(tokens);
    _grant.accessToken = std::move(tokens.accessToken);
    if (!tokens.refreshToken.empty())
        _grant.refreshToken = std::move(tokens.refreshToken);
    if (!tokens.scopes.empty())
        _grant.scopes = std::move(tokens.scopes);
}

provider::Call FreshGrant::callNow() const {
    return {std::chrono::steady_clock::now() + answerTime, _origin.requestId};
}

} // namespace central_oauth::services
