// SPDX-License-Identifier: Apache-2.0
// An account whose token is read and refreshed.
#pragma once

#include "../ServiceFixture.h"
#include "central_oauth/services/grants/AccountTokens.h"
#include "central_oauth/services/grants/GrantRefresher.h"
#include "central_oauth/services/grants/RefreshQueue.h"

#include <chrono>
#include <cppunit/TestFixture.h>
#include <future>
#include <memory>
#include <string>
#include <variant>

namespace central_oauth::services {

/// The services that read and refresh tokens. Calls them as an endpoint does: a call that has to wait for a
/// refresh is made again after it.
class TokenServices {
public:
    TokenServices(ServiceFixture& fixture, const ProviderCatalog& catalog, std::size_t mostReady = 100)
        : refresher({fixture.store, fixture.sealer, catalog, fixture.clock, fixture.logger}),
          queue({.refresher = refresher,
                 .store = fixture.store,
                 .clock = fixture.clock,
                 .logger = fixture.logger,
                 .threads = 4,
                 .mostOfOne = 3,
                 .mostReady = mostReady}),
          tokens({fixture.store, fixture.sealer, catalog, fixture.clock, refresher, queue, fixture.limits,
                  fixture.uses}) {}

    /// Runs refreshes on threads of the queue from now on, instead of the caller's.
    void start() {
        queue.start();
        _isStarted = true;
    }

    template <class Call>
    auto settled(const Call& call) {
        auto result = call(MayWait::yes);
        const auto* const wait = std::get_if<RefreshWait>(&result);
        if (wait == nullptr)
            return result;
        await(*wait);
        return call(MayWait::no);
    }

    AccountToken get(const Caller& caller, const base::AccountId& id, std::chrono::seconds minTtl,
                     const RequestOrigin& origin) {
        return std::get<AccountToken>(
            settled([&](MayWait mayWait) { return tokens.get(caller, id, minTtl, origin, mayWait); }));
    }
    AccountToken replaceRefused(const Caller& caller, const base::AccountId& id, std::int64_t version,
                                const RequestOrigin& origin) {
        return std::get<AccountToken>(settled(
            [&](MayWait mayWait) { return tokens.replaceRefused(caller, id, version, origin, mayWait); }));
    }

    GrantRefresher refresher;
    RefreshQueue queue;
    AccountTokens tokens;

private:
    void await(const RefreshWait& wait) {
        if (!_isStarted)
            queue.runDue();
        std::promise<void> ended;
        wait.until->onFire([&ended] { ended.set_value(); });
        const auto state = ended.get_future().wait_for(std::chrono::seconds(30));
        wait.until->onFire([] {});
        CPPUNIT_ASSERT_MESSAGE("the refresh ends", state == std::future_status::ready);
    }

    bool _isStarted = false;
};

/// The account `acc_1` of the person `person-1`, with the tokens `access-1` and `refresh-1`.
class TokenFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _services.reset();
        _fixture = std::make_unique<ServiceFixture>();
        _account = _fixture->linkAccount("1");
        _services = std::make_unique<TokenServices>(*_fixture, _fixture->catalog);
    }

protected:
    [[nodiscard]] AccountTokens& tokens() { return _services->tokens; }

    [[nodiscard]] AccountToken get(std::chrono::seconds minTtl = std::chrono::seconds(0)) {
        return getAs(_fixture->caller(), _account, minTtl);
    }
    [[nodiscard]] AccountToken getAs(const Caller& caller, const base::AccountId& id,
                                     std::chrono::seconds minTtl = std::chrono::seconds(0)) {
        return _services->get(caller, id, minTtl, _fixture->origin);
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
