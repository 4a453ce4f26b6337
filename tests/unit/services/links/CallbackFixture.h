// SPDX-License-Identifier: Apache-2.0
// A link that browser-1 has taken upstream, and the service that waits for its callback.
#pragma once

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/services/links/CallbackService.h"
#include "central_oauth/services/links/HeldPolls.h"

#include <cppunit/TestFixture.h>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace central_oauth::services {

class CallbackFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeService();
        begin("state-1");
    }

protected:
    void makeService() {
        _service = std::make_unique<CallbackService>(parts(_fixture->catalog, _fixture->upstream));
        _held = std::make_unique<HeldPolls>();
        _fixture->store.observe(_held.get());
    }
    CallbackService::Parts parts(const ProviderCatalog& catalog, UpstreamLimiter& upstream) {
        _dropped = std::make_unique<StageRevocation>(StageRevocation::Parts{
            _fixture->store, _fixture->sealer, catalog, _fixture->clock, _fixture->logger, upstream});
        return {_fixture->store,  _fixture->sealer, catalog,  _fixture->clock,
                _fixture->logger, upstream,         *_dropped};
    }

    // Makes a link that browser-1 has taken upstream.
    void begin(
        const std::string& state, const std::function<void(domain::Link&)>& wish = [](domain::Link&) {}) {
        auto created = memory::makeLink(state, _fixture->now());
        created.wantedSite.clear();
        created.requiredScopes.clear();
        created.expectedUpstreamId.clear();
        created.relinkAccount = {};
        wish(created);
        const auto now = _fixture->now();
        const bool isAway = _fixture->store.transact([&](domain::Transaction& transaction) {
            return domain::addLink(transaction, created).has_value() &&
                   domain::approveLink(transaction, _fixture->sealer, created.id,
                                       BrowserProofs::hashOf(provider::Secret("browser-1")),
                                       {crypto::sha256(state)}, memory::makeAuthorization(state), now);
        });
        CPPUNIT_ASSERT(isAway);
        _link = created.id;
    }

    // Returns a browser with that owner id that never opened the link.
    static Browser holderOf(const std::string& id) {
        Browser browser;
        browser.owner.emplace_back(id);
        return browser;
    }
    static CallbackService::BrowserOf owner() {
        return [](const base::LinkId&) { return holderOf("browser-1"); };
    }
    // Returns a browser with that owner id that opened the link.
    [[nodiscard]] Browser browser(const std::string& id) const {
        auto browser = holderOf(id);
        browser.opened.push_back(BrowserProofs(_fixture->hasher).makeOpening(_link));
        return browser;
    }

    static CallbackParameters parameters(const std::string& state = "state-1") {
        return {provider::Secret(state), provider::Secret("code-1"), {}, {}};
    }

    base::LinkId complete(const std::string& state = "state-1") {
        return _service->complete("/callback/jira", parameters(state), owner(), _fixture->origin);
    }

    [[nodiscard]] domain::Link link() const { return memory::linkOf(_fixture->store, _link); }
    /// Returns the grant that waits for its site or its delivery.
    [[nodiscard]] std::optional<domain::StagedGrant> waiting() const {
        return _fixture->store.read([&](const domain::ReadView& view) {
            return domain::waitingGrant(view, _fixture->sealer, view.find(domain::LinkKey(_link)).value());
        });
    }
    /// Holds a poll of the link.
    [[nodiscard]] std::shared_ptr<base::OneShotEvent> hold() {
        return _held->hold(_link, _fixture->now() + std::chrono::seconds(600), std::chrono::seconds(30));
    }
    [[nodiscard]] int exchanges() const { return _fixture->provider.exchanges; }

    void expectEnded(domain::EndReason reason) {
        const auto ended = link();
        CPPUNIT_ASSERT(ended.status == domain::LinkStatus::ended);
        CPPUNIT_ASSERT_EQUAL(std::string(nameOf(reason)), std::string(nameOf(ended.reason.value())));
        CPPUNIT_ASSERT(!waiting());
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<StageRevocation> _dropped;
    std::unique_ptr<HeldPolls> _held;
    std::unique_ptr<CallbackService> _service;
    base::LinkId _link;
};

} // namespace central_oauth::services
