// SPDX-License-Identifier: Apache-2.0
// A wall clock that is ahead for a while: its effect on links, grant tokens and audit entries.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <string>

using namespace central_oauth::test;

class ClockJumpTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ClockJumpTest);
    CPPUNIT_TEST(testNothingIsDeletedByAClockThatRunsAhead);
    CPPUNIT_TEST(testWhatHasExpiredIsDeleted);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _account = _service->linkAccount().text("account_id");
        const auto issued = _service->post("/v1/accounts/" + _account + "/grant-tokens", _service->key(),
                                           R"({"label":"job"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        _grantToken = issued.text("grant_token");
        _link = _service->createLink();
        _entries = std::stoi(sql("SELECT COUNT(*) FROM audit"));
        CPPUNIT_ASSERT(_entries > 0);
    }
    void testNothingIsDeletedByAClockThatRunsAhead() {
        _service->advanceClock(farAhead);
        _service->waitForLog("the wall clock has jumped ahead");
        CPPUNIT_ASSERT_EQUAL(std::string("1\n"), sql("SELECT COUNT(*) FROM grant_tokens"));
        CPPUNIT_ASSERT(std::stoi(sql("SELECT COUNT(*) FROM audit")) >= _entries);
        _service->advanceClock(-farAhead);
        _service->waitForLog("the wall clock is trusted again");
        CPPUNIT_ASSERT_EQUAL(std::string("pending\n"),
                             sql("SELECT status FROM links WHERE id = '" + _link.id + "'"));
        const auto poll = _service->poll(_link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(poll.body, std::string("authorization_pending"), poll.text("status"));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + _account, _grantToken).status);
        CPPUNIT_ASSERT(std::stoi(sql("SELECT COUNT(*) FROM audit")) >= _entries);
    }

    void testWhatHasExpiredIsDeleted() {
        _service->passTime(farAhead);
        _service->waitForLog("old audit entries dropped");
        CPPUNIT_ASSERT_EQUAL(std::string("0\n"), sql("SELECT COUNT(*) FROM links"));
        CPPUNIT_ASSERT_EQUAL(std::string("0\n"), sql("SELECT COUNT(*) FROM grant_tokens"));
        CPPUNIT_ASSERT_EQUAL(401, _service->get("/v1/tokens/" + _account, _grantToken).status);
        CPPUNIT_ASSERT(_service->completeLog().find("jumped ahead") == std::string::npos);
    }

private:
    static constexpr int farAhead = 401 * 86'400; // longer than anything is stored

    [[nodiscard]] std::string sql(const std::string& statement) const {
        const auto finished =
            runToEnd("/usr/bin/sqlite3", {_service->database().string(), ".timeout 5000", statement}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        return finished.output;
    }

    std::string _account;
    std::string _grantToken;
    TestLink _link;
    int _entries = 0;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClockJumpTest);
