// SPDX-License-Identifier: Apache-2.0
// Several threads change one record at the same time.
#include "StoreContract.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class RaceTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(RaceTest);
    CPPUNIT_TEST(testOneWinnerOfManySwaps);
    CPPUNIT_TEST(testRemoveRacesReplace);
    CPPUNIT_TEST(testCodeIsGivenOnce);
    CPPUNIT_TEST(testStateIsTakenByOne);
    CPPUNIT_TEST(testOneBrowserApproves);
    CPPUNIT_TEST(testOneFirstDelivery);
    CPPUNIT_TEST(testEndRacesDelivery);
    CPPUNIT_TEST(testDeliveryCancellationAndExpiryHaveOneWinner);
    CPPUNIT_TEST(testReadersSeeWholePairs);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOneWinnerOfManySwaps() {
        const auto id = linkAccount("1");
        for (std::int64_t version = 1; version <= 10; ++version) {
            std::atomic<int> winners{0};
            together(4, [&](int) { winners += replace(id, version, "x") ? 1 : 0; });
            CPPUNIT_ASSERT_EQUAL(1, winners.load());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{11}, grant("acc_1")->version);
    }

    void testRemoveRacesReplace() {
        for (int round = 0; round < 20; ++round) {
            const auto id = linkAccount(std::to_string(round));
            together(2, [&](int thread) {
                if (thread == 0)
                    transact([&](Transaction& transaction) {
                        (void)removeAccount(transaction, sealer(), transaction.find(id).value(), now(),
                                            Revocation::none);
                    });
                else
                    (void)replace(id, 1, "x");
            });
            CPPUNIT_ASSERT(!account(id.value()) && !grant(id.value()));
        }
    }

    void testCodeIsGivenOnce() {
        std::atomic<int> given{0};
        together(6, [&](int thread) {
            Link created = makeLink(std::to_string(thread), now());
            created.codeHash = "code";
            given += transact(
                [&](Transaction& transaction) { return addLink(transaction, created).has_value() ? 1 : 0; });
        });
        CPPUNIT_ASSERT_EQUAL(1, given.load());
    }

    void testStateIsTakenByOne() {
        const auto id = approveLink(place(), makeLink("1", now()));
        std::atomic<int> takers{0};
        together(4, [&](int) {
            takers += transact([&](Transaction& transaction) {
                return takeState(transaction, sealer(), {"state-of-" + id.value()}, now()) ? 1 : 0;
            });
        });
        CPPUNIT_ASSERT_EQUAL(1, takers.load());
    }

    void testOneBrowserApproves() {
        put(makeLink("1", now()));
        std::atomic<int> owners{0};
        together(4, [&](int thread) {
            const std::string mark = std::to_string(thread);
            owners += transact([&](Transaction& transaction) {
                return domain::approveLink(transaction, sealer(), LinkId("lnk_1"), "browser-" + mark,
                                           {"state-" + mark}, makeAuthorization(mark), now())
                           ? 1
                           : 0;
            });
        });
        CPPUNIT_ASSERT_EQUAL(1, owners.load());
    }

    void testOneFirstDelivery() {
        const auto id = stage("1");
        std::atomic<int> firsts{0};
        std::atomic<int> payloads{0};
        together(6, [&](int thread) {
            const Delivery delivery = deliver(id, "acc_" + std::to_string(thread));
            firsts += delivery.isFirst ? 1 : 0;
            payloads += delivery.outcome == DeliveryOutcome::delivered ? 1 : 0;
        });
        CPPUNIT_ASSERT_EQUAL(1, firsts.load());
        CPPUNIT_ASSERT_EQUAL(3, payloads.load());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(AccountFilter{}));
    }

    void testEndRacesDelivery() {
        for (int round = 0; round < 10; ++round) {
            const std::string number = std::to_string(round);
            const auto id = stage(number);
            bool isEnded = false;
            bool isDelivered = false;
            together(2, [&](int thread) {
                if (thread == 0)
                    isEnded = end(id);
                else
                    isDelivered = deliver(id, "acc_" + number).isFirst;
            });
            CPPUNIT_ASSERT(isEnded != isDelivered);
            CPPUNIT_ASSERT_EQUAL(isDelivered, grant("acc_" + number).has_value());
        }
    }

    // The grant belongs to an account or waits for its revocation: never both, never neither.
    void testDeliveryCancellationAndExpiryHaveOneWinner() {
        for (int round = 0; round < 10; ++round) {
            const std::string number = std::to_string(round);
            const auto id = stage(number);
            together(3, [&](int thread) {
                if (thread == 0)
                    (void)end(id);
                else if (thread == 1)
                    (void)deliver(id, "acc_" + number);
                else
                    (void)transact([&](Transaction& transaction) {
                        return memory::purgeLinks(transaction, now() + 600s, 50);
                    });
            });
            const bool isDelivered = grant("acc_" + number).has_value();
            CPPUNIT_ASSERT_EQUAL(!isDelivered, stageState(id) == StageState::dropped);
            if (!isDelivered)
                CPPUNIT_ASSERT_EQUAL("refresh-" + number,
                                     revealed(openStage(sealer(), stageOf(id).value()).refreshToken));
        }
    }

    void testReadersSeeWholePairs() {
        const auto id = linkAccount("1");
        std::atomic<bool> isDone{false};
        std::atomic<int> torn{0};
        together(4, [&](int thread) {
            if (thread == 0) {
                for (std::int64_t version = 1; version <= 50; ++version)
                    (void)replace(id, version, std::to_string(version + 1));
                isDone = true;
                return;
            }
            while (!isDone) {
                const auto tokens = tokensOf(place(), id);
                const std::string mark = std::to_string(tokens.version);
                if (revealed(tokens.accessToken) != "access-" + mark ||
                    revealed(tokens.refreshToken) != "refresh-" + mark)
                    ++torn;
            }
        });
        CPPUNIT_ASSERT_EQUAL(0, torn.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{51}, grant("acc_1")->version);
    }

private:
    // Replaces the tokens as a refresh does. Returns false if the account is gone or has another version.
    bool replace(const AccountId& id, std::int64_t version, const std::string& mark) {
        return transact([&](Transaction& transaction) {
            auto held = transaction.find(id);
            if (!held || held->tokenVersion != version)
                return false;
            noteRefreshed(*held, {}, now());
            auto tokens = makeTokens(mark, now());
            tokens.version = held->tokenVersion;
            transaction.put(*held);
            transaction.put(sealGrant(sealer(), *held, tokens));
            return true;
        });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RaceTest);
