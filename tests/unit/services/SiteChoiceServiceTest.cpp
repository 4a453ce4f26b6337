// SPDX-License-Identifier: Apache-2.0
// Between several sites the person chooses, in the browser that approved, while the link lives.
#include "central_oauth/services/SiteChoiceService.h"

#include "CallbackFixture.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkRules.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::LinkStatus;

class SiteChoiceServiceTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(SiteChoiceServiceTest);
    CPPUNIT_TEST(testSeveralSitesWaitForTheChoice);
    CPPUNIT_TEST(testChosenSiteIsTheAccounts);
    CPPUNIT_TEST(testOnlyAllowedSitesAreOffered);
    CPPUNIT_TEST(testWhatIsNotOfferedIsNotTaken);
    CPPUNIT_TEST(testAnotherBrowserHasNoChoice);
    CPPUNIT_TEST(testExpiredLinkTakesNoChoice);
    CPPUNIT_TEST(testChoiceIsMadeOnce);
    CPPUNIT_TEST(testWhoWaitsIsToldOfTheChoice);
    CPPUNIT_TEST(testUndecryptableGrantOffersNothing);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CallbackFixture::setUp();
        _fixture->provider.onSites = [] {
            return std::vector<provider::Site>{{"site-1", "One", "https://one.example", {}},
                                               {"site-2", "Two", "https://two.example", {}},
                                               {"site-3", "Three", "https://three.example", {}}};
        };
        makeChoice(_fixture->catalog);
    }

    void testSeveralSitesWaitForTheChoice() {
        (void)complete();
        CPPUNIT_ASSERT(link().status == LinkStatus::choosing);
        const auto delivery = links().deliver(_link, base::AccountId("acc_1"), {}, _fixture->now());
        CPPUNIT_ASSERT(delivery.outcome == store::DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1 site-3 site-2"), offered());
    }

    void testChosenSiteIsTheAccounts() {
        (void)complete();
        CPPUNIT_ASSERT(choose("site-2") == SiteChoiceOutcome::chosen);
        const auto delivery = links().deliver(_link, base::AccountId("acc_1"), {}, _fixture->now());
        CPPUNIT_ASSERT(delivery.outcome == store::DeliveryOutcome::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), delivery.account.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), delivery.account.sites.size());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.site_chosen"));
    }

    void testOnlyAllowedSitesAreOffered() {
        auto entry = configured("jira", _fixture->provider);
        entry.allowedSites = {"https://three.example", "site-1"};
        const ProviderCatalog strict({entry});
        CallbackService service(parts(strict, _fixture->upstream));
        makeChoice(strict);
        (void)service.complete("/callback/jira", parameters(), owner(), _fixture->source);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1 site-3"), offered());
        CPPUNIT_ASSERT(choose("site-2") == SiteChoiceOutcome::noSuchSite);
        CPPUNIT_ASSERT(choose("site-3") == SiteChoiceOutcome::chosen);
    }

    void testWhatIsNotOfferedIsNotTaken() {
        (void)complete();
        for (const std::string site : {"", "site-4", "https://one.example", "One"})
            CPPUNIT_ASSERT_MESSAGE(site, choose(site) == SiteChoiceOutcome::noSuchSite);
        CPPUNIT_ASSERT(link().status == LinkStatus::choosing);
    }

    void testAnotherBrowserHasNoChoice() {
        (void)complete();
        for (const std::string id : {"browser-2", ""}) {
            CPPUNIT_ASSERT(!_choice->choices(_views->view(_link, browser(id))));
            CPPUNIT_ASSERT(_choice->choose(_link, browser(id), "site-1", _fixture->source) ==
                           SiteChoiceOutcome::notChoosing);
        }
        CPPUNIT_ASSERT_MESSAGE("the owner's id without an opening",
                               _choice->choose(_link, holderOf("browser-1"), "site-1", _fixture->source) ==
                                   SiteChoiceOutcome::notChoosing);
        CPPUNIT_ASSERT(link().status == LinkStatus::choosing);
    }

    void testExpiredLinkTakesNoChoice() {
        (void)complete();
        _fixture->advance(600s);
        CPPUNIT_ASSERT(_views->view(_link, browser("browser-1")).view == LinkView::expired);
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::notChoosing);
    }

    void testChoiceIsMadeOnce() {
        (void)complete();
        _fixture->advance(590s);
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::chosen);
        CPPUNIT_ASSERT(choose("site-2") == SiteChoiceOutcome::notChoosing);
        CPPUNIT_ASSERT_MESSAGE("it lives on for its delivery",
                               link().expiresAt == _fixture->now() + deliveryTime);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), links().findStagedDescription(_link)->chosenSite);
    }

    void testWhoWaitsIsToldOfTheChoice() {
        (void)complete();
        const auto waiter = _fixture->changes.await(_link, _fixture->now() + 600s, 30s);
        CPPUNIT_ASSERT(choose("site-9") == SiteChoiceOutcome::noSuchSite);
        CPPUNIT_ASSERT(!waiter->fired());
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::chosen);
        CPPUNIT_ASSERT(waiter->fired());
    }

    void testUndecryptableGrantOffersNothing() {
        (void)complete();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE links SET staged_grant = zeroblob(200)"));
        makeService();
        makeChoice(_fixture->catalog);
        CPPUNIT_ASSERT(!_choice->choices(_views->view(_link, browser("browser-1"))));
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::notChoosing);
    }

private:
    void makeChoice(const ProviderCatalog& catalog) {
        auto& store = _fixture->store();
        _views = std::make_unique<BrowserLinks>(BrowserLinks::Parts{
            *_links, store.clients(), store.accounts(), catalog, _fixture->hasher, _fixture->base.clock});
        _choice = std::make_unique<SiteChoiceService>(
            SiteChoiceService::Parts{*_links, *_views, _fixture->base.clock, *_news});
    }

    [[nodiscard]] std::string offered() const {
        std::string ids;
        const auto choices = _choice->choices(_views->view(_link, browser("browser-1")));
        for (const auto& site : choices.value().sites)
            ids += (ids.empty() ? "" : " ") + site.id;
        return ids;
    }

    SiteChoiceOutcome choose(const std::string& site) {
        return _choice->choose(_link, browser("browser-1"), site, _fixture->source);
    }

    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<SiteChoiceService> _choice;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteChoiceServiceTest);
