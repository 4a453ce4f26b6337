// SPDX-License-Identifier: Apache-2.0
// Client keys: their limit, their rotation, and what ends with a key.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class KeyDescentTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(KeyDescentTest);
    CPPUNIT_TEST(testIssuerMustLive);
    CPPUNIT_TEST(testAddsKeysUpToTheLimit);
    CPPUNIT_TEST(testExpiredKeysDoNotCount);
    CPPUNIT_TEST(testRefusesKeyOfUnknownClient);
    CPPUNIT_TEST(testRotationAddsAKeyAndExpiresTheOldOne);
    CPPUNIT_TEST(testRotationNeverExtendsExpiry);
    CPPUNIT_TEST(testRefusedRotationChangesNothing);
    CPPUNIT_TEST(testRotationPassesDescendantsOn);
    CPPUNIT_TEST(testRemovesKeysOfTheirClientOnly);
    CPPUNIT_TEST(testRemovalEndsWhatDescends);
    CPPUNIT_TEST(testRemovalKeepsWhatDescends);
    CPPUNIT_TEST(testOpenLinksOfAKeyExpireWithIt);
    CPPUNIT_TEST(testDeliveredLinksOfAKeyCantBeReadAgain);
    CPPUNIT_TEST(testCircleOfIssuersTerminates);
    CPPUNIT_TEST_SUITE_END();

public:
    void testIssuerMustLive() {
        auto mortal = key("key-alpha").value();
        CPPUNIT_ASSERT(!require("") && !require("key-alpha"));
        mortal.expiresAt = now() + 1s;
        put(mortal);
        CPPUNIT_ASSERT(require("key-alpha") == now() + 1s);
        advance(1s);
        for (const char* id : {"key-alpha", "none"})
            CPPUNIT_ASSERT(refusalOf([&] { (void)require(id); }) == base::ErrorCode::invalidCredential);
    }

    void testAddsKeysUpToTheLimit() {
        addClient("beta");
        add(makeKey(alpha(), "k2"), 3);
        add(makeKey(alpha(), "k3"), 3);
        CPPUNIT_ASSERT(refusalOf([&] { add(makeKey(alpha(), "k4"), 3); }) == base::ErrorCode::conflict);
        CPPUNIT_ASSERT_EQUAL(std::string("k2 k3 key-alpha key-beta"), selected(KeyFilter{}));
    }

    void testExpiredKeysDoNotCount() {
        auto old = key("key-alpha").value();
        old.expiresAt = now();
        put(old);
        add(makeKey(alpha(), "k2"), 1);
        CPPUNIT_ASSERT(refusalOf([&] { add(makeKey(alpha(), "k3"), 1); }) == base::ErrorCode::conflict);
    }

    void testRefusesKeyOfUnknownClient() {
        CPPUNIT_ASSERT(refusalOf([&] { add(makeKey(makeClient("nobody", now()), "k1"), 10); }) ==
                       base::ErrorCode::notFound);
        CPPUNIT_ASSERT(!key("k1"));
    }

    void testRotationAddsAKeyAndExpiresTheOldOne() {
        rotate("key-alpha", now() + 24h);
        CPPUNIT_ASSERT(!key("fresh")->expiresAt);
        CPPUNIT_ASSERT(key("key-alpha")->expiresAt == now() + 24h);
    }

    void testRotationNeverExtendsExpiry() {
        auto mortal = key("key-alpha").value();
        mortal.expiresAt = now() + 1h;
        put(mortal);
        rotate("key-alpha", now() + 24h);
        CPPUNIT_ASSERT(key("key-alpha")->expiresAt == now() + 1h);
    }

    void testRefusedRotationChangesNothing() {
        addClient("beta");
        auto old = makeKey(alpha(), "old");
        old.expiresAt = now();
        put(old);
        for (const char* id : {"key-beta", "none", "old"})
            CPPUNIT_ASSERT(refusalOf([&] { rotate(id, now()); }) == base::ErrorCode::notFound);
        CPPUNIT_ASSERT(refusalOf([&] { rotate("key-alpha", now() + 1h, 1); }) == base::ErrorCode::conflict);
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha key-beta old"), selected(KeyFilter{}));
        CPPUNIT_ASSERT(!key("key-alpha")->expiresAt && !key("key-beta")->expiresAt);
    }

    void testRotationPassesDescendantsOn() {
        plantDescent();
        Link open = makeLink("5", now());
        open.issuer = "b";
        put(open);
        rotate("b", now());
        CPPUNIT_ASSERT_EQUAL(std::string("fresh"), grantToken("g-b")->issuer);
        CPPUNIT_ASSERT_EQUAL(std::string("c"), grantToken("g-c")->issuer);
        CPPUNIT_ASSERT_EQUAL(std::string("fresh"), link(open.id)->issuer);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("keys keep their issuer", std::string("b"), key("c")->issuer);
    }

    void testRemovesKeysOfTheirClientOnly() {
        addClient("beta");
        CPPUNIT_ASSERT(remove("key-beta").keys.empty());
        CPPUNIT_ASSERT(remove("none").keys.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha key-beta"), selected(KeyFilter{}));
        CPPUNIT_ASSERT(remove("key-alpha").keys == std::vector<std::string>{"key-alpha"});
        CPPUNIT_ASSERT_EQUAL(std::string("key-beta"), selected(KeyFilter{}));
        CPPUNIT_ASSERT(client("cli_alpha").has_value());
    }

    void testRemovalEndsWhatDescends() {
        plantDescent();
        const auto removed = remove("b");
        CPPUNIT_ASSERT((removed.keys == std::vector<std::string>{"b", "c"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), removed.grantTokens);
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha other"), selected(KeyFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::string("g-key-alpha g-other"), selected(GrantTokenFilter{}));
        CPPUNIT_ASSERT((remove("key-alpha").keys == std::vector<std::string>{"key-alpha"}));
    }

    void testRemovalKeepsWhatDescends() {
        plantDescent();
        const auto removed = remove("b", Issued::keep);
        CPPUNIT_ASSERT((removed.keys == std::vector<std::string>{"b"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), removed.grantTokens);
        CPPUNIT_ASSERT_EQUAL(std::string("c key-alpha other"), selected(KeyFilter{}));
        CPPUNIT_ASSERT_EQUAL(std::string("key-alpha"), key("c")->issuer);
        CPPUNIT_ASSERT_EQUAL(std::string("g-b g-key-alpha"),
                             selected(GrantTokenFilter{.issuer = "key-alpha"}));
        // The kept key still descends from key-alpha, and ends with it.
        CPPUNIT_ASSERT((remove("key-alpha").keys == std::vector<std::string>{"key-alpha", "c"}));
        CPPUNIT_ASSERT_EQUAL(std::string("g-other"), selected(GrantTokenFilter{}));
    }

    void testOpenLinksOfAKeyExpireWithIt() {
        plantDescent();
        for (const auto& [number, issuer] :
             std::vector<std::pair<std::string, std::string>>{{"5", "b"}, {"6", "c"}, {"7", "other"}}) {
            auto open = makeLink(number, now());
            open.issuer = issuer;
            put(open);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), remove("c", Issued::keep).links);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("its own, and the one of c", std::size_t(2), remove("b").links);
        for (const char* ended : {"lnk_5", "lnk_6"}) {
            CPPUNIT_ASSERT(link(LinkId(ended))->expiresAt == now());
            CPPUNIT_ASSERT(link(LinkId(ended))->issuerEnds == now());
        }
        CPPUNIT_ASSERT(link(LinkId("lnk_7"))->expiresAt > now());
    }

    void testDeliveredLinksOfAKeyCantBeReadAgain() {
        Link theirs = makeLink("1", now());
        theirs.issuer = "key-alpha";
        (void)deliver(stage(theirs, makeGrant("1", now())), "acc_1");
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), remove("key-alpha").links);
        CPPUNIT_ASSERT(!stageOf(theirs.id));
        CPPUNIT_ASSERT(deliver(theirs.id, "acc_1").outcome == DeliveryOutcome::alreadyDelivered);
        CPPUNIT_ASSERT(account("acc_1").has_value());
    }

    void testCircleOfIssuersTerminates() {
        plantDescent();
        auto first = key("key-alpha").value();
        first.issuer = "c";
        put(first);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), remove("b").keys.size());
        CPPUNIT_ASSERT_EQUAL(std::string("other"), selected(KeyFilter{}));
    }

