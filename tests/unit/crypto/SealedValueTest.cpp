// SPDX-License-Identifier: Apache-2.0
// Sealed values: the format, damage, key ids and key checks.
#include "central_oauth/crypto/SealedValue.h"

#include "central_oauth/crypto/Aead.h"
#include "central_oauth/crypto/Encoding.h"
#include "central_oauth/crypto/Hkdf.h"
#include "central_oauth/crypto/Random.h"

#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace central_oauth::crypto;
using Kind = SealError::Kind;

namespace {

const std::string newKey(64, 'a');
const std::string oldKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const std::string oldKeyId = "630dcd29";
const std::string text = "the value that must not show";

Sealer sealerWith(std::initializer_list<std::string> keys) {
    std::vector<Secret> secrets;
    for (const std::string& key : keys)
        secrets.emplace_back(key);
    std::vector<std::string> faults;
    return Sealer(KeyRing::parse(secrets, faults).value());
}

SealError errorOf(const std::function<void()>& action) {
    try {
        action();
    } catch (const SealError& error) {
        return error;
    }
    CPPUNIT_FAIL("no SealError");
    throw 0;
}

} // namespace

class SealedValueTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SealedValueTest);
    CPPUNIT_TEST(testOpensWhatItSealed);
    CPPUNIT_TEST(testSealsTheSameTextDifferently);
    CPPUNIT_TEST(testKeepsTheDocumentedFormat);
    CPPUNIT_TEST(testRefusesEveryTruncation);
    CPPUNIT_TEST(testRefusesEveryFlippedBit);
    CPPUNIT_TEST(testOldKeysStillOpen);
    CPPUNIT_TEST(testNamesAnUnknownKey);
    CPPUNIT_TEST(testNeverTriesAnotherKey);
    CPPUNIT_TEST(testErrorsNameThePlaceButNoContent);
    CPPUNIT_TEST(testKeyCheckTellsTheRightKey);
    CPPUNIT_TEST(testKeyCheckRefusesMissingAndForeignKeys);
    CPPUNIT_TEST_SUITE_END();

    [[nodiscard]] SealError openError(const Sealer& sealer, std::string_view blob) const {
        return errorOf([&] { static_cast<void>(sealer.open(_context, blob)); });
    }

    void testOpensWhatItSealed() {
        for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 4000U, 16384U}) {
            const std::string value = randomBytes(size);
            const std::string blob = _sealer.seal(_context, value);
            CPPUNIT_ASSERT_EQUAL(size + Sealer::overhead, blob.size());
            CPPUNIT_ASSERT(_sealer.open(_context, blob).reveal() == value);
        }
    }

    void testSealsTheSameTextDifferently() {
        const std::string one = _sealer.seal(_context, text);
        const std::string other = _sealer.seal(_context, text);
        CPPUNIT_ASSERT(one.substr(5, 16) != other.substr(5, 16));
        CPPUNIT_ASSERT(one.substr(21, 12) != other.substr(21, 12));
        CPPUNIT_ASSERT(one.substr(33) != other.substr(33));
    }

    // The format is repeated here, because later code must open today's databases.
    void testKeepsTheDocumentedFormat() {
        const std::string salt(16, 's');
        const std::string nonce(12, 'n');
        const std::string rawKeyId = decodeHex(oldKeyId).value();
        const auto length = [](char size) { return std::string(7, '\0') + size; };
        const std::string data = "\x01" + rawKeyId + length(6) + "tokens" + length(13) + "refresh_token" +
                                 length(7) + "acc_one" + length(7) + "cli_one" + length(7);
        const Secret key = hkdfSha256(decodeHex(oldKey).value(), salt, "tokens/refresh_token", 32);
        const std::string blob =
            "\x01" + rawKeyId + salt + nonce + aeadSeal({key.reveal(), nonce, data}, text);
        CPPUNIT_ASSERT(_sealer.open(_context, blob).reveal() == text);
    }

    void testRefusesEveryTruncation() {
        const std::string blob = _sealer.seal(_context, text);
        for (std::size_t size = 0; size < blob.size(); ++size) {
            const Kind kind = openError(_sealer, blob.substr(0, size)).kind();
            CPPUNIT_ASSERT(kind == (size < Sealer::overhead ? Kind::malformed : Kind::authenticationFailed));
        }
        CPPUNIT_ASSERT(openError(_sealer, blob + "x").kind() == Kind::authenticationFailed);
    }

    void testRefusesEveryFlippedBit() {
        const std::string blob = _sealer.seal(_context, text);
        for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
            std::string damaged = blob;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
            const std::size_t byte = bit / 8;
            const Kind expected = byte == 0  ? Kind::malformed
                                  : byte < 5 ? Kind::unknownKey
                                             : Kind::authenticationFailed;
            CPPUNIT_ASSERT_MESSAGE("bit " + std::to_string(bit),
                                   openError(_sealer, damaged).kind() == expected);
        }
    }

    void testOldKeysStillOpen() {
        const std::string blob = sealerWith({oldKey}).seal(_context, text);
        CPPUNIT_ASSERT(_sealer.open(_context, blob).reveal() == text);

        CPPUNIT_ASSERT(_sealer.currentKeyId() != oldKeyId);
        CPPUNIT_ASSERT_MESSAGE("sealed under the newest key",
                               sealerWith({newKey}).open(_context, _sealer.seal(_context, text)).reveal() ==
                                   text);
        CPPUNIT_ASSERT_EQUAL(oldKeyId, _sealer.keyIds().at(1));
    }

    void testNamesAnUnknownKey() {
        const std::string blob = sealerWith({oldKey}).seal(_context, text);
        const SealError error = openError(sealerWith({newKey}), blob);
        CPPUNIT_ASSERT(error.kind() == Kind::unknownKey);
        CPPUNIT_ASSERT_EQUAL(oldKeyId, error.keyId());
        CPPUNIT_ASSERT(std::string(error.what()).find(oldKeyId) != std::string::npos);
    }

    // The blob is valid under the old key, but a wrong key id must not be corrected.
    void testNeverTriesAnotherKey() {
        std::string blob = sealerWith({oldKey}).seal(_context, text);
        blob.replace(1, 4, decodeHex(_sealer.currentKeyId()).value());
        CPPUNIT_ASSERT(openError(_sealer, blob).kind() == Kind::authenticationFailed);
    }

    void testErrorsNameThePlaceButNoContent() {
        std::string blob = _sealer.seal(_context, text);
        blob.back() = static_cast<char>(blob.back() ^ 1);
        const SealError error = openError(_sealer, blob);
        CPPUNIT_ASSERT_EQUAL(
            "sealed value in tokens.refresh_token, row acc_one fails its authentication under key " +
                _sealer.currentKeyId(),
            std::string(error.what()));
        CPPUNIT_ASSERT(error.code() == central_oauth::base::ErrorCode::internal);
        CPPUNIT_ASSERT(error.hint().empty());
    }

    void testKeyCheckTellsTheRightKey() {
        for (const std::string& keyId : _sealer.keyIds())
            _sealer.verifyKeyCheck(keyId, _sealer.keyCheckValue(keyId));
        sealerWith({oldKey}).verifyKeyCheck(oldKeyId, _sealer.keyCheckValue(oldKeyId));
    }

    void testKeyCheckRefusesMissingAndForeignKeys() {
        const std::string current = _sealer.currentKeyId();
        const std::string blob = _sealer.keyCheckValue(current);
        const auto kindOf = [](const Sealer& sealer, const std::string& keyId, const std::string& value) {
            return errorOf([&] { sealer.verifyKeyCheck(keyId, value); }).kind();
        };
        CPPUNIT_ASSERT(kindOf(sealerWith({oldKey}), current, blob) == Kind::unknownKey);
        CPPUNIT_ASSERT(kindOf(_sealer, oldKeyId, blob) == Kind::authenticationFailed);
        CPPUNIT_ASSERT(kindOf(_sealer, current, "") == Kind::malformed);
        CPPUNIT_ASSERT(kindOf(_sealer, current, _sealer.seal(_context, text)) == Kind::authenticationFailed);
        const auto unknown = [&] { static_cast<void>(_sealer.keyCheckValue("00000000")); };
        CPPUNIT_ASSERT(errorOf(unknown).kind() == Kind::unknownKey);
    }

    SealContext _context{
        .table = "tokens", .column = "refresh_token", .row = "acc_one", .client = "cli_one", .generation = 7};
    Sealer _sealer = sealerWith({newKey, oldKey});
};

CPPUNIT_TEST_SUITE_REGISTRATION(SealedValueTest);
