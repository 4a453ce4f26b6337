// SPDX-License-Identifier: Apache-2.0
// Keyed hashes: stable per key, purpose and message, and different for any other.
#include "central_oauth/crypto/KeyedHasher.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Hkdf.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::crypto;
using central_oauth::base::Error;

class KeyedHasherTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(KeyedHasherTest);
    CPPUNIT_TEST(testIsHmacUnderAKeyOfThePurpose);
    CPPUNIT_TEST(testKeyPurposeAndMessageMatter);
    CPPUNIT_TEST(testBorderBetweenPurposeAndMessageMatters);
    CPPUNIT_TEST(testRefusesKeysOfWrongSize);
    CPPUNIT_TEST_SUITE_END();

    // The database stores these hashes, so their construction is a format.
    void testIsHmacUnderAKeyOfThePurpose() {
        const Secret derived = hkdfSha256(_key.reveal(), {}, "link code", 32);
        const std::string hash = KeyedHasher(_key).hash("link code", "482913706154");
        CPPUNIT_ASSERT(hash == hmacSha256(derived.reveal(), "482913706154"));
        CPPUNIT_ASSERT_EQUAL(digestSize, hash.size());
    }

    void testKeyPurposeAndMessageMatter() {
        const KeyedHasher hasher(_key);
        const std::string hash = hasher.hash("link code", "482913706154");
        CPPUNIT_ASSERT(hash == hasher.hash("link code", "482913706154"));
        CPPUNIT_ASSERT(hash != hasher.hash("link code", "482913706155"));
        CPPUNIT_ASSERT(hash != hasher.hash("pin", "482913706154"));
        CPPUNIT_ASSERT(hash != hasher.hash("", "482913706154"));
        CPPUNIT_ASSERT(hash != KeyedHasher(Secret(std::string(32, 'l'))).hash("link code", "482913706154"));
    }

    void testBorderBetweenPurposeAndMessageMatters() {
        const KeyedHasher hasher(_key);
        CPPUNIT_ASSERT(hasher.hash("ab", "c") != hasher.hash("a", "bc"));
        CPPUNIT_ASSERT(hasher.hash("abc", "") != hasher.hash("", "abc"));
    }

    void testRefusesKeysOfWrongSize() {
        for (const std::size_t size : {0U, 16U, 31U, 33U, 64U})
            CPPUNIT_ASSERT_THROW(KeyedHasher(Secret(std::string(size, 'k'))), Error);
    }

    Secret _key{std::string(32, 'k')};
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyedHasherTest);
