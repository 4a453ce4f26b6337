// SPDX-License-Identifier: Apache-2.0
// What several threads do to one row at once.
#include "StoreFixture.h"

#include <atomic>
#include <barrier>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <thread>

using namespace central_oauth;
using namespace central_oauth::store;

class StoreRaceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StoreRaceTest);
    CPPUNIT_TEST(testOneWinnerOfManySwaps);
    CPPUNIT_TEST(testRemoveRacesReplace);
    CPPUNIT_TEST(testStateIsTakenByOne);
    CPPUNIT_TEST(testOneBrowserBegins);
    CPPUNIT_TEST(testOneFirstDelivery);
    CPPUNIT_TEST(testEndRacesDelivery);
    CPPUNIT_TEST(testDeliveryCancellationAndExpiryHaveOneWinner);
    CPPUNIT_TEST(testReadersSeeWholePairs);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }
    void tearDown() override { _fixture.reset(); }

    void testOneWinnerOfManySwaps() {
        const AccountId id = linkAccount(*_fixture, "1");
        for (std::int64_t version = 1; version <= 10; ++version) {
            std::atomic<int> winners{0};
            together(4, [&](int) {
                if (accounts().replaceTokens(id, version, makeTokens("x", now()), {}, now()))
                    ++winners;
            });
            CPPUNIT_ASSERT_EQUAL(1, winners.load());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{11}, accounts().findTokens(id)->version);
    }

    void testRemoveRacesReplace() {
        for (int round = 0; round < 20; ++round) {
            const AccountId id = linkAccount(*_fixture, std::to_string(round));
            std::optional<RemovedAccount> removed;
            together(2, [&](int thread) {
                if (thread == 0)
                    removed = accounts().remove(ClientId("cli_alpha"), id, now());
                else
                    static_cast<void>(accounts().replaceTokens(id, 1, makeTokens("x", now()), {}, now()));
            });
            CPPUNIT_ASSERT(removed.has_value());
            CPPUNIT_ASSERT(!accounts().findTokens(id));
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM tokens"));
    }

    void testStateIsTakenByOne() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        CPPUNIT_ASSERT(
            links().beginAuthorization(LinkId("lnk_1"), "browser", "state", makeAuthorization("s"), now()));
        std::atomic<int> takers{0};
        together(4, [&](int) {
            if (links().takeState("state", now()))
                ++takers;
        });
        CPPUNIT_ASSERT_EQUAL(1, takers.load());
    }

    void testOneBrowserBegins() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        std::atomic<int> owners{0};
        together(4, [&](int thread) {
            const std::string mark = std::to_string(thread);
            if (links().beginAuthorization(LinkId("lnk_1"), "browser-" + mark, "state-" + mark,
                                           makeAuthorization(mark), now()))
                ++owners;
        });
        CPPUNIT_ASSERT_EQUAL(1, owners.load());
    }

    void testOneFirstDelivery() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        std::atomic<int> firsts{0};
        std::atomic<int> payloads{0};
        together(6, [&](int thread) {
            const Delivery delivery =
                links().deliver(id, AccountId("acc_" + std::to_string(thread)), {}, now());
            firsts += delivery.first ? 1 : 0;
            payloads += delivery.outcome == DeliveryOutcome::delivered ? 1 : 0;
        });
        CPPUNIT_ASSERT_EQUAL(1, firsts.load());
        CPPUNIT_ASSERT_EQUAL(3, payloads.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM accounts"));
    }

    void testEndRacesDelivery() {
        for (int round = 0; round < 10; ++round) {
            const std::string number = std::to_string(round);
            const LinkId id = stageLink(*_fixture, number, makeGrant(number, now(), "person-" + number));
            bool ended = false;
            bool delivered = false;
            together(2, [&](int thread) {
                if (thread == 0)
                    ended = links().end(id, EndReason::cancelled, now());
                else
                    delivered = links().deliver(id, AccountId("acc_" + number), {}, now()).first;
            });
            CPPUNIT_ASSERT(ended != delivered);
            CPPUNIT_ASSERT(delivered == accounts().findTokens(AccountId("acc_" + number)).has_value());
        }
    }

    // Whoever wins, the grant is an account's or waits for its revocation, and never both or neither.
    void testDeliveryCancellationAndExpiryHaveOneWinner() {
        for (int round = 0; round < 10; ++round) {
            const std::string number = std::to_string(round);
            const LinkId id = stageLink(*_fixture, number, makeGrant(number, now(), "person-" + number));
            const Timestamp late = now() + std::chrono::seconds(600);
            together(3, [&](int thread) {
                if (thread == 0)
                    static_cast<void>(links().end(id, EndReason::cancelled, now()));
                else if (thread == 1)
                    static_cast<void>(links().deliver(id, AccountId("acc_" + number), {}, now()));
                else
                    static_cast<void>(links().purge({}, late));
            });
            const bool delivered = accounts().findTokens(AccountId("acc_" + number)).has_value();
            const auto dropped = _fixture->store->droppedStages().list({"jira"}, 10);
            CPPUNIT_ASSERT_EQUAL(delivered ? std::size_t(0) : std::size_t(1), dropped.size());
            if (!delivered) {
                CPPUNIT_ASSERT_EQUAL("refresh-" + number, revealed(dropped.front().refreshToken));
                CPPUNIT_ASSERT_EQUAL("person-" + number, dropped.front().upstreamId);
                CPPUNIT_ASSERT(_fixture->store->droppedStages().remove(id));
            }
        }
    }

    void testReadersSeeWholePairs() {
        const AccountId id = linkAccount(*_fixture, "1");
        std::atomic<bool> done{false};
        std::atomic<int> torn{0};
        together(4, [&](int thread) {
            if (thread == 0) {
                for (std::int64_t version = 1; version <= 50; ++version)
                    static_cast<void>(accounts().replaceTokens(
                        id, version, makeTokens(std::to_string(version + 1), now()), {}, now()));
                done = true;
                return;
            }
            while (!done) {
                const auto tokens = accounts().findTokens(id);
                const std::string mark = std::to_string(tokens->version);
                if (revealed(tokens->accessToken) != "access-" + mark ||
                    revealed(tokens->refreshToken) != "refresh-" + mark)
                    ++torn;
            }
        });
        CPPUNIT_ASSERT_EQUAL(0, torn.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{51}, accounts().findTokens(id)->version);
    }

private:
    LinkRepository& links() { return _fixture->store->links(); }
    AccountRepository& accounts() { return _fixture->store->accounts(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    // Runs the work on so many threads that start at the same moment.
    static void together(int threads, const std::function<void(int)>& work) {
        std::barrier start(threads);
        std::vector<std::thread> all;
        for (int i = 0; i < threads; ++i)
            all.emplace_back([&work, &start, i] {
                start.arrive_and_wait();
                work(i);
            });
        for (std::thread& thread : all)
            thread.join();
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreRaceTest);
