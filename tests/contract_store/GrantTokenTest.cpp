// SPDX-License-Identifier: Apache-2.0
// Grant tokens: their limit, their descent, and their expiry.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class GrantTokenTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(GrantTokenTest);
    CPPUNIT_TEST(testLimitsTokensPerAccount);
    CPPUNIT_TEST(testRefusesTokenWithoutAccount);
    CPPUNIT_TEST(testRefusesTokenWithoutIssuer);
    CPPUNIT_TEST(testExpiresWithItsIssuer);
    CPPUNIT_TEST(testSuccessorDescendsFromItsParent);
    CPPUNIT_TEST(testRemovesFromItsAccountOnly);
    CPPUNIT_TEST(testRemovalRemovesSuccessors);
    CPPUNIT_TEST(testRemovalLeavesSuccessorsToTheParent);
    CPPUNIT_TEST(testExpiresAtTheEarlierOfTwoTimes);
    CPPUNIT_TEST(testPurgesExpiredTokens);
    CPPUNIT_TEST(testPurgeGivesSuccessorsANewIssuer);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        StoreContract::setUp();
        put(makeAccount("1", now()), makeAccount("2", now()));
    }

    void testLimitsTokensPerAccount() {
        (void)add(make("a"), 2);
        (void)add(make("b"), 2);
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(make("c"), 2); }) == base::ErrorCode::conflict);
        auto others = make("d");
        others.account = AccountId("acc_2");
        (void)add(others, 2);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), remove("a"));
        (void)add(make("c"), 2);
        CPPUNIT_ASSERT_EQUAL(std::string("b c"), selected(GrantTokenFilter{.account = first}));
    }

    void testRefusesTokenWithoutAccount() {
        auto nobodys = make("a");
        nobodys.account = AccountId("acc_none");
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(nobodys); }) == base::ErrorCode::notFound);
    }

    void testRefusesTokenWithoutIssuer() {
        auto orphan = make("a");
        orphan.issuer = "gone";
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(orphan); }) == base::ErrorCode::invalidCredential);
        orphan.issuer = {};
        orphan.parent = "gone";
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(orphan); }) == base::ErrorCode::invalidCredential);
        CPPUNIT_ASSERT(!grantToken("a"));
    }

    void testExpiresWithItsIssuer() {
        auto mortal = key("key-alpha").value();
        mortal.expiresAt = now() + 60s;
        put(mortal);
        auto theirs = make("a");
        theirs.issuer = "key-alpha";
        const auto stored = add(theirs);
        CPPUNIT_ASSERT(stored.expiresAt == now() + 60s && stored.issuerEnds == now() + 60s);
        CPPUNIT_ASSERT(grantToken("a")->expiresAt == now() + 60s);
        advance(60s);
        theirs.createdAt = now();
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(theirs); }) == base::ErrorCode::invalidCredential);
    }

    void testSuccessorDescendsFromItsParent() {
        auto parent = make("a");
        parent.issuer = "key-alpha";
        parent.issuerEnds = now() + 2h;
        put(parent);
        auto child = make("b");
        child.parent = "a";
        child.issuer = "claimed";
        child.expiresAt = now() + 24h;
        const auto stored = add(child);
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha"), stored.issuer);
        CPPUNIT_ASSERT(stored.issuerEnds == now() + 2h && stored.expiresAt == now() + 2h);
    }

    void testRemovesFromItsAccountOnly() {
        (void)add(make("a"));
        CPPUNIT_ASSERT(transact([](Transaction& transaction) {
                           return removeGrantToken(transaction, AccountId("acc_2"), "a", Successors::end);
                       }).empty());
        CPPUNIT_ASSERT(grantToken("a").has_value());
        CPPUNIT_ASSERT_EQUAL(std::string("a"), remove("a"));
        CPPUNIT_ASSERT_EQUAL(std::string(), remove("a"));
        CPPUNIT_ASSERT(!grantToken("a"));
    }

    void testRemovalRemovesSuccessors() {
        plantLine();
        CPPUNIT_ASSERT_EQUAL(std::string("b c d"), remove("b"));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), selected(GrantTokenFilter{}));
    }

    void testRemovalLeavesSuccessorsToTheParent() {
        plantLine();
        CPPUNIT_ASSERT_EQUAL(std::string("b"), remove("b", Successors::keep));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), grantToken("c")->parent);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), grantToken("d")->parent);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), remove("a", Successors::keep));
        CPPUNIT_ASSERT_EQUAL(std::string(), grantToken("c")->parent);
    }

    void testExpiresAtTheEarlierOfTwoTimes() {
        auto token = make("a");
        CPPUNIT_ASSERT(endOf(token, 10s) == now() + 10s);
        CPPUNIT_ASSERT(endOf(token, 2h) == token.expiresAt);
        token.lastUsedAt += 30min;
        CPPUNIT_ASSERT(endOf(token, 10s) == now() + 30min + 10s);
    }

    void testPurgesExpiredTokens() {
        put(make("a")); // expires in an hour
        auto patient = make("b");
        patient.expiresAt += 24h;
        put(patient);
        auto used = patient;
        used.keyId = "c";
        used.lastUsedAt += 1h;
        put(used);
        advance(1h - 1s);
        CPPUNIT_ASSERT_EQUAL(std::string(), purge());
        advance(1s);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), purge());
        advance(1h);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("unused for two hours", std::string("b"), purge());
        CPPUNIT_ASSERT_EQUAL(std::string("c"), selected(GrantTokenFilter{}));
    }

    void testPurgeGivesSuccessorsANewIssuer() {
        plantLine();
        for (const char* id : {"b", "c"}) {
            auto ended = grantToken(id).value();
            ended.expiresAt = now();
            put(ended);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("b"), purge(1));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), grantToken("c")->parent);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), purge(1));
        CPPUNIT_ASSERT_EQUAL(std::string("a"), grantToken("d")->parent);
        for (const char* id : {"a", "d"}) {
            auto ended = grantToken(id).value();
            ended.expiresAt = now();
            put(ended);
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE("both in one batch", std::string("a d"), purge());
    }

private:
    [[nodiscard]] GrantToken make(const std::string& id) const {
        auto token = makeGrantToken(id, first, now());
        token.expiresAt = now() + 1h;
        return token;
    }
    GrantToken add(const GrantToken& token, std::size_t most = 20) {
        return transact([&](Transaction& transaction) { return addGrantToken(transaction, token, most); });
    }
    static std::string joined(const std::vector<std::string>& ids) {
        std::string all;
        for (const auto& id : ids)
            all += (all.empty() ? "" : " ") + id;
        return all;
    }
    std::string remove(const std::string& id, Successors successors = Successors::end) {
        return joined(transact(
            [&](Transaction& transaction) { return removeGrantToken(transaction, first, id, successors); }));
    }
    std::string purge(std::size_t most = 100) {
        return joined(transact(
            [&](Transaction& transaction) { return purgeGrantTokens(transaction, 2h, now(), most); }));
    }

    // Stores a, which made b, which made c, which made d.
    void plantLine() {
        std::string parent;
        for (const char* id : {"a", "b", "c", "d"}) {
            auto each = make(id);
            each.parent = parent;
            (void)add(each);
            parent = id;
        }
    }

    const AccountId first{"acc_1"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(GrantTokenTest);
