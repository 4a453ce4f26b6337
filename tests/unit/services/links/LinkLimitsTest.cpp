// SPDX-License-Identifier: Apache-2.0
// Tests how many links a client and a subject may have, and how fast they may create links.
#include "LinkServiceFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;

class LinkLimitsTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkLimitsTest);
    CPPUNIT_TEST(testLiveLinksOfAClientAreLimited);
    CPPUNIT_TEST(testLiveLinksOfASubjectAreLimited);
    CPPUNIT_TEST(testWithoutASubjectTheClientsLimitsAlone);
    CPPUNIT_TEST(testWithoutASubjectTheClientsPaceCounts);
    CPPUNIT_TEST(testWithoutASubjectAPublicClientIsLimitedByAddress);
    CPPUNIT_TEST(testCreationsOfASubjectAreLimited);
    CPPUNIT_TEST(testCreationsOfAClientAreLimited);
    CPPUNIT_TEST(testHastySubjectLeavesTheOthersTheirRoom);
    CPPUNIT_TEST(testRefusedRequestCostsNoToken);
    CPPUNIT_TEST(testPaceIsAskedBeforeAnythingIsLookedUp);
    CPPUNIT_TEST(testAccountsOfAClientAreLimited);
    CPPUNIT_TEST(testLimitHoldsAlsoWhenLinksAreCreatedAtOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLiveLinksOfAClientAreLimited() {
        _fixture->client.liveLinks = 2;
        const auto first = create("one");
        (void)create("two");
        const auto refused = refusalOf([&] { (void)create("three"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(30s));
        _service->cancel(first.code, PollCredential::ofSecret(first.secret), _fixture->origin);
        (void)create("three");
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("four"));
        _fixture->advance(600s);
        (void)create("four");
    }

    void testLiveLinksOfASubjectAreLimited() {
        for (int i = 0; i < 5; ++i)
            (void)create("one");
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("one"));
        (void)create("two");
    }

    void testWithoutASubjectTheClientsLimitsAlone() {
        _fixture->client.liveLinks = 12;
        for (int i = 0; i < 12; ++i)
            (void)create();
        const auto refused = refusalOf([&] { (void)create(); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
    }

    void testWithoutASubjectTheClientsPaceCounts() {
        _fixture->client.linksPerMinute = 12;
        for (int i = 0; i < 12; ++i)
            createAndCancel();
        const auto refused = refusalOf([&] { (void)create(); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(5s));
        _fixture->advance(5s);
        (void)create();
    }

    void testWithoutASubjectAPublicClientIsLimitedByAddress() {
        _fixture->client.kind = domain::ClientKind::publicClient;
        for (int i = 0; i < 10; ++i)
            createAndCancel();
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create());
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("a subject that it made up"));
        _fixture->origin.address = "192.0.2.77";
        (void)create();
    }

    void testCreationsOfASubjectAreLimited() {
        for (int i = 0; i < 10; ++i)
            createAndCancel("one");
        const auto refused = refusalOf([&] { (void)create("one"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(6s));
        _fixture->advance(6s);
        (void)create("one");
    }

    void testCreationsOfAClientAreLimited() {
        _fixture->client.linksPerMinute = 3;
        for (int i = 0; i < 3; ++i)
            (void)create("subject " + std::to_string(i));
        const auto refused = refusalOf([&] { (void)create("another"); });
        CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(20s));
        _fixture->advance(20s);
        (void)create("another");
    }

    void testHastySubjectLeavesTheOthersTheirRoom() {
        _fixture->client.linksPerMinute = 20;
        for (int i = 0; i < 100; ++i)
            (void)refusalOf([&] { createAndCancel("hasty"); });
        for (int i = 0; i < 10; ++i)
            createAndCancel("other " + std::to_string(i));
    }

    void testRefusedRequestCostsNoToken() {
        _fixture->client.linksPerMinute = 1;
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"trello", "", "", ""}, _fixture->origin));
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"", "", "a\nb", ""}, _fixture->origin));
        (void)create();
    }

    void testPaceIsAskedBeforeAnythingIsLookedUp() {
        _fixture->client.linksPerMinute = 1;
        (void)create("one");
        _fixture->store.hook = [](const std::string& step) { CPPUNIT_FAIL(step); };
        LinkRequest relink;
        relink.account = base::AccountId("acc_1");
        for (const auto& request : {LinkRequest{"", "two", "", ""}, relink})
            ASSERT_REFUSED(ErrorCode::tooManyRequests,
                           _service->create(_fixture->caller(), request, _fixture->origin));
    }

    void testAccountsOfAClientAreLimited() {
        const auto account = _fixture->linkAccount("1", "one");
        (void)_fixture->linkAccount("2", "two");
        _fixture->client.maxAccounts = 3;
        const auto third = create("three");
        const auto refused = refusalOf([&] { (void)create("four"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT_MESSAGE("an open link may still become none",
                               refused->retryAfter == std::optional(30s));
        LinkRequest relink;
        relink.account = account;
        const auto again = _service->create(_fixture->caller(), relink, _fixture->origin);
        for (const auto* link : {&third, &again})
            _service->cancel(link->code, PollCredential::ofSecret(link->secret), _fixture->origin);
        _fixture->client.maxAccounts = 2;
        const auto full = refusalOf([&] { (void)create("four"); });
        CPPUNIT_ASSERT(full && full->retryAfter == std::optional(std::chrono::seconds(1h)));
        _fixture->store.transact([&](domain::Transaction& transaction) { transaction.erase(account); });
        (void)create("four");
    }

    void testLimitHoldsAlsoWhenLinksAreCreatedAtOnce() {
        _fixture->client.liveLinks = 1;
        _fixture->store.hook = memory::onceBefore("commit", [this] { (void)create("one"); });
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("two"));
    }

private:
    void createAndCancel(const std::string& subject = {}) {
        const auto created = create(subject);
        _service->cancel(created.code, PollCredential::ofSecret(created.secret), _fixture->origin);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkLimitsTest);
