// SPDX-License-Identifier: Apache-2.0
// Clocks that jump, and lifetimes from upstream: no token is served for longer than it was granted.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class LifetimeTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LifetimeTest);
    CPPUNIT_TEST(testClockSetBackWhileRunning);
    CPPUNIT_TEST(testClockSetBehindTheGrantWhileRunning);
    CPPUNIT_TEST(testClockSetForwardWhileRunning);
    CPPUNIT_TEST(testClockSetBackBeforeARestart);
    CPPUNIT_TEST(testClockSetBehindTheGrantBeforeTheDelivery);
    CPPUNIT_TEST(testClockBeforeTheGrantAfterAReboot);
    CPPUNIT_TEST(testClockSetBackBeforeTheDelivery);
    CPPUNIT_TEST(testUpstreamsTimeIsComparedOnce);
    CPPUNIT_TEST_SUITE_END();

public:
    void testClockSetBackWhileRunning() {
        const auto linked = _service->linkAccount();
        _service->passTime(1800);
        _service->advanceClock(-1500);
        expectLeft(linked, 1800);
        _service->passTime(1805);
        expectRefreshed(linked);
    }

    // The steady clock knows the age of the grant, so upstream is not needed.
    void testClockSetBehindTheGrantWhileRunning() {
        const auto linked = _service->linkAccount();
        (void)_simulator->control("POST", "faults", R"({"target":"token","kind":"status","status":503})");
        _service->advanceClock(-30);
        expectLeft(linked, 3600);
        _service->advanceClock(-86400);
        _service->passTime(1800);
        expectLeft(linked, 1800);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->start();
        expectLeft(linked, 1800);
        _service->passTime(1805);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a day before its end by the wall clock", 503, token(linked).status);
    }

    void testClockSetForwardWhileRunning() {
        const auto linked = _service->linkAccount();
        _service->advanceClock(86400);
        expectRefreshed(linked);
        // The clock is corrected: by the wall clock the new token now lives a day too long.
        _service->advanceClock(-86400);
        _service->passTime(3605);
        expectVersion(linked, 3);
    }

    void testClockSetBackBeforeARestart() {
        const auto linked = _service->linkAccount();
        _service->passTime(1800);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->advanceClock(-1500);
        _service->start();
        expectLeft(linked, 1800);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->passTime(1805);
        _service->start();
        expectRefreshed(linked);
    }

    void testClockSetBehindTheGrantBeforeTheDelivery() {
        const auto link = _service->createLink();
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(200,
                             ServiceUnderTest::consent(browser, _service->approve(browser, link)).status);
        _service->advanceClock(-30);
        const auto delivered = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(delivered.body, 200, delivered.status);
        const auto left = delivered.json()->getValue<int>("expires_in");
        CPPUNIT_ASSERT_MESSAGE(std::to_string(left), left <= 3600 && left > 3540);
        expectLeft(delivered, 3600);
    }

    // After a reboot the age of the grant is unknown.
    void testClockBeforeTheGrantAfterAReboot() {
        const auto linked = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->passTime(-86400); // a steady clock that runs back belongs to another boot
        _service->start();
        expectRefreshed(linked);
    }

    void testClockSetBackBeforeTheDelivery() {
        const auto link = _service->createLink();
        WebBrowser browser;
        CPPUNIT_ASSERT_EQUAL(200,
                             ServiceUnderTest::consent(browser, _service->approve(browser, link)).status);
        _service->passTime(60);
        _service->advanceClock(-50);
        const auto delivered = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(delivered.body, 200, delivered.status);
        CPPUNIT_ASSERT(delivered.json()->getValue<int>("expires_in") <= 3540);
        expectLeft(delivered, 3540);
    }

    void testUpstreamsTimeIsComparedOnce() {
        const auto linked = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL(0, warnings());
        _service->passTime(3600);
        (void)token(linked);
        _service->passTime(3600);
        (void)token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("an hour, and then another one", 2, warnings());
        const auto again = _service->linkAccount(R"({"subject":"two"})");
        CPPUNIT_ASSERT_EQUAL(200, again.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("once for each change, not for each call", 2, warnings());
    }

private:
    [[nodiscard]] HttpAnswer token(const HttpAnswer& linked) const {
        return _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
    }

    void expectVersion(const HttpAnswer& linked, int version) const {
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, 200, read.status);
        CPPUNIT_ASSERT_EQUAL(version, read.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT(read.json()->getValue<int>("expires_in") <= 3600);
    }

    void expectRefreshed(const HttpAnswer& linked) const { expectVersion(linked, 2); }

    // Asserts this lifetime, less the seconds that the test takes.
    void expectLeft(const HttpAnswer& linked, int seconds) const {
        const auto read = token(linked);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, 200, read.status);
        const auto left = read.json()->getValue<int>("expires_in");
        CPPUNIT_ASSERT_EQUAL(1, read.json()->getValue<int>("token_version"));
        CPPUNIT_ASSERT_MESSAGE(std::to_string(left), left <= seconds && left > seconds - 60);
    }

    [[nodiscard]] int warnings() const {
        int found = 0;
        const auto log = _service->log();
        const std::string words = "clock and upstream's differ";
        for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + 1))
            ++found;
        return found;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LifetimeTest);
