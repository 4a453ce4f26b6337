// SPDX-License-Identifier: Apache-2.0
// Secret key and key ring: how they combine, what is refused, and that no message holds a key.
#include "central_oauth/config/HostSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <string>
#include <vector>

using namespace central_oauth::config;

class KeyRingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyRingTest);
    CPPUNIT_TEST(testTheKeyAloneIsTheRing);
    CPPUNIT_TEST(testTheSecretKeyMayBeARing);
    CPPUNIT_TEST(testTheRingAloneKeepsItsOrder);
    CPPUNIT_TEST(testTheRingBeginsWithTheKey);
    CPPUNIT_TEST(testKeysAreReadInAnyCase);
    CPPUNIT_TEST(testRefusesToStartWithoutAKey);
    CPPUNIT_TEST(testRefusesWhatIsNoKey);
    CPPUNIT_TEST(testRefusesPatterns);
    CPPUNIT_TEST(testRefusesARingWithSomethingElse);
    CPPUNIT_TEST(testRefusesRepeatedKeys);
    CPPUNIT_TEST(testRefusesARingThatBeginsWithAnotherKey);
    CPPUNIT_TEST_SUITE_END();

    static std::string key(char digit) {
        return std::string(8, digit) + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
    }

    static LoadedSettings loaded(const std::string& secretKey, const std::string& ring) {
        return load(Environment({{"CENTRAL_OAUTH_SECRET_KEY", secretKey}, {"CENTRAL_OAUTH_KEY_RING", ring}}));
    }

    static std::string ringOf(const std::string& secretKey, const std::string& ring) {
        const auto result = loaded(secretKey, ring);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(result.report));
        std::string text;
        for (const auto& each : result.settings.keyRing)
            text += std::string(each.reveal()) + ' ';
        return text;
    }

    static void assertFault(const std::string& expected, const std::string& secretKey,
                            const std::string& ring) {
        const auto text = faultText(loaded(secretKey, ring).report);
        CPPUNIT_ASSERT_EQUAL("1. CENTRAL_OAUTH_" + expected, text);
        for (const auto& value : {secretKey, ring})
            CPPUNIT_ASSERT(value.empty() || text.find(value.substr(0, 6)) == std::string::npos);
    }

    // Every digit repeated, every repetition of some digits of a good key, and counting up and down.
    static std::vector<std::string> patterns() {
        std::vector<std::string> all;
        for (const char digit : std::string("0123456789abcdefABCDEF"))
            all.emplace_back(64, digit);
        for (std::size_t period = 2; period <= 32; ++period) {
            std::string pattern;
            while (pattern.size() < 64)
                pattern += key('1').substr(20, period);
            all.push_back(pattern.substr(0, 64));
        }
        all.emplace_back("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        all.emplace_back("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0");
        return all;
    }

public:
    void testTheKeyAloneIsTheRing() { CPPUNIT_ASSERT_EQUAL(key('1') + ' ', ringOf(key('1'), "")); }

    // `keys add` writes this form.
    void testTheSecretKeyMayBeARing() {
        CPPUNIT_ASSERT_EQUAL(key('2') + ' ' + key('1') + ' ', ringOf(key('2') + "," + key('1'), ""));
        assertFault("SECRET_KEY has an entry 2 that is not 64 hex digits.\n   Fix: make a key with: openssl "
                    "rand -hex 32.\n",
                    key('2') + ",x", "");
        assertFault("SECRET_KEY has an entry 2 that repeats entry 1.\n   Fix: list each key once.\n",
                    key('2') + "," + key('2'), "");
        assertFault("SECRET_KEY holds several keys although CENTRAL_OAUTH_KEY_RING is set too.\n   Fix: keep "
                    "one of the two, with all keys.\n",
                    key('2') + "," + key('1'), key('2') + "," + key('1'));
    }

    void testTheRingAloneKeepsItsOrder() {
        CPPUNIT_ASSERT_EQUAL(key('2') + ' ' + key('1') + ' ', ringOf("", key('2') + ", " + key('1')));
    }

    void testTheRingBeginsWithTheKey() {
        CPPUNIT_ASSERT_EQUAL(key('2') + ' ' + key('1') + ' ', ringOf(key('2'), key('2') + ',' + key('1')));
    }

    void testKeysAreReadInAnyCase() { CPPUNIT_ASSERT_EQUAL(key('f') + ' ', ringOf(key('F'), key('f'))); }

    void testRefusesToStartWithoutAKey() {
        assertFault("SECRET_KEY is required and not set.\n   Fix: make a key with: openssl rand -hex 32; "
                    "keep a copy, "
                    "because without it stored grants are lost.\n",
                    "", "");
    }

    void testRefusesWhatIsNoKey() {
        for (const auto& odd : {key('c') + 'c', key('c').substr(1), std::string(63, 'c') + 'g'})
            assertFault("SECRET_KEY is not 64 hex digits.\n   Fix: make a key with: openssl rand -hex 32.\n",
                        odd, "");
    }

    void testRefusesPatterns() {
        const std::string fix = ".\n   Fix: make a key with: openssl rand -hex 32.\n";
        for (const auto& pattern : patterns()) {
            assertFault("SECRET_KEY is a pattern that anybody can guess" + fix, pattern, "");
            assertFault("KEY_RING has an entry 2 that is a pattern that anybody can guess" + fix, "",
                        key('1') + ',' + pattern);
        }
    }

    void testRefusesARingWithSomethingElse() {
        for (const auto& odd : {key('1') + ",correct-horse", key('1') + ','})
            assertFault("KEY_RING has an entry 2 that is not 64 hex digits.\n   Fix: make a key with: "
                        "openssl rand -hex "
                        "32.\n",
                        "", odd);
    }

    void testRefusesRepeatedKeys() {
        assertFault("KEY_RING has an entry 3 that repeats entry 1.\n   Fix: list each key once.\n", "",
                    key('a') + ',' + key('b') + ',' + key('A'));
    }

    void testRefusesARingThatBeginsWithAnotherKey() {
        assertFault("KEY_RING does not begin with the key of CENTRAL_OAUTH_SECRET_KEY.\n   Fix: put the "
                    "newest key first "
                    "in the ring and set the secret key to the same, or unset the secret key.\n",
                    key('1'), key('2') + ',' + key('1'));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyRingTest);
