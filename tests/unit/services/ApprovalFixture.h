// SPDX-License-Identifier: Apache-2.0
// A link, and the browsers of people who open and approve it.
#pragma once

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/ApprovalService.h"
#include "central_oauth/services/LinkRules.h"

#include <cppunit/TestFixture.h>
#include <map>
#include <string>

namespace central_oauth::services {

class ApprovalFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeService();
        auto created = store::makeLink("1", _fixture->now());
        created.codeHash = _fixture->hasher.hash(purpose::linkCode, code);
        created.handleHash = crypto::sha256("handle-1");
        CPPUNIT_ASSERT(links().create(created));
        _link = created.id;
    }

protected:
    static constexpr std::string_view code = "482913706154";

    BrowserLinks::Parts viewParts(const ProviderCatalog& catalog) {
        auto& store = _fixture->store();
        return {*_links, store.clients(), store.accounts(), catalog, _fixture->hasher, _fixture->base.clock};
    }

    void makeService() {
        _links = std::make_unique<HookedLinks>(_fixture->store().links());
        _news = std::make_unique<LinkNews>(_fixture->news());
        _views = std::make_unique<BrowserLinks>(viewParts(_fixture->catalog));
        _service = std::make_unique<ApprovalService>(
            ApprovalService::Parts{*_links, *_views, _fixture->hasher, _fixture->base.clock, *_news});
    }

    [[nodiscard]] store::LinkRepository& links() { return _fixture->store().links(); }

    // What one browser got for one link: an opening, a form, and the owner's id once it approved.
    struct Kept {
        std::string opening;
        std::string token;
        std::string ownerId;
    };
    Kept& kept(const std::string& name) {
        auto& kept = _browsers[name + _link.value()];
        if (kept.opening.empty())
            kept.opening = store::revealed(_views->proofs().makeOpening(_link));
        return kept;
    }

    // A browser that has opened the link.
    [[nodiscard]] Browser browser(const std::string& name) {
        Browser browser;
        browser.opened.emplace_back(kept(name).opening);
        if (!kept(name).ownerId.empty())
            browser.owner.emplace_back(kept(name).ownerId);
        browser.address = "192.0.2.7";
        return browser;
    }

    std::string tokenOf(const std::string& name) {
        if (kept(name).token.empty())
            kept(name).token = _views->proofs().approvalToken(browser(name), _link);
        return kept(name).token;
    }

    Approval type(const std::string& name, std::string_view typed) {
        const auto ownerId = _views->proofs().ownerIdOf(browser(name), _link, tokenOf(name)).value();
        auto approval = _service->approve(_link, browser(name), ownerId, typed, _fixture->source);
        if (approval.outcome == ApprovalOutcome::approved)
            kept(name).ownerId = store::revealed(ownerId);
        return approval;
    }

    [[nodiscard]] std::optional<LinkedPerson> person(const Browser& browser) const {
        return _views->linkedPerson(_views->view(_link, browser));
    }

    ApprovalOutcome approve(const std::string& name, std::string_view typed = "4829-1370-6154") {
        return type(name, typed).outcome;
    }

    void takeState() {
        const auto authorization = links().findAuthorization(_link).value();
        CPPUNIT_ASSERT(links().takeState(crypto::sha256(authorization.state.reveal()), _fixture->now()));
    }

    void stage() {
        (void)approve("browser-1");
        takeState();
        CPPUNIT_ASSERT(links().stage(_link, store::makeGrant("1", _fixture->now()), _fixture->now(),
                                     _fixture->now() + std::chrono::seconds(600)));
        expectView(LinkView::linked, browser("browser-1"));
    }

    void expectView(LinkView expected, const Browser& person) {
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(expected), static_cast<int>(_views->view(_link, person).view));
    }

    int _left = 5;
    std::map<std::string, Kept> _browsers;
    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedLinks> _links;
    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<ApprovalService> _service;
    base::LinkId _link;
};

} // namespace central_oauth::services
