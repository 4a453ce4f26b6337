// SPDX-License-Identifier: Apache-2.0
// A grant that has just come from upstream, and its first questions there.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/logging/Logger.h"
#include "central_oauth/provider/Provider.h"
#include "central_oauth/services/Caller.h"
#include "central_oauth/services/ProviderCatalog.h"

#include <vector>

namespace central_oauth::services {

/// Obtains the grant of a callback and asks upstream whose it is. If upstream does not accept the new access
/// token, refreshes the pair and asks again (provider::SiteLister::listSites), once in all: the grant is not
/// stored, so nobody else sends its refresh token.
///
/// The arguments of the constructor outlive it. `grant` always has the newest pair.
/// Not thread-safe. Each function blocks for up to three upstream calls.
///
/// Errors: what the plugin throws. ProviderError(transient) if upstream refuses what it has just issued.
class FreshGrant {
public:
    FreshGrant(const ConfiguredProvider& provider, const base::Clock& clock, const logging::Channel& log,
               const RequestOrigin& origin, domain::StagedGrant& grant)
        : _provider(provider), _clock(clock), _log(log), _origin(origin), _grant(grant) {}

    [[nodiscard]] domain::StagedGrant& grant() const noexcept { return _grant; }

    /// Exchanges the code for the grant.
    void exchange(const provider::Secret& code, const provider::Secret& codeVerifier);

    /// Returns the person. Requires: an exchanged grant with a refresh token.
    [[nodiscard]] domain::Identity read(const provider::IdentityReader& identities);

    /// Returns the sites. Requires: as `read`.
    [[nodiscard]] std::vector<domain::Site> list(const provider::SiteLister& sites);

private:
    template <class Question>
    [[nodiscard]] auto ask(const Question& question);
    void renew();
    void take(provider::TokenSet tokens, const base::Moment& asked);
    [[nodiscard]] provider::Call callNow() const;

    const ConfiguredProvider& _provider;
    const base::Clock& _clock;
    const logging::Channel& _log;
    const RequestOrigin& _origin;
    domain::StagedGrant& _grant;
    bool _isRenewed = false;
};

} // namespace central_oauth::services
