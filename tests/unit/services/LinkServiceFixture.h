// SPDX-License-Identifier: Apache-2.0
// The service of the creators of links.
#pragma once

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/services/LinkService.h"

#include <chrono>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <memory>
#include <string>
#include <utility>

namespace central_oauth::services {

class LinkServiceFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeService();
    }

protected:
    class BrokenAudit final : public store::AuditLog {
    public:
        void append(const domain::AuditEntry&) override {
            throw base::Error(base::ErrorCode::storeUnavailable, {}, "disk full");
        }
        int prune(base::Timestamp) override { return 0; }
    };

    /// A second later at every look.
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
        _links = std::make_unique<HookedLinks>(_fixture->store().links());
        _news = std::make_unique<LinkNews>(_fixture->news());
        _service = std::make_unique<LinkService>(parts(catalog));
    }
    LinkService::Parts parts(const ProviderCatalog& catalog) {
        return {
            *_links,           _fixture->store().accounts(), catalog, _fixture->hasher, _fixture->base.clock,
            _fixture->changes, _fixture->verifiers,          *_news};
    }

    static PollCredential credentialOf(const CreatedLink& link) {
        return PollCredential::ofSecret(link.secret);
    }

    [[nodiscard]] store::LinkRepository& links() { return _fixture->store().links(); }

    CreatedLink create(const std::string& subject = {}) {
        return _service->create(_fixture->caller(), {"", subject, "", ""}, _fixture->source);
    }

    PollResult poll(const CreatedLink& link) {
        return _service->poll(link.code, credentialOf(link), _fixture->source);
    }

    PollResult peek(const CreatedLink& link) {
        return _service->peek(link.code, credentialOf(link), _fixture->source);
    }

    // A link with a grant that waits for its delivery.
    CreatedLink staged() {
        auto created = create("one");
        CPPUNIT_ASSERT(links().beginAuthorization(created.link.id, "browser", "state",
                                                  store::makeAuthorization("1"), _fixture->now()));
        CPPUNIT_ASSERT(links().stage(created.link.id, store::makeGrant("1", _fixture->now()), _fixture->now(),
                                     created.link.expiresAt));
        return created;
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedLinks> _links;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<LinkService> _service;
};

} // namespace central_oauth::services
