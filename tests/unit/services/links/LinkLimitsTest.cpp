// SPDX-License-Identifier: Apache-2.0
// Tests how many links a client and a subject may have, and how fast they may create links.
#include "LinkServiceFixture.h"
#include "central_oauth/domain/Removal.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <thread>
#include <vector>

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
    CPPUNIT_TEST(testAccountsAreLimitedAlsoWhenLinksAreCreatedAtOnce);
    CPPUNIT_TEST(testCreationCountsNoRowsOfLinks);
    CPPUNIT_TEST(testLinkThatIsNotStoredTakesNoPlace);
    CPPUNIT_TEST(testLinkThatMayBeStoredKeepsItsPlace);
    CPPUNIT_TEST(testLimitHoldsForManyThreads);
    CPPUNIT_TEST(testPlaceIsReleasedHoweverALinkEnds);
    CPPUNIT_TEST(testExpiredLinkCountsAgainIfTheClockIsSetBack);
    CPPUNIT_TEST(testRestartedServiceCountsWhatIsStored);
    CPPUNIT_TEST(testRemovedClientLeavesNoLinks);
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
        _fixture->store.hook = memory::onceBefore(
            "commit", [this] { ASSERT_REFUSED(ErrorCode::tooManyRequests, create("one")); });
        (void)create("two");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), liveLinks().size());
    }

    void testAccountsAreLimitedAlsoWhenLinksAreCreatedAtOnce() {
        _fixture->client.maxAccounts = 1;
        _fixture->store.hook = memory::onceBefore(
            "commit", [this] { ASSERT_REFUSED(ErrorCode::tooManyRequests, create("one")); });
        (void)create("two");
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), liveLinks().size());
    }

    void testCreationCountsNoRowsOfLinks() {
        (void)create("one");
        _fixture->store.hook = [](const std::string& step) {
            CPPUNIT_ASSERT_MESSAGE(step, step != "count links" && step != "select links");
        };
        const int transactions = _fixture->store.counters.transactions;
        (void)create("two");
        CPPUNIT_ASSERT_EQUAL(transactions + 1, _fixture->store.counters.transactions.load());
    }

    void testLinkThatIsNotStoredTakesNoPlace() {
        _fixture->client.liveLinks = 1;
        for (const std::string step : {"transact", "find client", "put link", "record", "commit"}) {
            _fixture->store.hook = memory::failing(step);
            ASSERT_REFUSED(ErrorCode::storeUnavailable, create("one"));
            _fixture->store.hook = nullptr;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(step, std::size_t(0), _live->count());
        }
        (void)create("two");
    }

    void testLinkThatMayBeStoredKeepsItsPlace() {
        UncertainStore store(_fixture->store);
        LinkService service({store, _fixture->sealer, _fixture->catalog, _fixture->hasher, _fixture->clock,
                             *_held, *_authenticator, *_live});
        const LinkRequest request{"", "one", "", ""};
        ASSERT_REFUSED(ErrorCode::storeUnavailable,
                       service.create(_fixture->caller(), request, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), liveLinks().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _live->count());
        store.isReadable = false;
        ASSERT_REFUSED(ErrorCode::storeUnavailable,
                       service.create(_fixture->caller(), request, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), _live->count());
        _fixture->advance(600s);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("until it expires", std::size_t(0), _live->count());
    }

    void testLimitHoldsForManyThreads() {
        constexpr int room = 5;
        constexpr int threads = 8;
        _fixture->client.liveLinks = room;
        _fixture->client.linksPerMinute = 1000;
        std::atomic<int> created{0};
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back([&] {
                for (int each = 0; each < room; ++each)
                    try {
                        (void)create();
                        ++created;
                    } catch (const base::Error&) {
                        continue;
                    }
            });
        for (auto& thread : all)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(room, created.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(room), liveLinks().size());
    }

    // The counts of memory and those of the store are the same after whatever happens to links.
    void testPlaceIsReleasedHoweverALinkEnds() {
        const auto declined = create("one");
        const auto delivered = create("one");
        const auto expired = create("one");
        const auto approved = create("one");
        stage(delivered);
        (void)poll(delivered);
        end(declined, domain::EndReason::declined);
        requireSame(2);
        _fixture->advance(590s);
        approve(approved); // lives for two minutes from now on
        _fixture->advance(10s);
        requireSame(1);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(expired));
        _fixture->advance(110s);
        requireSame(0);
        _service->purge();
        requireSame(0);
    }

    void testExpiredLinkCountsAgainIfTheClockIsSetBack() {
        (void)create("one");
        const auto noted = create("one");
        _fixture->advance(600s);
        requireSame(0);
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(noted));
        _fixture->advance(-300s);
        requireSame(1);
        _fixture->advance(1h);
        requireSame(0);
    }

    void testRestartedServiceCountsWhatIsStored() {
        (void)create("one");
        const auto ended = create("one");
        end(ended, domain::EndReason::cancelled);
        _live = std::make_unique<LiveLinks>([this] { return liveLinks(); }, _fixture->clock);
        _fixture->client.liveLinks = 1;
        makeService();
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("two"));
        requireSame(1);
    }

    void testRemovedClientLeavesNoLinks() {
        (void)create("one");
        const auto beta = _fixture->addClient("beta");
        const Caller other{beta, "key-beta", domain::clientScopes()};
        (void)_service->create(other, {"", "one", "", ""}, _fixture->origin);
        requireSame(2);
        _fixture->store.transact([&](domain::Transaction& transaction) {
            domain::removeClient(transaction, _fixture->client);
            transaction.record({.at = _fixture->now(), .action = "client.removed"});
        });
        requireSame(1);
    }

private:
    /// Commits, and reports a failure.
    class UncertainStore final : public domain::Store {
    public:
        explicit UncertainStore(domain::Store& store) : _store(store) {}
        bool isReadable = true;
        void requireWritable() const override {}
        void observe(domain::CommitObserver*) override {}

    protected:
        void doRead(const std::function<void(const domain::ReadView&)>& fn) const override {
            if (!isReadable)
                fail();
            _store.read(fn);
        }
        void doTransact(const std::function<void(domain::Transaction&)>& fn) override {
            _store.transact(fn);
            fail();
        }
        bool doTransactIfFree(const std::function<void(domain::Transaction&)>& fn) override {
            return _store.transactIfFree(fn);
        }

    private:
        [[noreturn]] static void fail() {
            throw base::Error(ErrorCode::storeUnavailable, {}, "the disk did not answer");
        }

        domain::Store& _store;
    };

    void requireSame(std::size_t live) {
        CPPUNIT_ASSERT_EQUAL(live, liveLinks().size());
        CPPUNIT_ASSERT_EQUAL(live, _live->count());
    }

    void createAndCancel(const std::string& subject = {}) {
        const auto created = create(subject);
        _service->cancel(created.code, PollCredential::ofSecret(created.secret), _fixture->origin);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkLimitsTest);
