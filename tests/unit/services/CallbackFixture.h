// SPDX-License-Identifier: Apache-2.0
// A link that browser-1 has taken upstream, and the service that waits for it to come back.
#pragma once

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/CallbackService.h"

#include <cppunit/TestFixture.h>
#include <functional>
#include <memory>
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
        _links = std::make_unique<HookedLinks>(_fixture->store().links());
        _news = std::make_unique<LinkNews>(_fixture->news());
        _service = std::make_unique<CallbackService>(parts(_fixture->catalog, _fixture->upstream));
    }
    CallbackService::Parts parts(const ProviderCatalog& catalog, UpstreamLimiter& upstream) {
        _revocation = std::make_unique<UpstreamRevocation>(UpstreamRevocation::Parts{
            _fixture->store().accounts(), catalog, _fixture->base.logger, upstream});
        _dropped = std::make_unique<StageRevocation>(StageRevocation::Parts{
            _fixture->store().droppedStages(), *_revocation, *_news, _fixture->base.logger});
        return {*_links, catalog, _fixture->base.clock, _fixture->base.logger, upstream, *_dropped, *_news};
    }

    // A link that browser-1 has taken upstream.
    void begin(
        const std::string& state, const std::function<void(domain::Link&)>& wish = [](domain::Link&) {}) {
        auto created = store::makeLink(state, _fixture->now());
        created.wantedSite.clear();
        created.requiredScopes.clear();
        created.wantedPerson.clear();
        created.wantedAccount = {};
        wish(created);
        CPPUNIT_ASSERT(links().create(created));
        CPPUNIT_ASSERT(links().beginAuthorization(
            created.id, BrowserProofs::hashOf(provider::Secret("browser-1")), crypto::sha256(state),
            store::makeAuthorization(state), _fixture->now()));
        _link = created.id;
    }

    // A browser with that owner id, which never opened the link.
    static Browser holderOf(const std::string& id) {
        Browser browser;
        browser.owner.emplace_back(id);
        return browser;
    }
    static CallbackService::BrowserOf owner() {
        return [](const base::LinkId&) { return holderOf("browser-1"); };
    }
    // The same, and it opened the link.
    [[nodiscard]] Browser browser(const std::string& id) const {
        auto browser = holderOf(id);
        browser.opened.push_back(BrowserProofs(_fixture->hasher).makeOpening(_link));
        return browser;
    }

    static CallbackParameters parameters(const std::string& state = "state-1") {
        return {provider::Secret(state), provider::Secret("code-1"), {}, {}};
    }

    base::LinkId complete(const std::string& state = "state-1") {
        return _service->complete("/callback/jira", parameters(state), owner(), _fixture->source);
    }

    [[nodiscard]] store::LinkRepository& links() { return _fixture->store().links(); }
    [[nodiscard]] domain::Link link() { return links().find(_link).value(); }
    [[nodiscard]] int exchanges() const { return _fixture->provider.exchanges; }

    void expectEnded(domain::EndReason reason) {
        const auto ended = link();
        CPPUNIT_ASSERT(ended.status == domain::LinkStatus::ended);
        CPPUNIT_ASSERT_EQUAL(std::string(nameOf(reason)), std::string(nameOf(ended.reason.value())));
        CPPUNIT_ASSERT(!links().findStagedDescription(_link));
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedLinks> _links;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<UpstreamRevocation> _revocation;
    std::unique_ptr<StageRevocation> _dropped;
    std::unique_ptr<CallbackService> _service;
    base::LinkId _link;
};

} // namespace central_oauth::services
