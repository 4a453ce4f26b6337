// SPDX-License-Identifier: Apache-2.0
// Links that expired unfinished, and when their data is dropped.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class LinkPurgeTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(LinkPurgeTest);
    CPPUNIT_TEST(testExpiryIsRecordedOnce);
    CPPUNIT_TEST(testLiveAndFinishedLinksDoNotExpire);
    CPPUNIT_TEST(testExpiredLinksComeInBatches);
    CPPUNIT_TEST(testCodeIsFreeAgainAfterADay);
    CPPUNIT_TEST(testPurgeEmptiesExpiredAndLeavesTheRest);
    CPPUNIT_TEST(testPurgeEmptiesOldDeliveries);
    CPPUNIT_TEST(testPurgeDropsStagesWithoutALink);
    CPPUNIT_TEST(testPurgeWorksInBatches);
    CPPUNIT_TEST(testKeepsLinksThatChangedSinceTheyWereFound);
    CPPUNIT_TEST_SUITE_END();

public:
    void testExpiryIsRecordedOnce() {
        (void)add(makeLink("1", now()));
        (void)add(makeLink("2", now()));
        CPPUNIT_ASSERT(!noteExpiryOf("1"));
        advance(24h);
        CPPUNIT_ASSERT(noteExpiryOf("1"));
        CPPUNIT_ASSERT(!noteExpiryOf("1"));
        CPPUNIT_ASSERT(!noteExpiryOf("unknown"));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_2"), noteExpiries(10));
        CPPUNIT_ASSERT_EQUAL(std::string(), noteExpiries(10));
    }

    void testLiveAndFinishedLinksDoNotExpire() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(end(id, EndReason::declined));
        (void)linkAccount("2");
        (void)add(makeLink("3", now()));
        CPPUNIT_ASSERT_EQUAL(std::string(), noteExpiries(10));
        advance(24h);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3"), noteExpiries(10));
    }

    void testExpiredLinksComeInBatches() {
        for (const auto& [number, life] :
             std::vector<std::pair<std::string, std::chrono::seconds>>{{"1", 3s}, {"2", 2s}, {"3", 1s}}) {
            Link each = makeLink(number, now());
            each.expiresAt = now() + life;
            (void)add(each);
        }
        advance(3s);
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_3 lnk_2"), noteExpiries(2));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_1"), noteExpiries(2));
    }

    void testCodeIsFreeAgainAfterADay() {
        (void)add(makeLink("1", now()));
        Link again = makeLink("2", now());
        again.codeHash = "code-1";
        advance(600s + 24h - 1s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), purge());
        CPPUNIT_ASSERT(!add(again));
        advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), purge());
        CPPUNIT_ASSERT(!link(id));
        CPPUNIT_ASSERT(add(again).has_value());
    }

    void testPurgeEmptiesExpiredAndLeavesTheRest() {
        (void)stage("1");
        const auto away = approveLink(place(), makeLink("2", now()));
        advance(119s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), purge());
        advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), purge());
        CPPUNIT_ASSERT(stageState(id) == StageState::dropped);
        CPPUNIT_ASSERT(!link(away)->authorization.empty());
        advance(480s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), purge());
        CPPUNIT_ASSERT(link(away)->authorization.empty() && link(away)->stateHash.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), purge());
    }

    void testPurgeEmptiesOldDeliveries() {
        (void)linkAccount("1");
        advance(60s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), purge());
        CPPUNIT_ASSERT(stageState(id) == StageState::delivered);
        advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), purge());
        CPPUNIT_ASSERT(!stageOf(id));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::delivered);
    }

    void testPurgeDropsStagesWithoutALink() {
        (void)stage("1");
        erase(id);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), purge());
        CPPUNIT_ASSERT(stageState(id) == StageState::dropped);
    }

    void testPurgeWorksInBatches() {
        transact([&](Transaction& transaction) {
            for (int number = 0; number < 120; ++number)
                transaction.put(makeLink(std::to_string(number), now()));
        });
        advance(25h);
        CPPUNIT_ASSERT_EQUAL(std::size_t(50), purge());
        CPPUNIT_ASSERT_EQUAL(std::size_t(50), purge());
        CPPUNIT_ASSERT_EQUAL(std::size_t(20), purge());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), purge());
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), counted(LinkFilter{}));
    }

    void testKeepsLinksThatChangedSinceTheyWereFound() {
        CPPUNIT_ASSERT(add(makeLink("1", now())));
        const PurgeableLinks found{.rows = {id}, .states = {id}, .stages = {id}};
        const auto changed = transact(
            [&](Transaction& transaction) { return domain::purgeLinks(transaction, found, {}, now()); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), changed);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), counted(LinkFilter{}));
    }

private:
    std::optional<Link> add(const Link& link) {
        return transact([&](Transaction& transaction) { return addLink(transaction, link); });
    }
    bool noteExpiryOf(const std::string& number) {
        return transact([&](Transaction& transaction) {
            return noteExpired(transaction, LinkId("lnk_" + number), now());
        });
    }
    std::string noteExpiries(std::size_t most) {
        std::string names;
        for (const auto& noted :
             transact([&](Transaction& transaction) { return noteExpired(transaction, now(), most); }))
            names += (names.empty() ? "" : " ") + noted.id.value();
        return names;
    }
    std::size_t purge() {
        return transact([&](Transaction& transaction) { return memory::purgeLinks(transaction, now(), 50); });
    }

    const LinkId id{"lnk_1"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkPurgeTest);
