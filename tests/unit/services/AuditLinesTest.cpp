// SPDX-License-Identifier: Apache-2.0
// Each committed audit entry is a line of the log.
#include "central_oauth/services/AuditLines.h"

#include "ServiceFixture.h"
#include "central_oauth/logging/RequestScope.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;

class AuditLinesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditLinesTest);
    CPPUNIT_TEST(testLineHasWhatTheEntryNames);
    CPPUNIT_TEST(testWhatAnEntryDoesNotNameStaysTheRequests);
    CPPUNIT_TEST(testEntryHasTheClientsName);
    CPPUNIT_TEST(testNoLevelSilencesIt);
    CPPUNIT_TEST(testUndoneEntryIsNoLine);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture.store.observe(&_lines); }

    void testLineHasWhatTheEntryNames() {
        record({.at = _fixture.now(),
                .actor = browserOf(_fixture.origin),
                .action = "link.declined",
                .client = _fixture.client.id,
                .clientName = "of then",
                .account = base::AccountId("acc_1"),
                .link = base::LinkId("lnk_1"),
                .outcome = "ok"});
        for (const std::string field :
             {R"("channel":"central_oauth.audit")", R"("message":"audit")", R"("action":"link.declined")",
              R"("outcome":"ok")", R"("actor":"browser")", R"("client":"cli_alpha")",
              R"("client_name":"of then")", R"("account":"acc_1")", R"("link":"lnk_1")",
              R"("address":"192.0.2.7")", R"("request_id":"request-1")"})
            CPPUNIT_ASSERT_MESSAGE(field + " in " + logged(), logged().find(field) != std::string::npos);
    }

    void testWhatAnEntryDoesNotNameStaysTheRequests() {
        const logging::RequestScope scope("request-2", {{"account", "acc_2"}});
        record({.action = "account.used", .outcome = "ok"});
        for (const std::string field :
             {R"("actor":"system")", R"("account":"acc_2")", R"("request_id":"request-2")"})
            CPPUNIT_ASSERT_MESSAGE(field + " in " + logged(), logged().find(field) != std::string::npos);
        CPPUNIT_ASSERT(logged().find("client") == std::string::npos);
    }

    void testEntryHasTheClientsName() {
        record({.action = "client.added", .client = _fixture.client.id});
        CPPUNIT_ASSERT(logged().find(R"("client_name":"alpha")") != std::string::npos);
    }

    void testNoLevelSilencesIt() {
        _fixture.logger.setMinimum(provider::LogLevel::error);
        record({.action = "link.declined"});
        CPPUNIT_ASSERT(logged().find("link.declined") != std::string::npos);
    }

    void testUndoneEntryIsNoLine() {
        _fixture.store.hook = memory::failing("commit");
        ASSERT_REFUSED(base::ErrorCode::storeUnavailable, record({.action = "link.declined"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), logged());
    }

private:
    void record(const domain::AuditEntry& entry) {
        _fixture.store.transact([&](domain::Transaction& transaction) { transaction.record(entry); });
    }

    [[nodiscard]] std::string logged() const { return _fixture.logged.str(); }

    ServiceFixture _fixture;
    AuditLines _lines{_fixture.logger};
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditLinesTest);
