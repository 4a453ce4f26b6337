// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteGrantTokenRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteGrantTokenRepositoryTest);
    CPPUNIT_TEST(testKeepsEveryField);
    CPPUNIT_TEST(testListsOldestFirst);
    CPPUNIT_TEST(testAccountHasSoManyAtMost);
    CPPUNIT_TEST(testAccountMustBeThere);
    CPPUNIT_TEST(testIssuerMustBeThere);
    CPPUNIT_TEST(testRemovesFromItsAccountOnly);
    CPPUNIT_TEST(testGoesWithItsAccount);
    CPPUNIT_TEST(testGoesWithItsClient);
    CPPUNIT_TEST(testMarksUseToTheMinute);
    CPPUNIT_TEST(testEndsAtTheEarlierOfTwoTimes);
    CPPUNIT_TEST(testPurgesWhatHasEnded);
    CPPUNIT_TEST(testSurvivesRestart);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
        _account = linkAccount(*_fixture, "1");
    }

    void testKeepsEveryField() {
        auto token = make("a");
        token.label = "caf\xc3\xa9";
        token.hash = std::string("\0\xff\n", 3);
        token.issuer = "key-alpha";
        token.issuerEnds = now() + 2h;
        tokens().create(token, 20);
        const auto known = tokens().find("a").value();
        CPPUNIT_ASSERT(known.client == ClientId("cli_alpha"));
        CPPUNIT_ASSERT(known.token.account == _account);
        CPPUNIT_ASSERT(known.token.hash == token.hash);
        CPPUNIT_ASSERT_EQUAL(token.label, known.token.label);
        CPPUNIT_ASSERT(known.token.createdAt == token.createdAt);
        CPPUNIT_ASSERT(known.token.lastUsedAt == token.createdAt);
        CPPUNIT_ASSERT(known.token.expiresAt == token.expiresAt);
        CPPUNIT_ASSERT_EQUAL(token.issuer, known.token.issuer);
        CPPUNIT_ASSERT(known.token.issuerEnds == token.issuerEnds);
        CPPUNIT_ASSERT(!tokens().find("b"));
    }

    void testListsOldestFirst() {
        for (const char* id : {"c", "a", "b"}) {
            tokens().create(make(id), 20);
            _fixture->clock.time += 1s;
        }
        const auto other = linkAccount(*_fixture, "2");
        CPPUNIT_ASSERT_EQUAL(std::string("cab"), ids(_account));
        CPPUNIT_ASSERT_EQUAL(std::string(), ids(other));
    }

    void testAccountHasSoManyAtMost() {
        tokens().create(make("a"), 2);
        tokens().create(make("b"), 2);
        CPPUNIT_ASSERT(refusal(make("c"), 2) == base::ErrorCode::conflict);
        const auto other = linkAccount(*_fixture, "2");
        tokens().create(make("d", other), 2);
        CPPUNIT_ASSERT(!tokens().remove(_account, "a", Successors::end).empty());
        tokens().create(make("c"), 2);
        CPPUNIT_ASSERT_EQUAL(std::string("bc"), ids(_account));
    }

    void testAccountMustBeThere() {
        CPPUNIT_ASSERT(refusal(make("a", AccountId("acc_x")), 20) == base::ErrorCode::notFound);
    }

    // Removed between the proof of the key and this.
    void testIssuerMustBeThere() {
        auto token = make("a");
        token.issuer = "gone";
        CPPUNIT_ASSERT(refusal(token, 20) == base::ErrorCode::invalidCredential);
        CPPUNIT_ASSERT(!tokens().find("a"));
    }

    void testRemovesFromItsAccountOnly() {
        const auto other = linkAccount(*_fixture, "2");
        tokens().create(make("a"), 20);
        CPPUNIT_ASSERT(tokens().remove(other, "a", Successors::end).empty());
        CPPUNIT_ASSERT(tokens().find("a").has_value());
        CPPUNIT_ASSERT(!tokens().remove(_account, "a", Successors::end).empty());
        CPPUNIT_ASSERT(tokens().remove(_account, "a", Successors::end).empty());
        CPPUNIT_ASSERT(!tokens().find("a"));
    }

    void testGoesWithItsAccount() {
        tokens().create(make("a"), 20);
        CPPUNIT_ASSERT(_fixture->store->accounts().remove(ClientId("cli_alpha"), _account, now()));
        CPPUNIT_ASSERT(!tokens().find("a"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM grant_tokens"));
    }

    void testGoesWithItsClient() {
        tokens().create(make("a"), 20);
        CPPUNIT_ASSERT(_fixture->store->clients().remove("alpha"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM grant_tokens"));
    }

    void testMarksUseToTheMinute() {
        tokens().create(make("a"), 20);
        const auto first = now();
        tokens().markUsed("a", first + 59s);
        CPPUNIT_ASSERT(tokens().find("a")->token.lastUsedAt == first);
        tokens().markUsed("a", first + 60s);
        CPPUNIT_ASSERT(tokens().find("a")->token.lastUsedAt == first + 60s);
        CPPUNIT_ASSERT_NO_THROW(tokens().markUsed("b", first));
    }

    void testEndsAtTheEarlierOfTwoTimes() {
        auto token = make("a");
        CPPUNIT_ASSERT(endOf(token, 10s) == now() + 10s);
        CPPUNIT_ASSERT(endOf(token, 2h) == token.expiresAt);
        token.lastUsedAt += 30min;
        CPPUNIT_ASSERT(endOf(token, 10s) == now() + 30min + 10s);
    }

    void testPurgesWhatHasEnded() {
        tokens().create(make("a"), 20); // expires in an hour
        auto patient = make("b");
        patient.expiresAt += 24h;
        tokens().create(patient, 20);
        auto used = patient;
        used.keyId = "c";
        used.lastUsedAt += 1h;
        tokens().create(used, 20);
        CPPUNIT_ASSERT_EQUAL(0, tokens().purge(2h, now() + 1h - 1s));
        CPPUNIT_ASSERT_EQUAL(1, tokens().purge(2h, now() + 1h));
        CPPUNIT_ASSERT_EQUAL(std::string("bc"), ids(_account));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("unused for two hours", 1, tokens().purge(2h, now() + 2h));
        CPPUNIT_ASSERT_EQUAL(std::string("c"), ids(_account));
    }

    void testSurvivesRestart() {
        tokens().create(make("a"), 20);
        _fixture->reopen();
        CPPUNIT_ASSERT(tokens().find("a").has_value());
    }

private:
    GrantTokenRepository& tokens() { return _fixture->store->grantTokens(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }

    [[nodiscard]] GrantToken make(const std::string& id) const { return make(id, _account); }
    [[nodiscard]] GrantToken make(const std::string& id, const AccountId& account) const {
        return {id, account, "hash-" + id, "laptop", {"token"}, now(), now(), now() + 1h};
    }

    std::optional<base::ErrorCode> refusal(const GrantToken& token, int most) {
        try {
            tokens().create(token, most);
        } catch (const base::Error& error) {
            return error.code();
        }
        return std::nullopt;
    }

    std::string ids(const AccountId& account) {
        std::string all;
        for (const GrantToken& token : tokens().list(account))
            all += token.keyId;
        return all;
    }

    std::unique_ptr<StoreFixture> _fixture;
    AccountId _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteGrantTokenRepositoryTest);
