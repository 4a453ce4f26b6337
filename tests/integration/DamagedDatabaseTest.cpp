// SPDX-License-Identifier: Apache-2.0
// Rows that somebody has edited: the daemon starts, names them, and serves all others.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth::test;

class DamagedDatabaseTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(DamagedDatabaseTest);
    CPPUNIT_TEST(testDamagedRowsSpoilNobodyElse);
    CPPUNIT_TEST_SUITE_END();

public:
    void testDamagedRowsSpoilNobodyElse() {
        const auto hurt = _service->linkAccount(R"({"subject":"hurt"})").text("account_id");
        const auto whole = _service->linkAccount(R"({"subject":"whole"})").text("account_id");
        const auto hurtLink = _service->createLink();
        const auto wholeLink = _service->createLink();
        (void)_service->stop();
        const auto other = _service->addClient("other");
        struct Damage {
            std::string table;
            std::string change;
            std::string where;
        };
        const std::string account = " WHERE id = '" + hurt + "'";
        const std::vector<Damage> damages{
            {"accounts", "scopes = '[{\"'", account},
            {"accounts", "status = 'odd'", account},
            {"accounts", "linked_at = 9223372036854775807", account},
            {"grants", "key_id = 'ffffffff'", " WHERE account_id = '" + hurt + "'"},
            {"clients", "scopes = 'link'", " WHERE name = 'other'"},
            {"clients", "kind = 'odd'", " WHERE name = 'other'"},
            {"client_keys", "scopes = '{}'",
             " WHERE client_id IN (SELECT id FROM clients WHERE name = 'other')"},
            {"client_keys", "expires_at = -1",
             " WHERE client_id IN (SELECT id FROM clients WHERE name = 'other')"},
            {"links", "proof = 'odd'", " WHERE id = '" + hurtLink.id + "'"},
            {"links", "expires_at = 9223372036854775807", " WHERE id = '" + hurtLink.id + "'"},
        };
        for (const auto& damage : damages) {
            sql("CREATE TABLE saved AS SELECT * FROM " + damage.table + damage.where);
            sql("UPDATE " + damage.table + " SET " + damage.change + damage.where);
            const auto column = damage.change.substr(0, damage.change.find(' '));
            const auto before = _service->log().size();
            keepSaved();
            _service->start();
            assertOthersAreServed(whole, wholeLink);
            (void)_service->stop();
            const auto log = _service->log().substr(before);
            const auto line = "\"table\":\"" + damage.table + "\",";
            CPPUNIT_ASSERT_MESSAGE(damage.table + ' ' + damage.change + ":\n" + log,
                                   log.find(line) != std::string::npos &&
                                       log.find("\"column\":\"" + column + '"') != std::string::npos);
            restoreSaved(damage.table, column, damage.where);
        }
        _service->start();
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + hurt, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", other, "{}").status);
    }

private:
    void assertOthersAreServed(const std::string& whole, const TestLink& link) const {
        const auto list = _service->get("/v1/accounts", _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(list.body, 200, list.status);
        CPPUNIT_ASSERT_MESSAGE(list.body, list.body.find(whole) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts/" + whole, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + whole, _service->key()).status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/readyz", {}).status);
        const auto polled = _service->get("/v1/poll/" + link.code, link.secret).status;
        CPPUNIT_ASSERT_MESSAGE(std::to_string(polled), polled == 202 || polled == 429);
    }

    // The daemon refuses a table that it does not know.
    void keepSaved() {
        const auto dump = runToEnd("/usr/bin/sqlite3", {_service->database().string(), ".dump saved"}, {});
        _saved = dump.output;
        sql("DROP TABLE saved");
    }

    void restoreSaved(const std::string& table, const std::string& column, const std::string& where) {
        sql(_saved);
        sql("UPDATE " + table + " SET " + column + " = (SELECT " + column + " FROM saved)" + where);
        sql("DROP TABLE saved");
    }

    void sql(const std::string& statement) const { (void)sqlValue(statement); }

    std::string sqlValue(const std::string& statement) const {
        const auto finished = runToEnd(
            "/usr/bin/sqlite3",
            {_service->database().string(), "PRAGMA ignore_check_constraints = 1; " + statement}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        return finished.output;
    }

    std::string _saved;
};

CPPUNIT_TEST_SUITE_REGISTRATION(DamagedDatabaseTest);
