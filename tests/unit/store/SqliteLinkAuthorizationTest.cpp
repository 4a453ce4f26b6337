// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteLinkAuthorizationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteLinkAuthorizationTest);
    CPPUNIT_TEST(testWrongEntriesEndLinkAtLimit);
    CPPUNIT_TEST(testWrongEntryCountsOnlyWhilePending);
    CPPUNIT_TEST(testFirstBrowserOwnsLink);
    CPPUNIT_TEST(testSameBrowserMayBeginAgain);
    CPPUNIT_TEST(testOnlyTheFirstBeginningExtendsTheLife);
    CPPUNIT_TEST(testNobodyBeginsAfterStateCameBack);
    CPPUNIT_TEST(testExpiredLinkDoesNotBegin);
    CPPUNIT_TEST(testStateIsTakenOnce);
    CPPUNIT_TEST(testStateSurvivesRestart);
    CPPUNIT_TEST(testStateOfEndedLinkIsGone);
    CPPUNIT_TEST(testUndecryptableStateEndsLink);
    CPPUNIT_TEST(testStagesFromAuthorizingOnly);
    CPPUNIT_TEST(testStageSetsNewExpiry);
    CPPUNIT_TEST(testGrantOfSeveralSitesWaitsForItsSite);
    CPPUNIT_TEST(testUndecryptableGrantTakesNoSite);
    CPPUNIT_TEST(testDescriptionHoldsNoTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
    }
    void tearDown() override { _fixture.reset(); }

    void testWrongEntriesEndLinkAtLimit() {
        for (int entry = 1; entry < 5; ++entry) {
            const Link link = links().recordWrongEntry(id, 5, now());
            CPPUNIT_ASSERT_EQUAL(entry, link.wrongEntries);
            CPPUNIT_ASSERT(link.status == LinkStatus::pending);
        }
        const Link link = links().recordWrongEntry(id, 5, now());
        CPPUNIT_ASSERT(link.status == LinkStatus::ended);
        CPPUNIT_ASSERT(link.reason == EndReason::tooManyEntries);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT_EQUAL(5, links().recordWrongEntry(id, 5, now()).wrongEntries);
    }

    void testWrongEntryCountsOnlyWhilePending() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        const Link link = links().recordWrongEntry(id, 1, now());
        CPPUNIT_ASSERT(link.status == LinkStatus::authorizing);
        CPPUNIT_ASSERT_EQUAL(0, link.wrongEntries);
        CPPUNIT_ASSERT_THROW(links().recordWrongEntry(LinkId("lnk_2"), 5, now()), base::Error);
    }

    void testFirstBrowserOwnsLink() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(!begin("another", "other"));
        CPPUNIT_ASSERT_EQUAL(std::string("browser"), links().find(id)->browserHash);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::authorizing);
        CPPUNIT_ASSERT_EQUAL(std::string("state"), revealed(links().findAuthorization(id)->state));
        CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state"),
                             revealed(links().findAuthorization(id)->codeVerifier));
    }

    void testSameBrowserMayBeginAgain() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(begin("browser", "second"));
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
        CPPUNIT_ASSERT(links().takeState("hash-of-second", now()).has_value());
    }

    void testOnlyTheFirstBeginningExtendsTheLife() {
        _fixture->clock.time += 590s;
        CPPUNIT_ASSERT(begin("browser", "state"));
        const auto expiry = now() + domain::approvedLinkLife;
        CPPUNIT_ASSERT(links().find(id)->expiresAt == expiry);
        _fixture->clock.time += 119s;
        CPPUNIT_ASSERT(begin("browser", "second"));
        CPPUNIT_ASSERT(links().find(id)->expiresAt == expiry);
        _fixture->clock.time += 1s;
        CPPUNIT_ASSERT(!begin("browser", "third"));
    }

    void testNobodyBeginsAfterStateCameBack() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().takeState("hash-of-state", now()).has_value());
        CPPUNIT_ASSERT(!begin("browser", "second"));
        CPPUNIT_ASSERT(!begin("", "second"));
        CPPUNIT_ASSERT(!links().findAuthorization(id));
    }

    void testExpiredLinkDoesNotBegin() {
        _fixture->clock.time += 600s;
        CPPUNIT_ASSERT(!begin("browser", "state"));
        CPPUNIT_ASSERT(
            !links().beginAuthorization(LinkId("lnk_2"), "browser", "x", makeAuthorization("x"), now()));
    }

    void testStateIsTakenOnce() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        const auto taken = links().takeState("hash-of-state", now());
        CPPUNIT_ASSERT(taken.has_value());
        CPPUNIT_ASSERT(taken->link.id == id);
        CPPUNIT_ASSERT_EQUAL(std::string("browser"), taken->link.browserHash);
        CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state"), revealed(taken->authorization.codeVerifier));
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
        CPPUNIT_ASSERT(!links().takeState("", now()));
    }

    void testStateSurvivesRestart() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        _fixture->reopen();
        CPPUNIT_ASSERT(links().takeState("hash-of-state", now()).has_value());
        _fixture->reopen();
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
    }

    void testStateOfEndedLinkIsGone() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().end(id, EndReason::cancelled, now()));
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
        CPPUNIT_ASSERT(!links().findAuthorization(id));
    }

    void testUndecryptableStateEndsLink() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        _fixture->tamper("UPDATE links SET authorization = x'0102'");
        CPPUNIT_ASSERT(!links().findAuthorization(id));
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(links().find(id)->reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(_fixture->logged.str().find("a sealed value can't be opened") != std::string::npos);
    }

    void testStagesFromAuthorizingOnly() {
        const StagedGrant grant = makeGrant("1", now());
        CPPUNIT_ASSERT(!links().stage(id, grant, now(), now() + 120s));
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().stage(id, grant, now(), now() + 120s));
        CPPUNIT_ASSERT(!links().stage(id, grant, now(), now() + 120s));
        CPPUNIT_ASSERT(!links().takeState("hash-of-state", now()));
        CPPUNIT_ASSERT(!links().stage(LinkId("lnk_2"), grant, now(), now() + 120s));
        CPPUNIT_ASSERT(links().end(id, EndReason::declined, now()));
        CPPUNIT_ASSERT(!links().stage(id, grant, now(), now() + 120s));
    }

    void testStageSetsNewExpiry() {
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().stage(id, makeGrant("1", now()), now(), now() + 900s));
        CPPUNIT_ASSERT(links().find(id)->expiresAt == now() + 900s);
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::staged);
    }

    void testGrantOfSeveralSitesWaitsForItsSite() {
        StagedGrant grant = makeGrant("1", now());
        grant.sites.push_back({"site-2", "Two", "https://two.example", {}});
        grant.chosenSite.clear();
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().stage(id, grant, now(), now() + 120s));
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::choosing);
        CPPUNIT_ASSERT(links().find(id)->grantedAt == now());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->store->accounts().countOfPerson({"jira"}, "person-1"));
        CPPUNIT_ASSERT(links().deliver(id, AccountId("acc_1"), {}, now()).outcome ==
                       DeliveryOutcome::notReady);
        CPPUNIT_ASSERT_MESSAGE("expired", !links().chooseSite(id, "site-2", now() + 120s, now() + 900s));
        CPPUNIT_ASSERT(links().chooseSite(id, "site-2", now() + 119s, now() + 900s));
        CPPUNIT_ASSERT(!links().chooseSite(id, "site-1", now() + 119s, now() + 900s));
        CPPUNIT_ASSERT(links().find(id)->status == LinkStatus::staged);
        CPPUNIT_ASSERT(links().find(id)->expiresAt == now() + 900s);
        const auto delivery = links().deliver(id, AccountId("acc_1"), {}, now());
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), delivery.account.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
    }

    void testUndecryptableGrantTakesNoSite() {
        StagedGrant grant = makeGrant("1", now());
        grant.chosenSite.clear();
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().stage(id, grant, now(), now() + 120s));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->tamper("UPDATE links SET staged_grant = zeroblob(200)"));
        CPPUNIT_ASSERT(!links().chooseSite(id, "site-1", now(), now() + 900s));
        CPPUNIT_ASSERT(links().find(id)->reason == EndReason::upstreamError);
    }

    void testDescriptionHoldsNoTokens() {
        CPPUNIT_ASSERT(!links().findStagedDescription(id));
        CPPUNIT_ASSERT(begin("browser", "state"));
        CPPUNIT_ASSERT(links().stage(id, makeGrant("1", now()), now(), now() + 120s));
        const auto description = links().findStagedDescription(id);
        CPPUNIT_ASSERT(description.has_value());
        CPPUNIT_ASSERT(description->accessToken.empty() && description->refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), description->identity.displayName);
        CPPUNIT_ASSERT_EQUAL(std::string("https://one.example"), description->sites.at(0).url);
    }

private:
    LinkRepository& links() { return _fixture->store->links(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }
    bool begin(const std::string& browserHash, const std::string& state) {
        return links().beginAuthorization(id, browserHash, "hash-of-" + state, makeAuthorization(state),
                                          now());
    }

    const LinkId id{"lnk_1"};
    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteLinkAuthorizationTest);
