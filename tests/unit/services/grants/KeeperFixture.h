// SPDX-License-Identifier: Apache-2.0
// A keeper of grants, with time that passes for it.
#pragma once

#include "TokenFixture.h"
#include "central_oauth/services/grants/GrantKeeper.h"

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace central_oauth::services {

/// The account of TokenFixture at a provider that forgets unused refresh tokens after 90 days.
class KeeperFixture : public TokenFixture {
public:
    void setUp() override {
        _keeper.reset();
        _services.reset();
        _fixture = std::make_unique<ServiceFixture>();
        _isClockTrusted = true;
        _catalog = std::make_unique<ProviderCatalog>(forgetfulCatalog(_fixture->provider));
        _account = _fixture->linkAccount("1");
        begin({});
    }
    void tearDown() override {
        _keeper.reset();
        _services.reset();
    }

protected:
    static constexpr std::chrono::seconds day = std::chrono::hours(24);

    static ProviderCatalog forgetfulCatalog(const provider::Provider& provider) {
        auto entry = configured("jira", provider);
        entry.properties.idleLifetime = 90 * day;
        return ProviderCatalog({entry});
    }

    void begin(const KeepingPolicy& policy) {
        _services = std::make_unique<TokenServices>(*_fixture, *_catalog);
        _keeper = std::make_unique<GrantKeeper>(
            GrantKeeper::Parts{.store = _fixture->store,
                               .providers = *_catalog,
                               .clock = _fixture->clock,
                               .logger = _fixture->logger,
                               .refreshes = _services->queue,
                               .uses = _fixture->uses,
                               .keeping = policy,
                               .isClockTrusted = [this] { return _isClockTrusted; }});
    }

    // The queue has no threads of its own here.
    void keep() {
        auto round = std::async(std::launch::async, [this] { _keeper->run(); });
        while (round.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
            _services->queue.runDue();
            std::this_thread::yield();
        }
        round.get();
    }
    void pass(std::chrono::seconds time) {
        _fixture->advance(time);
        _fixture->clock.steady += time;
    }
    void passInDays(int days) {
        for (int i = 0; i < days; ++i) {
            pass(day);
            keep();
        }
    }
    void use() { _fixture->uses.put(_account.value(), _fixture->now()); }
    void die() {
        failRefreshes(provider::ProviderErrorKind::invalidGrant);
        pass(std::chrono::hours(2));
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
    }
    [[nodiscard]] bool hasTokens() const {
        return _fixture->store.read(
            [this](const domain::ReadView& view) { return view.grantOf(_account).has_value(); });
    }
    [[nodiscard]] int count(const std::string& text) const {
        const auto log = _fixture->logged.str();
        int found = 0;
        for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
            ++found;
        return found;
    }

    bool _isClockTrusted = true;
    std::unique_ptr<ProviderCatalog> _catalog;
    std::unique_ptr<GrantKeeper> _keeper;
};

} // namespace central_oauth::services