private:
    [[nodiscard]] Client alpha() const { return makeClient("alpha", now()); }
    std::optional<Timestamp> require(const std::string& id) {
        return read([&](const ReadView& view) { return requireIssuer(view, id, now()); });
    }
    void add(const ClientKey& fresh, std::size_t most) {
        transact([&](Transaction& transaction) { addKey(transaction, fresh, most); });
    }
    void rotate(const std::string& old, Timestamp oldEnds, std::size_t most = 10) {
        transact([&](Transaction& transaction) {
            rotateKey(transaction, makeKey(alpha(), "fresh"), old, oldEnds, most);
        });
    }
    RemovedKeys remove(const std::string& id, Issued issued = Issued::end) {
        return transact([&](Transaction& transaction) {
            return removeKey(transaction, ClientId("cli_alpha"), id, issued, now());
        });
    }

    // Stores key-alpha, which b replaced, which c replaced, and the unrelated key `other`. Each has a grant
    // token for one account.
    void plantDescent() {
        put(makeAccount("1", now()));
        for (const auto& [id, issuer] : std::vector<std::pair<std::string, std::string>>{
                 {"b", "key-alpha"}, {"c", "b"}, {"other", ""}}) {
            auto each = makeKey(alpha(), id);
            each.issuer = issuer;
            put(each);
        }
        for (const std::string issuer : {"key-alpha", "b", "c", "other"}) {
            auto each = makeGrantToken("g-" + issuer, AccountId("acc_1"), now());
            each.issuer = issuer;
            put(each);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyDescentTest);
