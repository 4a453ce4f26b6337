// SPDX-License-Identifier: Apache-2.0
// Tests who is asked when: callers that share a refresh, attempts that nobody asks for, and the end.
#include "central_oauth/services/grants/RefreshQueue.h"

#include "TokenFixture.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderErrorKind;

class RefreshQueueTest : public TokenFixture {
    CPPUNIT_TEST_SUITE(RefreshQueueTest);
    CPPUNIT_TEST(testCallersShareARefresh);
    CPPUNIT_TEST(testThreadsShareARefresh);
    CPPUNIT_TEST(testNobodyWaitsAfterAFailure);
    CPPUNIT_TEST(testLostAnswerIsAskedForAgainWithoutACaller);
    CPPUNIT_TEST(testCallerDoesNotDoubleAPendingRefresh);
    CPPUNIT_TEST(testStartSettlesWhatAnEarlierRunLeft);
    CPPUNIT_TEST(testStartTriesAgainWhileTheJournalCantBeRead);
    CPPUNIT_TEST(testPluginThatThrowsAnythingEndsNoThread);
    CPPUNIT_TEST(testTooManyAccountsAreBusy);
    CPPUNIT_TEST(testAProviderThatHangsLeavesThreadsToOthers);
    CPPUNIT_TEST(testEndFreesTheCallersAndKeepsTheJournal);
    CPPUNIT_TEST_SUITE_END();

public:
    void testCallersShareARefresh() {
        std::vector<std::shared_ptr<base::OneShotEvent>> events;
        for (int i = 0; i < 1000; ++i)
            events.push_back(ask());
        for (const auto& event : events)
            CPPUNIT_ASSERT(event && !event->fired());
        queue().runDue();
        for (const auto& event : events)
            CPPUNIT_ASSERT(event->fired());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), stored().version);
    }

    void testThreadsShareARefresh() {
        _services->start();
        leave(90s);
        std::vector<std::thread> callers;
        std::atomic<int> served{0};
        for (int i = 0; i < 16; ++i)
            callers.emplace_back([&] { served += token() == "access-new" ? 1 : 0; });
        for (auto& caller : callers)
            caller.join();
        CPPUNIT_ASSERT_EQUAL(16, served.load());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
    }

    void testNobodyWaitsAfterAFailure() {
        failRefreshes(ProviderErrorKind::transient);
        (void)ask();
        queue().runDue();
        CPPUNIT_ASSERT_MESSAGE("for the length of the pause", !ask());
        _fixture->advance(5s);
        CPPUNIT_ASSERT(ask());
    }

    void testLostAnswerIsAskedForAgainWithoutACaller() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)ask();
        queue().runDue();
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not before it is due", 1, refreshes());
        pass(1s);
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        pass(1s);
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-2"), storedRefreshToken());
        pass(600s);
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("settled", 3, refreshes());
    }

    void testCallerDoesNotDoubleAPendingRefresh() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)ask();
        queue().runDue();
        pass(1s);
        CPPUNIT_ASSERT_MESSAGE("the pause is over", ask());
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one attempt for the caller and the journal", 2, refreshes());
    }

    void testStartSettlesWhatAnEarlierRunLeft() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)ask();
        queue().runDue();
        _fixture->provider.onRefresh = [](const auto& spent) {
            return ScriptedProvider::tokens("after-" + revealed(spent), 3600s);
        };
        TokenServices next(*_fixture, _fixture->catalog);
        next.queue.runDue();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-after-refresh-1"), storedRefreshToken());
        CPPUNIT_ASSERT_EQUAL(2, refreshes());
    }

    void testStartTriesAgainWhileTheJournalCantBeRead() {
        _fixture->put(domain::PendingRefresh{.account = _account, .version = 1});
        std::atomic<int> looks{0};
        _fixture->store.hook = [&](const std::string& step) {
            if (step == "select pending refreshes" && ++looks == 1)
                throw base::Error(ErrorCode::storeUnavailable);
        };
        TokenServices next(*_fixture, _fixture->catalog);
        next.start();
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (refreshes() == 0 && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(1ms);
        CPPUNIT_ASSERT(next.queue.stop(30s));
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(2), stored().version);
    }

    void testPluginThatThrowsAnythingEndsNoThread() {
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet { throw 42; };
        const auto event = ask();
        queue().runDue();
        CPPUNIT_ASSERT(event->fired());
        _fixture->provider.onRefresh = [](const auto&) { return ScriptedProvider::tokens("2", 3600s); };
        pass(60s);
        queue().runDue();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its intent was stored, so it is asked again", std::string("refresh-2"),
                                     storedRefreshToken());
    }

    void testTooManyAccountsAreBusy() {
        TokenServices small(*_fixture, _fixture->catalog, 1);
        CPPUNIT_ASSERT(small.queue.ask(_account, "jira", 1, {}));
        CPPUNIT_ASSERT_MESSAGE("another caller of the account", small.queue.ask(_account, "jira", 1, {}));
        const auto other = _fixture->linkAccount("2", "bob");
        ASSERT_REFUSED(ErrorCode::busy, small.queue.ask(other, "jira", 1, {}));
        small.queue.runDue();
        CPPUNIT_ASSERT(small.queue.ask(other, "jira", 1, {}));
    }

    void testAProviderThatHangsLeavesThreadsToOthers() {
        std::promise<void> release;
        const auto released = release.get_future().share();
        std::atomic<int> hanging{0};
        _fixture->provider.onRefresh = [&](const auto&) {
            if (++hanging <= 3)
                released.wait();
            return ScriptedProvider::tokens("new", 3600s);
        };
        std::vector<std::shared_ptr<base::OneShotEvent>> events;
        for (int i = 2; i < 7; ++i)
            events.push_back(
                queue().ask(_fixture->linkAccount(std::to_string(i), std::to_string(i)), "jira", 1, {}));
        _services->start();
        await([&] { return hanging == 3; });
        const auto other = queue().ask(_account, "confluence", 1, {});
        await([&] { return other->fired(); });
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the others of the provider wait for its threads", 4, refreshes());
        release.set_value();
        for (const auto& event : events)
            await([&] { return event->fired(); });
        CPPUNIT_ASSERT_EQUAL(6, refreshes());
    }

    void testEndFreesTheCallersAndKeepsTheJournal() {
        failRefreshes(ProviderErrorKind::ambiguous);
        (void)ask();
        queue().runDue();
        pass(1s);
        const auto event = ask();
        CPPUNIT_ASSERT(queue().stop(0ms));
        CPPUNIT_ASSERT(event->fired());
        CPPUNIT_ASSERT_MESSAGE("nobody waits for a queue that has ended", !ask());
        CPPUNIT_ASSERT_EQUAL(1, refreshes());
        CPPUNIT_ASSERT_EQUAL(
            std::size_t(1),
            _fixture->store.read([](const domain::ReadView& view) { return view.pendingRefreshes(); })
                .size());
    }

private:
    [[nodiscard]] RefreshQueue& queue() { return _services->queue; }
    std::shared_ptr<base::OneShotEvent> ask() { return queue().ask(_account, "jira", stored().version, {}); }
    static void await(const std::function<bool()>& isThere) {
        for (int i = 0; i < 10'000 && !isThere(); ++i)
            std::this_thread::sleep_for(1ms);
        CPPUNIT_ASSERT(isThere());
    }
    void pass(std::chrono::seconds time) {
        _fixture->advance(time);
        _fixture->clock.steady += time;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RefreshQueueTest);
