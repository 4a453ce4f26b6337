// SPDX-License-Identifier: Apache-2.0
// The link service, as the creators of links use it.
#pragma once

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/services/CommitObservers.h"
#include "central_oauth/services/links/HeldPolls.h"
#include "central_oauth/services/links/LinkService.h"
#include "central_oauth/services/links/LiveLinks.h"
#include "central_oauth/services/links/PollAuthenticator.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace central_oauth::services {

class LinkServiceFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _held = std::make_unique<HeldPolls>([this] { return _steady; });
        _authenticator = std::make_unique<PollAuthenticator>([] { return std::vector<domain::Link>(); },
                                                             _fixture->hasher, _fixture->clock);
        _authenticator->load();
        _live = std::make_unique<LiveLinks>([this] { return liveLinks(); }, _fixture->clock);
        makeService();
    }

protected:
    /// A clock that advances by a second at every read.
    class TickingClock final : public base::Clock {
    public:
        explicit TickingClock(base::Timestamp first) : _next(first) {}
        [[nodiscard]] std::chrono::system_clock::time_point now() const override {
            return std::exchange(_next, _next + std::chrono::seconds(1));
        }

    private:
        mutable base::Timestamp _next;
    };

    void makeService() { makeService(_fixture->catalog); }
    void makeService(const ProviderCatalog& catalog) {
        _service = std::make_unique<LinkService>(parts(catalog));
        _observers = std::make_unique<CommitObservers>(
            std::vector<domain::CommitObserver*>{_live.get(), _authenticator.get(), _held.get()});
        _fixture->store.observe(_observers.get());
    }
    LinkService::Parts parts(const ProviderCatalog& catalog) {
        return {_fixture->store, _fixture->sealer, catalog,         _fixture->hasher,
                _fixture->clock, *_held,           *_authenticator, *_live};
    }

    /// Returns the links that the store has as live.
    [[nodiscard]] std::vector<domain::Link> liveLinks() const {
        return _fixture->store.read(
            [&](const domain::ReadView& view) { return view.select(domain::liveLinks(_fixture->now())); });
    }

    static PollCredential credentialOf(const CreatedLink& link) {
        return PollCredential::ofSecret(link.secret);
    }

    [[nodiscard]] domain::Link linkOf(const CreatedLink& link) const {
        return memory::linkOf(_fixture->store, link.link.id);
    }

    CreatedLink create(const std::string& subject = {}) {
        return _service->create(_fixture->caller(), {"", subject, "", ""}, _fixture->origin);
    }

    PollResult poll(const CreatedLink& link) {
        return _service->poll(link.code, credentialOf(link), _fixture->origin);
    }

    PollResult peek(const CreatedLink& link) {
        return _service->peek(link.code, credentialOf(link), _fixture->origin);
    }

    void approve(const CreatedLink& created) {
        const auto now = _fixture->now();
        CPPUNIT_ASSERT(_fixture->store.transact([&](domain::Transaction& transaction) {
            return domain::approveLink(transaction, _fixture->sealer, created.link.id, "browser", {"state"},
                                       memory::makeAuthorization("1"), now);
        }));
    }

    void stage(const CreatedLink& created) {
        approve(created);
        const auto now = _fixture->now();
        CPPUNIT_ASSERT(_fixture->store.transact([&](domain::Transaction& transaction) {
            return domain::stageGrant(transaction, _fixture->sealer, created.link.id,
                                      memory::makeGrant("1", now), now, created.link.expiresAt);
        }));
    }

    // Creates a link with a grant that waits for its delivery.
    CreatedLink staged() {
        auto created = create("one");
        stage(created);
        return created;
    }

    void end(const CreatedLink& created, domain::EndReason reason) {
        const auto now = _fixture->now();
        CPPUNIT_ASSERT(_fixture->store.transact([&](domain::Transaction& transaction) {
            return domain::endLink(transaction, created.link.id, reason, now).has_value();
        }));
    }

    std::unique_ptr<ServiceFixture> _fixture;
    /// The steady clock of held polls. The test moves it.
    HeldPolls::SteadyTime _steady{std::chrono::hours(1)};
    std::unique_ptr<HeldPolls> _held;
    std::unique_ptr<PollAuthenticator> _authenticator;
    std::unique_ptr<LiveLinks> _live;
    std::unique_ptr<CommitObservers> _observers;
    std::unique_ptr<LinkService> _service;
};

} // namespace central_oauth::services
