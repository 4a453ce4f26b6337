// SPDX-License-Identifier: Apache-2.0
// Tests how grants end without a reader: too old after warnings, erased when dead, and never by a wrong
// clock.
#include "KeeperFixture.h"
#include "central_oauth/services/grants/AccountProblem.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using provider::ProviderErrorKind;

class KeptGrantEndTest : public KeeperFixture {
    CPPUNIT_TEST_SUITE(KeptGrantEndTest);
    CPPUNIT_TEST(testAnOldGrantEndsAfterWarnings);
    CPPUNIT_TEST(testWarningsSurviveRefreshes);
    CPPUNIT_TEST(testALargerAgeBringsAGrantBack);
    CPPUNIT_TEST(testALowerAgeEndsGrantsAtTheNextStart);
    CPPUNIT_TEST(testAClockThatWasAheadHarmsNothingForLong);
    CPPUNIT_TEST(testNothingIsEndedWhileTheClockIsWrong);
    CPPUNIT_TEST(testAGrantEndsOnlyWhenItsRefreshIsSettled);
    CPPUNIT_TEST(testTokensOfADeadGrantAreErasedAfterADay);
    CPPUNIT_TEST(testANewLinkWithinThatDayKeepsItsTokens);
    CPPUNIT_TEST(testAGrantThatLacksAScopeKeepsItsTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void testAnOldGrantEndsAfterWarnings() {
        for (const auto& [days, warnings] :
             {std::pair(334, 0), std::pair(1, 1), std::pair(22, 1), std::pair(1, 2), std::pair(6, 3)}) {
            passInDays(days);
            CPPUNIT_ASSERT_EQUAL(warnings, count("ends soon"));
        }
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        pass(day);
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.needs_reauth", "too_old"));
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        CPPUNIT_ASSERT_EQUAL(3, count("ends soon"));
        CPPUNIT_ASSERT_EQUAL(1, count("has ended, because it is old"));
        CPPUNIT_ASSERT(problemOf(account(), true)->who == "person");
    }

    void testWarningsSurviveRefreshes() {
        for (int quarter = 0; quarter < 366 * 4; ++quarter) {
            pass(6h);
            if (account().status == domain::AccountStatus::active)
                static_cast<void>(token());
            keep();
        }
        CPPUNIT_ASSERT(refreshes() > 365 * 4 - 2);
        CPPUNIT_ASSERT_EQUAL(3, count("ends soon"));
        CPPUNIT_ASSERT_EQUAL(1, count("has ended, because it is old"));
    }

    void testALargerAgeBringsAGrantBack() {
        passInDays(365);
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        begin({.maxAge = 400 * day});
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.restored"));
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), token());
    }

    void testALowerAgeEndsGrantsAtTheNextStart() {
        passInDays(20);
        begin({.maxAge = 10 * day});
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
    }

    // The clock is a year ahead at the start, and is then set right. What it has ended comes back.
    void testAClockThatWasAheadHarmsNothingForLong() {
        const auto idle = _fixture->linkAccount("2", "bob");
        keep();
        _fixture->advance(300 * day);
        const auto young = _fixture->linkAccount("3", "eve");
        _fixture->advance(-299 * day);
        begin({});
        for (const auto ahead : {day * 400, day * -400}) {
            _fixture->advance(ahead);
            keep();
        }
        for (const auto& id : {_account, idle, young})
            CPPUNIT_ASSERT(memory::accountOf(_fixture->store, id).status == domain::AccountStatus::active);
        const auto before = refreshes();
        passInDays(62);
        CPPUNIT_ASSERT_MESSAGE("all are kept alive", refreshes() >= before + 2);
    }

    void testNothingIsEndedWhileTheClockIsWrong() {
        keep();
        _isClockTrusted = false;
        _fixture->advance(400 * day);
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        _fixture->advance(-400 * day);
        _isClockTrusted = true;
        keep();
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        CPPUNIT_ASSERT_EQUAL(0, refreshes());
    }

    void testAGrantEndsOnlyWhenItsRefreshIsSettled() {
        keep();
        passInDays(359);
        failRefreshes(ProviderErrorKind::ambiguous);
        ASSERT_REFUSED(base::ErrorCode::providerUnavailable, get());
        passInDays(7);
        CPPUNIT_ASSERT(account().status == domain::AccountStatus::active);
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("late", 3600s); };
        pass(10min);
        _services->queue.runDue();
        pass(1min);
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("too_old"), account().reason);
        begin({.maxAge = 400 * day});
        keep();
        CPPUNIT_ASSERT_EQUAL(std::string("access-late"), token());
    }

    void testTokensOfADeadGrantAreErasedAfterADay() {
        die();
        keep();
        pass(day - 1s);
        keep();
        CPPUNIT_ASSERT(hasTokens());
        pass(1s);
        keep();
        CPPUNIT_ASSERT(!hasTokens());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.tokens_erased", "revoked_or_expired"));
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        relink("2");
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), token());
    }

    void testANewLinkWithinThatDayKeepsItsTokens() {
        die();
        pass(12h);
        keep();
        relink("2");
        passInDays(2);
        CPPUNIT_ASSERT(hasTokens());
    }

    void testAGrantThatLacksAScopeKeepsItsTokens() {
        auto poor = account();
        poor.requiredScopes = {"write:jira-work"};
        _fixture->put(poor);
        ASSERT_REFUSED(base::ErrorCode::needsReauth, get());
        passInDays(3);
        CPPUNIT_ASSERT(hasTokens());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeptGrantEndTest);
