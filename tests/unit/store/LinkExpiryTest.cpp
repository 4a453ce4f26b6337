// SPDX-License-Identifier: Apache-2.0
// The end of a link that nobody finished is noted once.
#include "StoreFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::store;
using namespace std::chrono_literals;

class LinkExpiryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkExpiryTest);
    CPPUNIT_TEST(testEachIsNotedOnce);
    CPPUNIT_TEST(testLiveAndFinishedOnesAreNot);
    CPPUNIT_TEST(testComesInBatches);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }

    void testEachIsNotedOnce() {
        const auto one = create("1");
        const auto two = create("2");
        CPPUNIT_ASSERT(!links().noteExpiry(one, now()));
        CPPUNIT_ASSERT(links().noteExpiry(one, later()));
        CPPUNIT_ASSERT(!links().noteExpiry(one, later()));
        const auto noted = links().noteExpired(later(), 10);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), noted.size());
        CPPUNIT_ASSERT(noted.front().id == two);
        CPPUNIT_ASSERT(links().noteExpired(later(), 10).empty());
        CPPUNIT_ASSERT(!links().noteExpiry(LinkId("lnk_unknown"), later()));
    }

    void testLiveAndFinishedOnesAreNot() {
        const auto ended = create("1");
        CPPUNIT_ASSERT(links().end(ended, EndReason::declined, now()));
        const auto staged = stageLink(*_fixture, "2", makeGrant("2", now()));
        CPPUNIT_ASSERT(links().deliver(staged, AccountId("acc_1"), {}, now()).first);
        (void)create("3");
        CPPUNIT_ASSERT(links().noteExpired(now(), 10).empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), links().noteExpired(later(), 10).size());
    }

    void testComesInBatches() {
        for (const char* mark : {"1", "2", "3"})
            (void)create(mark);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), links().noteExpired(later(), 2).size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), links().noteExpired(later(), 2).size());
    }

private:
    [[nodiscard]] LinkRepository& links() { return _fixture->store->links(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }
    [[nodiscard]] Timestamp later() const { return now() + 24h; }
    [[nodiscard]] LinkId create(const std::string& mark) {
        const auto created = makeLink(mark, now());
        CPPUNIT_ASSERT(links().create(created));
        return created.id;
    }

    std::unique_ptr<StoreFixture> _fixture;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkExpiryTest);
