// SPDX-License-Identifier: Apache-2.0
// An unfinished link is reported once: by its poll, or by the housekeeper, also after a restart.
#include "../support/DaemonFixture.h"
#include "../support/People.h"
#include "LogLines.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class LinkExpiryTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LinkExpiryTest);
    CPPUNIT_TEST(testExpiredLinkIsAuditedOnceByItsPoll);
    CPPUNIT_TEST(testLinkThatExpiredWhileTheServiceWasDown);
    CPPUNIT_TEST(testApprovalSentAgainExtendsNothing);
    CPPUNIT_TEST(testLongestLifeIsDeliveredAndReportedToItsEnd);
    CPPUNIT_TEST_SUITE_END();

public:
    void testExpiredLinkIsAuditedOnceByItsPoll() {
        const auto link = _service->createLink();
        _service->passTime(601);
        const auto lines =
            linesOf(*_service, [&] { CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status); });
        CPPUNIT_ASSERT(expectFields(lines, {"link", "client", "provider"}) > 0);
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->start();
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(1, expiries(link));
    }

    void testLinkThatExpiredWhileTheServiceWasDown() {
        const auto link = _service->createLink();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->passTime(3 * 86400);
        _service->start();
        _service->waitForLog("link.expired");
        CPPUNIT_ASSERT_EQUAL(0, _service->stop()); // the row is written after the line
        CPPUNIT_ASSERT_EQUAL(1, expiries(link));
        for (const auto& line : allLines(*_service))
            if (line.field("action") == "link.expired")
                for (const char* name : {"link", "client", "provider"})
                    CPPUNIT_ASSERT_MESSAGE(line.text, !line.field(name).empty());
    }

    void testApprovalSentAgainExtendsNothing() {
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto form = browser.open(link.url);
        const auto approve = [&] {
            return browser.post(
                form.url, _service->url(),
                {{"csrf", form.inputValue("csrf")}, {"decision", "approve"}, {"code", link.code}});
        };
        _service->passTime(590);
        const auto moving = approve();
        CPPUNIT_ASSERT_EQUAL(200, moving.status);
        _service->passTime(110);
        CPPUNIT_ASSERT_EQUAL(200, approve().status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        _service->passTime(15);
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
        (void)approve();
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
    }

    // The link is approved, granted, its site chosen and delivered at the last moment each. Polls follow
    // restarts, whose first housekeeping drops the data that is no longer needed.
    void testLongestLifeIsDeliveredAndReportedToItsEnd() {
        addSecondSite(*_simulator);
        const auto link = _service->createLink();
        WebBrowser browser;
        _service->passTime(590);
        const auto moving = _service->approve(browser, link);
        _service->passTime(110);
        const auto choice = ServiceUnderTest::consent(browser, moving);
        _service->passTime(110);
        const auto done = browser.post(choice.url, _service->url(),
                                       {{"csrf", choice.inputValue("csrf")},
                                        {"decision", "approve"},
                                        {"site", choice.inputValue("site")}});
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        _service->passTime(110);
        restart();
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        _service->passTime(50);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("delivered again", 200, _service->poll(link).status);
        _service->passTime(560);
        restart();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("delivered long ago", 410, _service->poll(link).status);
        _service->passTime(150);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("Undo is possible", 410, _service->poll(link).status);
        _service->passTime(40);
        CPPUNIT_ASSERT_EQUAL(404, _service->poll(link).status);
    }

private:
    void restart() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->start();
    }

    [[nodiscard]] int expiries(const TestLink& link) const {
        const auto counted = runToEnd(
            "/usr/bin/sqlite3",
            {_service->database().string(),
             "SELECT COUNT(*) FROM audit WHERE action = 'link.expired' AND link_id = '" + link.id + "'"},
            {});
        return std::stoi(counted.output);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkExpiryTest);
