// SPDX-License-Identifier: Apache-2.0
// A grant that was never delivered: upstream is asked to revoke it, as for a removed account.
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>

using namespace central_oauth::test;

class DroppedStageTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(DroppedStageTest);
    CPPUNIT_TEST(testCancelledStageIsRevokedUpstream);
    CPPUNIT_TEST(testStageOfALinkedPersonIsNotRevoked);
    CPPUNIT_TEST(testStageWaitsWhileItsProviderIsNotConfigured);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { begin({{"CENTRAL_OAUTH_JIRA_UPSTREAM_REVOKE", "on"}}); }

    void testCancelledStageIsRevokedUpstream() {
        cancelGranted();
        restartUntilLogged("\"outcome\":\"attempted\"");
        CPPUNIT_ASSERT_EQUAL(1, revocations());
    }

    void testStageOfALinkedPersonIsNotRevoked() {
        const auto account = _service->linkAccount(R"({"provider":"jira","subject":"other"})");
        cancelGranted();
        restartUntilLogged("\"outcome\":\"kept_for_others\"");
        CPPUNIT_ASSERT_EQUAL(0, revocations());
        CPPUNIT_ASSERT_EQUAL(
            200, _service->get("/v1/tokens/" + account.text("account_id"), _service->key()).status);
    }

    void testStageWaitsWhileItsProviderIsNotConfigured() {
        cancelGranted();
        _service->environment["CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID"] = "demo-client-id";
        _service->environment["CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET"] = "demo-client-secret";
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "confluence";
        restartUntilLogged("\"provider\":\"jira\"", "a dropped grant waits for its provider");
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "jira";
        restartUntilLogged("\"outcome\":\"attempted\"");
        CPPUNIT_ASSERT_EQUAL(1, revocations());
    }

private:
    void cancelGranted() {
        const auto link = _service->createLink();
        WebBrowser browser;
        (void)ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT_EQUAL(200, _service->remove("/v1/link-code/" + link.code, link.secret).status);
    }

    // A start retries pending revocations, which is sooner than the next round.
    void restartUntilLogged(const std::string& outcome,
                            const std::string& what = "\"link.upstream_revocation\"") {
        (void)_service->stop();
        _service->start();
        constexpr std::chrono::seconds patience{30};
        const auto end = std::chrono::steady_clock::now() + patience;
        const auto isLogged = [&] {
            const auto log = _service->log();
            const auto at = log.find(what);
            return at != std::string::npos && log.find(outcome, log.rfind('\n', at)) != std::string::npos;
        };
        while (!isLogged() && std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        CPPUNIT_ASSERT_MESSAGE(outcome, isLogged());
    }

    [[nodiscard]] int revocations() const {
        const auto routes = _simulator->control("GET", "counters").json()->getObject("routes");
        return routes->has("revoke") ? routes->getObject("revoke")->getValue<int>("requests") : 0;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DroppedStageTest);
