// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class SqliteAuditLogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteAuditLogTest);
    CPPUNIT_TEST(testKeepsRowAndWritesLine);
    CPPUNIT_TEST(testEntryOutlivesItsClient);
    CPPUNIT_TEST(testEveryEntryHasTheNameOfThen);
    CPPUNIT_TEST(testLineIsWrittenWithoutTheRow);
    CPPUNIT_TEST(testPrunesWhatIsOlder);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _fixture = std::make_unique<StoreFixture>(); }
    void tearDown() override { _fixture.reset(); }

    void testKeepsRowAndWritesLine() {
        _fixture->store->audit().append(entry());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             _fixture->number("SELECT COUNT(*) FROM audit WHERE at = 1700000000 AND"
                                              " actor = 'browser' AND action = 'link.declined' AND"
                                              " client_id = 'cli_alpha' AND account_id = '' AND"
                                              " link_id = 'lnk_1' AND address = '192.0.2.7' AND"
                                              " request_id = 'req_1' AND outcome = 'ok'"));
        const std::string log = _fixture->logged.str();
        CPPUNIT_ASSERT(log.find("central_oauth.audit") != std::string::npos);
        CPPUNIT_ASSERT(log.find("link.declined") != std::string::npos);
    }

    void testEntryOutlivesItsClient() {
        addClient(*_fixture, "alpha");
        _fixture->store->audit().append(entry());
        CPPUNIT_ASSERT(_fixture->store->clients().remove("alpha"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM audit"));
    }

    void testEveryEntryHasTheNameOfThen() {
        addClient(*_fixture, "alpha");
        _fixture->store->audit().append(entry());
        CPPUNIT_ASSERT(_fixture->logged.str().find(R"("client_name":"alpha")") != std::string::npos);
        CPPUNIT_ASSERT(_fixture->store->clients().remove("alpha"));
        auto last = entry();
        last.action = "client.removed";
        last.clientName = "alpha";
        _fixture->store->audit().append(last);
        last.client = ClientId("cli_none");
        last.clientName = {};
        _fixture->store->audit().append(last);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2},
                             _fixture->number("SELECT COUNT(*) FROM audit WHERE client_name = 'alpha'"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1},
                             _fixture->number("SELECT COUNT(*) FROM audit WHERE client_name = ''"));
    }

    void testLineIsWrittenWithoutTheRow() {
        auto session = _fixture->openBeside();
        Query(session, "ALTER TABLE audit RENAME TO elsewhere").run();
        CPPUNIT_ASSERT_THROW(_fixture->store->audit().append(entry()), base::Error);
        CPPUNIT_ASSERT(_fixture->logged.str().find("link.declined") != std::string::npos);
    }

    void testPrunesWhatIsOlder() {
        constexpr int entries = 1001; // more than two batches
        for (int i = 0; i < entries; ++i)
            _fixture->store->audit().append(entry());
        _fixture->clock.time += std::chrono::seconds(1);
        _fixture->store->audit().append(entry());
        CPPUNIT_ASSERT_EQUAL(0,
                             _fixture->store->audit().prune(_fixture->clock.time - std::chrono::seconds(1)));
        CPPUNIT_ASSERT_EQUAL(entries, _fixture->store->audit().prune(_fixture->clock.time));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, _fixture->number("SELECT COUNT(*) FROM audit"));
    }

private:
    [[nodiscard]] AuditEntry entry() const {
        AuditEntry entry;
        entry.at = _fixture->clock.time;
        entry.actor = "browser";
        entry.action = "link.declined";
        entry.client = ClientId("cli_alpha");
        entry.link = LinkId("lnk_1");
        entry.address = "192.0.2.7";
        entry.requestId = "req_1";
        entry.outcome = "ok";
        return entry;
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteAuditLogTest);
