// SPDX-License-Identifier: Apache-2.0
// Reading the operator's keys: ids, order, and messages that never show a key.
#include "central_oauth/crypto/KeyRing.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"

#include <cppunit/extensions/HelperMacros.h>
#include <initializer_list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace central_oauth::crypto;

namespace {

static_assert(!std::is_copy_constructible_v<KeyRing>);

const std::string first(64, '1');
const std::string second = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

} // namespace

class KeyRingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRingTest);
    CPPUNIT_TEST(testFindsKeysByTheBeginningOfTheirHash);
    CPPUNIT_TEST(testTheFirstKeyIsTheCurrentOne);
    CPPUNIT_TEST(testTakesDigitsOfEitherCase);
    CPPUNIT_TEST(testSurvivesMoving);
    CPPUNIT_TEST(testRefusesAnEmptyRing);
    CPPUNIT_TEST(testRefusesKeysOfWrongLength);
    CPPUNIT_TEST(testRefusesKeysThatAreNotHex);
    CPPUNIT_TEST(testRefusesTheSameKeyTwice);
    CPPUNIT_TEST(testReportsAllFaultsByPosition);
    CPPUNIT_TEST(testFaultsNeverShowAKey);
    CPPUNIT_TEST_SUITE_END();

    static std::optional<KeyRing> parse(std::initializer_list<std::string> keys,
                                        std::vector<std::string>& faults) {
        std::vector<Secret> secrets;
        for (const std::string& key : keys)
            secrets.emplace_back(key);
        return KeyRing::parse(secrets, faults);
    }

    static std::vector<std::string> faultsOf(std::initializer_list<std::string> keys) {
        std::vector<std::string> faults;
        CPPUNIT_ASSERT(!parse(keys, faults).has_value());
        return faults;
    }

    static KeyRing ringOf(std::initializer_list<std::string> keys) {
        std::vector<std::string> faults;
        auto ring = parse(keys, faults);
        CPPUNIT_ASSERT(faults.empty());
        return std::move(ring).value();
    }

    void testFindsKeysByTheBeginningOfTheirHash() {
        const KeyRing ring = ringOf({first, second});
        for (const std::string& hexKey : {first, second}) {
            const std::string key = decodeHex(hexKey).value();
            const std::string keyId = encodeHex(sha256(key)).substr(0, 8);
            CPPUNIT_ASSERT(ring.findKey(keyId) == key);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("630dcd29"), ring.keyIds().at(1));
        CPPUNIT_ASSERT(!ring.findKey("00000000").has_value());
        CPPUNIT_ASSERT(!ring.findKey("").has_value());
    }

    void testTheFirstKeyIsTheCurrentOne() {
        CPPUNIT_ASSERT_EQUAL(std::string("630dcd29"), ringOf({second, first}).currentKeyId());
        CPPUNIT_ASSERT(ringOf({first, second}).currentKeyId() != "630dcd29");
    }

    void testTakesDigitsOfEitherCase() {
        CPPUNIT_ASSERT_EQUAL(ringOf({std::string(64, 'a')}).currentKeyId(),
                             ringOf({std::string(64, 'A')}).currentKeyId());
    }

    void testSurvivesMoving() {
        KeyRing ring = ringOf({first, second});
        const KeyRing moved(std::move(ring));
        CPPUNIT_ASSERT(moved.findKey("630dcd29") == decodeHex(second).value());
    }

    void testRefusesAnEmptyRing() {
        CPPUNIT_ASSERT_EQUAL(std::string("the key ring is empty; make a key with: openssl rand -hex 32"),
                             faultsOf({}).at(0));
    }

    void testRefusesKeysOfWrongLength() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("key 1 of the key ring has 63 characters instead of 64 hexadecimal digits; "
                        "make one with: openssl rand -hex 32"),
            faultsOf({std::string(63, '1')}).at(0));
        for (const std::size_t size : {0U, 32U, 65U, 128U})
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faultsOf({std::string(size, '1')}).size());
    }

    void testRefusesKeysThatAreNotHex() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("key 2 of the key ring has characters that are no hexadecimal digits; "
                        "make one with: openssl rand -hex 32"),
            faultsOf({first, std::string(63, '1') + "g"}).at(0));
    }

    void testRefusesTheSameKeyTwice() {
        CPPUNIT_ASSERT_EQUAL(
            std::string("key 3 of the key ring is the same as key 1 (key id 630dcd29); remove one of them"),
            faultsOf({second, first, "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F"})
                .at(0));
    }

    void testReportsAllFaultsByPosition() {
        std::vector<std::string> faults{"a fault of somebody else"};
        CPPUNIT_ASSERT(!parse({"short", first, first, std::string(64, 'z'), "short"}, faults).has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, faults.size());
        CPPUNIT_ASSERT(faults[1].starts_with("key 1 of the key ring has 5 characters"));
        CPPUNIT_ASSERT(faults[2].starts_with("key 3 of the key ring is the same as key 2"));
        CPPUNIT_ASSERT(faults[3].starts_with("key 4 of the key ring has characters"));
        CPPUNIT_ASSERT(faults[4].starts_with("key 5 of the key ring has 5 characters"));

        faults.resize(1);
        CPPUNIT_ASSERT(parse({first}, faults).has_value());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults.size());
    }

    void testFaultsNeverShowAKey() {
        const std::string wrong = second.substr(0, 62) + "zz";
        for (const std::string& fault : faultsOf({second, second, wrong, second.substr(1)}))
            for (std::size_t i = 0; i + 10 <= second.size(); ++i)
                CPPUNIT_ASSERT(fault.find(second.substr(i, 10)) == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyRingTest);
