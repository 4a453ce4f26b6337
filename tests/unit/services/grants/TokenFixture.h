// SPDX-License-Identifier: Apache-2.0
// An account whose token is read and refreshed.
#pragma once

#include "../ServiceFixture.h"
#include "central_oauth/services/grants/AccountTokens.h"
#include "central_oauth/services/grants/GrantRefresher.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <memory>
#include <string>

namespace central_oauth::services {

/// The services that read and refresh tokens.
struct TokenServices {
    TokenServices(ServiceFixture& fixture, const ProviderCatalog& catalog, UpstreamLimiter& upstream)
        : refresher({fixture.store, fixture.sealer, catalog, fixture.clock, fixture.logger, upstream}),
          tokens({fixture.store, fixture.sealer, catalog, fixture.clock, refresher, fixture.limits,
                  fixture.uses}) {}

    GrantRefresher refresher;
    AccountTokens tokens;
};

/// The account `acc_1` of the person `person-1`, with the tokens `access-1` and `refresh-1`.
class TokenFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _services.reset();
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        _services = std::make_unique<TokenServices>(*_fixture, _fixture->catalog, _fixture->upstream);
    }

protected:
    [[nodiscard]] AccountTokens& tokens() { return _services->tokens; }

    [[nodiscard]] AccountToken get(std::chrono::seconds minTtl = std::chrono::seconds(0)) {
        return tokens().get(_fixture->caller(), _account, minTtl, _fixture->origin);
    }
    [[nodiscard]] std::string token(std::chrono::seconds minTtl = std::chrono::seconds(0)) {
        return memory::revealed(get(minTtl).tokens.accessToken);
    }
    [[nodiscard]] domain::Tokens stored() const { return memory::tokensOf(_fixture->place(), _account); }
    [[nodiscard]] std::string storedRefreshToken() const { return memory::revealed(stored().refreshToken); }
    [[nodiscard]] domain::Account account() const { return memory::accountOf(_fixture->store, _account); }
    [[nodiscard]] int refreshes() const { return _fixture->provider.refreshes; }

    // Moves the clock so that the stored token has exactly this life left.
    void leave(std::chrono::seconds life) { _fixture->clock.time = stored().accessExpiresAt - life; }

    void failRefreshes(provider::ProviderErrorKind kind,
                       std::optional<std::chrono::seconds> retryAfter = std::nullopt) {
        _fixture->provider.onRefresh = [kind, retryAfter](const auto&) -> provider::TokenSet {
            throw provider::ProviderError(kind, "scripted", retryAfter);
        };
    }

    void relink(const std::string& mark) {
        const auto link = _fixture->stageLink(mark, memory::makeGrant(mark, _fixture->now(), "person-1"));
        CPPUNIT_ASSERT(_fixture->deliver(link, "acc_unused").account.id == _account);
    }
    void removeAccount() { _fixture->removeAccount(_account); }

    std::unique_ptr<ServiceFixture> _fixture;
    base::AccountId _account;
    std::unique_ptr<TokenServices> _services;
};

} // namespace central_oauth::services
