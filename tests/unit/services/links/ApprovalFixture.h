// SPDX-License-Identifier: Apache-2.0
// A link, and the browsers of people who open and approve it.
#pragma once

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/services/grants/StageRevocation.h"
#include "central_oauth/services/links/Browser.h"
#include "central_oauth/services/links/HeldPolls.h"
#include "central_oauth/services/links/LinkApproval.h"
#include "central_oauth/services/links/LinkRules.h"

#include <cppunit/TestFixture.h>
#include <map>
#include <string>

namespace central_oauth::services {

class ApprovalFixture : public CppUnit::TestFixture {
public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeService();
        auto created = memory::makeLink("1", _fixture->now());
        created.codeHash = _fixture->hasher.hash(purpose::linkCode, code);
        created.handleHash = crypto::sha256("handle-1");
        _fixture->put(created);
        _link = created.id;
    }

protected:
    static constexpr std::string_view code = "482913706154";

    BrowserLinks::Parts viewParts(const ProviderCatalog& catalog) {
        return {_fixture->store, _fixture->sealer, catalog, _fixture->hasher, _fixture->clock};
    }

    void makeService() {
        _views = std::make_unique<BrowserLinks>(viewParts(_fixture->catalog));
        _dropped = std::make_unique<StageRevocation>(
            StageRevocation::Parts{_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->clock,
                                   _fixture->logger, _fixture->upstream});
        _service = std::make_unique<LinkApproval>(approvalParts(*_views));
        _held = std::make_unique<HeldPolls>();
        _fixture->store.observe(_held.get());
    }
    LinkApproval::Parts approvalParts(const BrowserLinks& views) {
        return {_fixture->store, _fixture->sealer, views, _fixture->hasher, _fixture->clock, *_dropped};
    }

    [[nodiscard]] domain::Link link() const { return memory::linkOf(_fixture->store, _link); }

    // The cookies and fields that one browser holds for one link: an opening, a form, and the owner's id
    // after its approval.
    struct Kept {
        std::string opening;
        std::string token;
        std::string ownerId;
    };
    Kept& kept(const std::string& name) {
        auto& kept = _browsers[name + _link.value()];
        if (kept.opening.empty())
            kept.opening = memory::revealed(_views->proofs().makeOpening(_link));
        return kept;
    }

    // Returns a browser that has opened the link.
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
        auto approval = _service->approve(_link, browser(name), ownerId, typed, _fixture->origin);
        if (approval.outcome == ApprovalOutcome::approved)
            kept(name).ownerId = memory::revealed(ownerId);
        return approval;
    }

    [[nodiscard]] std::optional<LinkedPerson> person(const Browser& browser) const {
        return _views->linkedPerson(_views->view(_link, browser));
    }

    ApprovalOutcome approve(const std::string& name, std::string_view typed = "4829-1370-6154") {
        return type(name, typed).outcome;
    }

    void takeState() {
        const auto now = _fixture->now();
        const bool isTaken = _fixture->store.transact([&](domain::Transaction& transaction) {
            const auto link = transaction.find(domain::LinkKey(_link)).value();
            return domain::takeState(transaction, _fixture->sealer, {link.stateHash}, now).has_value();
        });
        CPPUNIT_ASSERT(isTaken);
    }

    void stage() {
        (void)approve("browser-1");
        takeState();
        const auto now = _fixture->now();
        const bool isStaged = _fixture->store.transact([&](domain::Transaction& transaction) {
            return domain::stageGrant(transaction, _fixture->sealer, _link, memory::makeGrant("1", now), now,
                                      now + std::chrono::seconds(600));
        });
        CPPUNIT_ASSERT(isStaged);
        expectView(LinkView::linked, browser("browser-1"));
    }

    void expectView(LinkView expected, const Browser& person) {
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(expected), static_cast<int>(_views->view(_link, person).view));
    }

    int _left = 5;
    std::map<std::string, Kept> _browsers;
    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<StageRevocation> _dropped;
    std::unique_ptr<HeldPolls> _held;
    std::unique_ptr<LinkApproval> _service;
    base::LinkId _link;
};

} // namespace central_oauth::services
