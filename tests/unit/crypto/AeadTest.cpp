// SPDX-License-Identifier: Apache-2.0
// The AES-256-GCM primitive: what it refuses. NistGcmTest checks the bytes that it computes.
#include "central_oauth/crypto/Aead.h"

#include "central_oauth/base/Error.h"
#include "central_oauth/crypto/Random.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

#include <openssl/err.h>

using namespace central_oauth::crypto;
using central_oauth::base::Error;
using central_oauth::base::ErrorCode;

class AeadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AeadTest);
    CPPUNIT_TEST(testOpensWhatItSealed);
    CPPUNIT_TEST(testSealsAnEmptyTextToTheTagAlone);
    CPPUNIT_TEST(testRefusesAnotherKeyNonceOrAssociatedData);
    CPPUNIT_TEST(testRefusesEachFlippedBit);
    CPPUNIT_TEST(testRefusesEachShorterAndLongerText);
    CPPUNIT_TEST(testThrowsForKeyOrNonceOfWrongSize);
    CPPUNIT_TEST(testLeavesNoErrorBehindAfterARefusal);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _key = randomBytes(aeadKeySize);
        _nonce = randomBytes(aeadNonceSize);
        _sealed = aeadSeal({_key, _nonce, "place"}, _text);
    }

private:
    [[nodiscard]] bool opens(const AeadInput& input, const std::string& sealed) const {
        return aeadOpen(input, sealed).has_value();
    }

    void testOpensWhatItSealed() {
        CPPUNIT_ASSERT_EQUAL(_text.size() + aeadTagSize, _sealed.size());
        CPPUNIT_ASSERT(_sealed.find(_text) == std::string::npos);
        CPPUNIT_ASSERT(aeadOpen({_key, _nonce, "place"}, _sealed).value().reveal() == _text);

        const std::string large = randomBytes(300'000);
        const std::string sealed = aeadSeal({_key, _nonce, large}, large);
        CPPUNIT_ASSERT(aeadOpen({_key, _nonce, large}, sealed).value().reveal() == large);
    }

    void testSealsAnEmptyTextToTheTagAlone() {
        const std::string sealed = aeadSeal({_key, _nonce, {}}, {});
        CPPUNIT_ASSERT_EQUAL(aeadTagSize, sealed.size());
        CPPUNIT_ASSERT(aeadOpen({_key, _nonce, {}}, sealed).value().empty());
        CPPUNIT_ASSERT(!opens({_key, _nonce, "place"}, sealed));
    }

    void testRefusesAnotherKeyNonceOrAssociatedData() {
        CPPUNIT_ASSERT(!opens({randomBytes(aeadKeySize), _nonce, "place"}, _sealed));
        CPPUNIT_ASSERT(!opens({_key, randomBytes(aeadNonceSize), "place"}, _sealed));
        CPPUNIT_ASSERT(!opens({_key, _nonce, "places"}, _sealed));
        CPPUNIT_ASSERT(!opens({_key, _nonce, {}}, _sealed));
    }

    void testRefusesEachFlippedBit() {
        for (std::size_t bit = 0; bit < _sealed.size() * 8; ++bit) {
            std::string damaged = _sealed;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
            CPPUNIT_ASSERT_MESSAGE("bit " + std::to_string(bit), !opens({_key, _nonce, "place"}, damaged));
        }
    }

    void testRefusesEachShorterAndLongerText() {
        for (std::size_t size = 0; size < _sealed.size(); ++size)
            CPPUNIT_ASSERT(!opens({_key, _nonce, "place"}, _sealed.substr(0, size)));
        CPPUNIT_ASSERT(!opens({_key, _nonce, "place"}, _sealed + '\0'));
    }

    void testThrowsForKeyOrNonceOfWrongSize() {
        const std::string tooLong = _key + "x";
        for (const AeadInput& input : {AeadInput{"short", _nonce, {}}, AeadInput{_key, "short", {}},
                                       AeadInput{tooLong, _nonce, {}}, AeadInput{_key, {}, {}}}) {
            CPPUNIT_ASSERT_THROW(static_cast<void>(aeadSeal(input, _text)), Error);
            CPPUNIT_ASSERT_THROW(static_cast<void>(aeadOpen(input, _sealed)), Error);
        }
        try {
            static_cast<void>(aeadSeal({"short", _nonce, {}}, _text));
        } catch (const Error& error) {
            CPPUNIT_ASSERT(error.code() == ErrorCode::internal);
        }
    }

    // SSL_get_error takes any error in the thread's queue for its own.
    void testLeavesNoErrorBehindAfterARefusal() {
        ERR_clear_error();
        CPPUNIT_ASSERT(!opens({_key, _nonce, "elsewhere"}, _sealed));
        CPPUNIT_ASSERT_EQUAL(0UL, ERR_peek_error());
    }

    std::string _text = "a text of some length";
    std::string _key;
    std::string _nonce;
    std::string _sealed;
};

CPPUNIT_TEST_SUITE_REGISTRATION(AeadTest);
