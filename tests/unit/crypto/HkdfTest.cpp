// SPDX-License-Identifier: Apache-2.0
// HKDF against RFC 5869 appendix A, and the inputs that change the derived key.
#include "central_oauth/crypto/Hkdf.h"

#include "OpenSsl.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Encoding.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <string_view>

#include <openssl/err.h>

using namespace central_oauth::crypto;
using central_oauth::base::Error;
using central_oauth::base::ErrorCode;

namespace {

std::string hex(std::string_view text) {
    return decodeHex(text).value();
}

} // namespace

class HkdfTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HkdfTest);
    CPPUNIT_TEST(testMatchesRfc5869WithSaltAndInfo);
    CPPUNIT_TEST(testMatchesRfc5869WithoutSaltAndInfo);
    CPPUNIT_TEST(testEachInputMatters);
    CPPUNIT_TEST(testRefusesSizesThatHkdfCanNotGive);
    CPPUNIT_TEST(testAnErrorNamesTheStepAndLeavesNothingInTheQueue);
    CPPUNIT_TEST_SUITE_END();

    void testMatchesRfc5869WithSaltAndInfo() {
        const Secret key = hkdfSha256(std::string(22, '\x0b'), hex("000102030405060708090a0b0c"),
                                      hex("f0f1f2f3f4f5f6f7f8f9"), 42);
        CPPUNIT_ASSERT_EQUAL(std::string("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                                         "34007208d5b887185865"),
                             encodeHex(key.reveal()));
    }

    void testMatchesRfc5869WithoutSaltAndInfo() {
        const Secret key = hkdfSha256(std::string(22, '\x0b'), {}, {}, 42);
        CPPUNIT_ASSERT_EQUAL(std::string("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                                         "9d201395faa4b61a96c8"),
                             encodeHex(key.reveal()));
    }

    void testEachInputMatters() {
        const Secret key = hkdfSha256("key", "salt", "info", 32);
        CPPUNIT_ASSERT(key.reveal() == hkdfSha256("key", "salt", "info", 32).reveal());
        CPPUNIT_ASSERT(key.reveal() != hkdfSha256("kez", "salt", "info", 32).reveal());
        CPPUNIT_ASSERT(key.reveal() != hkdfSha256("key", "sale", "info", 32).reveal());
        CPPUNIT_ASSERT(key.reveal() != hkdfSha256("key", "salt", "inform", 32).reveal());
    }

    void testRefusesSizesThatHkdfCanNotGive() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{8160}, hkdfSha256("key", {}, {}, 8160).size());
        CPPUNIT_ASSERT_THROW(static_cast<void>(hkdfSha256("key", {}, {}, 8161)), Error);
        CPPUNIT_ASSERT_THROW(static_cast<void>(hkdfSha256("key", {}, {}, 0)), Error);
        CPPUNIT_ASSERT_THROW(static_cast<void>(hkdfSha256({}, "salt", {}, 32)), Error);
    }

    // SSL_get_error takes any error in the thread's queue for its own.
    void testAnErrorNamesTheStepAndLeavesNothingInTheQueue() {
        ERR_clear_error();
        ERR_raise(ERR_LIB_USER, ERR_R_FATAL); // another code's
        ERR_raise(ERR_LIB_CRYPTO, ERR_R_MALLOC_FAILURE);
        try {
            requireOpenSsl(false, "HKDF derivation");
            CPPUNIT_FAIL("no error");
        } catch (const Error& error) {
            const std::string detail = error.what();
            CPPUNIT_ASSERT(error.code() == ErrorCode::internal);
            CPPUNIT_ASSERT_MESSAGE(detail, detail.starts_with("cryptography: HKDF derivation: error:"));
            CPPUNIT_ASSERT_MESSAGE(detail, detail.find("lib(128)") == std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HkdfTest);
