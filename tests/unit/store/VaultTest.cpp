// SPDX-License-Identifier: Apache-2.0
#include "Vault.h"

#include "StoreFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

class VaultTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VaultTest);
    CPPUNIT_TEST(testRefusesTamperedBlob);
    CPPUNIT_TEST(testRefusesBlobOfAnotherRow);
    CPPUNIT_TEST(testRefusesBlobOfAnotherColumn);
    CPPUNIT_TEST(testRefusesBlobOfAnotherClient);
    CPPUNIT_TEST(testRefusesOlderBlobUnderCurrentRow);
    CPPUNIT_TEST(testRefusesUndeliveredStageUnderDeliveredLink);
    CPPUNIT_TEST(testOtherRowsStayReadable);
    CPPUNIT_TEST(testErrorNamesPlaceAndNoContent);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
        linkAccount(*_fixture, "1");
        linkAccount(*_fixture, "2");
    }
    void tearDown() override { _fixture.reset(); }

    void testRefusesTamperedBlob() {
        _fixture->tamper("UPDATE tokens SET access_token ="
                         " CAST(substr(access_token, 1, length(access_token) - 1) || x'00' AS BLOB)"
                         " WHERE account_id = 'acc_1'");
        assertRefused("acc_1", "access_token", "authentication_failed");
    }

    void testRefusesBlobOfAnotherRow() {
        _fixture->tamper("CREATE TABLE aside.older AS SELECT * FROM tokens");
        _fixture->tamper("UPDATE tokens SET refresh_token = (SELECT o.refresh_token FROM aside.older o"
                         " WHERE o.account_id <> tokens.account_id)");
        assertRefused("acc_1", "refresh_token", "authentication_failed");
        assertRefused("acc_2", "refresh_token", "authentication_failed");
    }

    void testRefusesBlobOfAnotherColumn() {
        _fixture->tamper("UPDATE tokens SET access_token = refresh_token, refresh_token = access_token");
        assertRefused("acc_1", "access_token", "authentication_failed");
    }

    void testRefusesBlobOfAnotherClient() {
        addClient(*_fixture, "beta");
        _fixture->tamper("UPDATE accounts SET client_id = 'cli_beta' WHERE id = 'acc_1'");
        assertRefused("acc_1", "access_token", "authentication_failed");
    }

    void testRefusesOlderBlobUnderCurrentRow() {
        _fixture->tamper("CREATE TABLE aside.older AS SELECT * FROM tokens");
        CPPUNIT_ASSERT(_fixture->store->accounts()
                           .replaceTokens(AccountId("acc_1"), 1, makeTokens("3", _fixture->clock.time), {},
                                          _fixture->clock.time)
                           .has_value());
        _fixture->tamper("UPDATE tokens SET refresh_token = (SELECT o.refresh_token FROM aside.older o"
                         " WHERE o.account_id = tokens.account_id)");
        assertRefused("acc_1", "refresh_token", "authentication_failed");
        CPPUNIT_ASSERT(_fixture->store->accounts().findTokens(AccountId("acc_2")).has_value());
    }

    void testRefusesUndeliveredStageUnderDeliveredLink() {
        const LinkId id = stageLink(*_fixture, "3", makeGrant("3", _fixture->clock.time));
        _fixture->tamper("CREATE TABLE aside.older AS SELECT * FROM links");
        const AccountId account("acc_3");
        CPPUNIT_ASSERT(_fixture->store->links().deliver(id, account, {}, _fixture->clock.time).first);
        _fixture->tamper("UPDATE links SET staged_grant = (SELECT o.staged_grant FROM aside.older o"
                         " WHERE o.id = links.id) WHERE id = 'lnk_3'");
        CPPUNIT_ASSERT(_fixture->store->links().deliver(id, account, {}, _fixture->clock.time).outcome ==
                       DeliveryOutcome::undecryptable);
    }

    void testOtherRowsStayReadable() {
        _fixture->tamper("UPDATE tokens SET access_token = x'00' WHERE account_id = 'acc_1'");
        assertRefused("acc_1", "access_token", "malformed");
        CPPUNIT_ASSERT_EQUAL(
            std::string("access-2"),
            revealed(_fixture->store->accounts().findTokens(AccountId("acc_2"))->accessToken));
    }

    void testErrorNamesPlaceAndNoContent() {
        _fixture->tamper("UPDATE tokens SET access_token = refresh_token");
        assertRefused("acc_1", "access_token", _fixture->ring.currentKeyId());
        const std::string log = _fixture->logged.str();
        CPPUNIT_ASSERT(log.find("a sealed value can't be opened") != std::string::npos);
        for (const char* secret : {"access-1", "refresh-1"})
            CPPUNIT_ASSERT(log.find(secret) == std::string::npos);
    }

private:
    void assertRefused(const std::string& account, const std::string& column, const std::string& part) {
        try {
            static_cast<void>(_fixture->store->accounts().findTokens(AccountId(account)));
            CPPUNIT_FAIL("a value was opened in the wrong place");
        } catch (const UndecryptableError& error) {
            const std::string text = error.what();
            CPPUNIT_ASSERT_MESSAGE(text,
                                   text.find("tokens." + column + ", row " + account) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
        }
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(VaultTest);
