// SPDX-License-Identifier: Apache-2.0
// A changed database cannot redirect tokens.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class StoredAddressTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(StoredAddressTest);
    CPPUNIT_TEST(testNoAddressIsStored);
    CPPUNIT_TEST(testSitesThatAreChangedAreRefused);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        const auto linked = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body, 200, linked.status);
        _account = linked.text("account_id");
        CPPUNIT_ASSERT(addressIn(linked).starts_with(_simulator->url() + "/ex/jira/"));
    }

    void testNoAddressIsStored() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT(sql("SELECT sites FROM accounts").find(_simulator->url()) == std::string::npos);
    }

    // An account's sites decide where its token is sent, so the row's code covers them.
    void testSitesThatAreChangedAreRefused() {
        for (const std::string sites :
             {"json_set(sites, '$[0].products[0].api_base_url', 'https://thief.example')",
              "json_set(sites, '$[0].id', '../../admin')", "json_set(sites, '$[0].id', 'a@thief.example')",
              "json_set(sites, '$[0].products[0].product', '../../admin')"}) {
            change("UPDATE accounts SET sites = " + sites);
            for (const auto& answer : {read(), account()}) {
                CPPUNIT_ASSERT_EQUAL_MESSAGE(sites + answer.body, 503, answer.status);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(sites, std::string::npos, answer.body.find("api_base_url"));
            }
        }
    }

private:
    [[nodiscard]] static std::string addressIn(const HttpAnswer& answer) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 200, answer.status);
        const auto product = answer.json()->getObject("products")->getObject("jira");
        CPPUNIT_ASSERT_MESSAGE(answer.body, !product.isNull());
        return product->getValue<std::string>("api_base_url");
    }

    [[nodiscard]] HttpAnswer read() const { return _service->get("/v1/tokens/" + _account, _service->key()); }
    [[nodiscard]] HttpAnswer account() const {
        return _service->get("/v1/accounts/" + _account, _service->key());
    }

    // Changes the database as somebody with write access does while the daemon is stopped.
    void change(const std::string& statement) {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        (void)sql(statement);
        _service->start();
    }

    [[nodiscard]] std::string sql(const std::string& statement) const {
        const auto finished = runToEnd("/usr/bin/sqlite3", {_service->database().string(), statement}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output, 0, finished.exitCode);
        return finished.output;
    }

    std::string _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoredAddressTest);
