// SPDX-License-Identifier: Apache-2.0
// The person chooses among several sites, in the browser that approved, while the link lives.
#include "CallbackFixture.h"
#include "central_oauth/services/links/LinkApproval.h"
#include "central_oauth/services/links/LinkRules.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::LinkStatus;

class SiteChoiceTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(SiteChoiceTest);
    CPPUNIT_TEST(testSeveralSitesWaitForTheChoice);
    CPPUNIT_TEST(testChosenSiteIsTheAccounts);
    CPPUNIT_TEST(testRepeatedProductIsKeptOnce);
    CPPUNIT_TEST(testOnlyAllowedSitesAreOffered);
    CPPUNIT_TEST(testWhatIsNotOfferedIsNotTaken);
    CPPUNIT_TEST(testAnotherBrowserHasNoChoice);
    CPPUNIT_TEST(testExpiredLinkTakesNoChoice);
    CPPUNIT_TEST(testChoiceIsMadeOnce);
    CPPUNIT_TEST(testChoiceWakesTheHeldPoll);
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
        const auto delivery = _fixture->deliver(_link, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_EQUAL(std::string("site-1 site-3 site-2"), offered());
    }

    void testChosenSiteIsTheAccounts() {
        (void)complete();
        CPPUNIT_ASSERT(choose("site-2") == SiteChoiceOutcome::chosen);
        const auto delivery = _fixture->deliver(_link, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), delivery.account.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), delivery.account.sites.size());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.site_chosen"));
    }

    void testRepeatedProductIsKeptOnce() {
        _fixture->provider.onSites = [] {
            return std::vector<provider::Site>{
                {"site-1", "One", "https://one.example", {{"jira", {}}, {"confluence", {}}, {"jira", {}}}}};
        };
        (void)complete();
        const auto delivery = _fixture->deliver(_link, "acc_1");
        CPPUNIT_ASSERT(delivery.outcome == domain::DeliveryOutcome::delivered);
        CPPUNIT_ASSERT(delivery.account.sites.at(0).products ==
                       std::vector<std::string>({"jira", "confluence"}));
    }

    void testOnlyAllowedSitesAreOffered() {
        auto entry = configured("jira", _fixture->provider);
        entry.allowedSites = {"https://three.example", "site-1"};
        const ProviderCatalog strict({entry});
        CallbackService service(parts(strict, _fixture->upstream));
        makeChoice(strict);
        (void)service.complete("/callback/jira", parameters(), owner(), _fixture->origin);
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
            CPPUNIT_ASSERT(_choice->choose(_link, browser(id), "site-1", _fixture->origin) ==
                           SiteChoiceOutcome::notChoosing);
        }
        CPPUNIT_ASSERT_MESSAGE("the owner's id without an opening",
                               _choice->choose(_link, holderOf("browser-1"), "site-1", _fixture->origin) ==
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
        CPPUNIT_ASSERT_EQUAL(std::string("site-1"), waiting()->chosenSite);
    }

    void testChoiceWakesTheHeldPoll() {
        (void)complete();
        const auto held = hold();
        CPPUNIT_ASSERT(choose("site-9") == SiteChoiceOutcome::noSuchSite);
        CPPUNIT_ASSERT(!held->fired());
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::chosen);
        CPPUNIT_ASSERT(held->fired());
    }

    void testUndecryptableGrantOffersNothing() {
        (void)complete();
        _fixture->spoilStage(_link);
        CPPUNIT_ASSERT(!_choice->choices(_views->view(_link, browser("browser-1"))));
        CPPUNIT_ASSERT(choose("site-1") == SiteChoiceOutcome::notChoosing);
    }

private:
    void makeChoice(const ProviderCatalog& catalog) {
        _views = std::make_unique<BrowserLinks>(BrowserLinks::Parts{
            _fixture->store, _fixture->sealer, catalog, _fixture->hasher, _fixture->clock});
        _choice = std::make_unique<LinkApproval>(LinkApproval::Parts{
            _fixture->store, _fixture->sealer, *_views, _fixture->hasher, _fixture->clock, *_dropped});
    }

    [[nodiscard]] std::string offered() const {
        std::string ids;
        const auto choices = _choice->choices(_views->view(_link, browser("browser-1")));
        for (const auto& site : choices.value().sites)
            ids += (ids.empty() ? "" : " ") + site.id;
        return ids;
    }

    SiteChoiceOutcome choose(const std::string& site) {
        return _choice->choose(_link, browser("browser-1"), site, _fixture->origin);
    }

    std::unique_ptr<BrowserLinks> _views;
    std::unique_ptr<LinkApproval> _choice;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SiteChoiceTest);
