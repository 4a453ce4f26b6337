// SPDX-License-Identifier: Apache-2.0
// Bearer credentials: their format, and that a typing error is detected without a look-up.
#include "central_oauth/crypto/Credential.h"

#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Encoding.h"

#include <array>
#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>

using namespace central_oauth::crypto;

namespace {

constexpr std::array<std::pair<CredentialKind, std::string_view>, 4> kinds{
    {{CredentialKind::confidentialClientKey, "cok_"},
     {CredentialKind::publicClientKey, "cop_"},
     {CredentialKind::linkSecret, "cos_"},
     {CredentialKind::grantToken, "cog_"}}};

} // namespace

class CredentialTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CredentialTest);
    CPPUNIT_TEST(testReadsWhatItIssued);
    CPPUNIT_TEST(testKeepsTheDocumentedFormat);
    CPPUNIT_TEST(testNeverIssuesTheSameTwice);
    CPPUNIT_TEST(testKeyIdsDoNotLookLikeOptions);
    CPPUNIT_TEST(testSeesEveryChangedCharacter);
    CPPUNIT_TEST(testSeesSwappedNeighbours);
    CPPUNIT_TEST(testRefusesEveryOtherLength);
    CPPUNIT_TEST(testRefusesOtherPrefixes);
    CPPUNIT_TEST(testRefusesOtherAlphabetsDespiteTheirChecksum);
    CPPUNIT_TEST(testTellsWhatLooksLikeACredential);
    CPPUNIT_TEST_SUITE_END();

    static std::string withChecksum(const std::string& text) {
        return text + encodeBase64Url(sha256(text)).substr(0, 6);
    }

    void testReadsWhatItIssued() {
        for (const auto& [kind, prefix] : kinds) {
            const IssuedCredential issued = issueCredential(kind);
            CPPUNIT_ASSERT(central_oauth::base::prefixOf(kind) == prefix);
            CPPUNIT_ASSERT(issued.text.reveal().starts_with(prefix));
            CPPUNIT_ASSERT(issued.hash == sha256(issued.text.reveal()));

            const auto parsed = parseCredential(issued.text.reveal());
            CPPUNIT_ASSERT(parsed.has_value());
            CPPUNIT_ASSERT(parsed->kind == kind);
            CPPUNIT_ASSERT_EQUAL(issued.keyId, parsed->keyId);
            CPPUNIT_ASSERT(issued.hash == parsed->hash);
        }
    }

    void testKeepsTheDocumentedFormat() {
        const IssuedCredential issued = issueCredential(CredentialKind::grantToken);
        const std::string text(issued.text.reveal());
        CPPUNIT_ASSERT_EQUAL(std::size_t{4 + 12 + 43 + 6}, text.size());
        CPPUNIT_ASSERT_EQUAL(issued.keyId, text.substr(4, 12));
        CPPUNIT_ASSERT(decodeBase64Url(issued.keyId).value().size() == 9);
        CPPUNIT_ASSERT(decodeBase64Url(text.substr(16, 43)).value().size() == 32);
        CPPUNIT_ASSERT(text == withChecksum(text.substr(0, 59)));
    }

    void testNeverIssuesTheSameTwice() {
        std::set<std::string> keyIds;
        std::set<std::string> secrets;
        for (int i = 0; i < 500; ++i) {
            const IssuedCredential issued = issueCredential(CredentialKind::linkSecret);
            CPPUNIT_ASSERT(keyIds.insert(issued.keyId).second);
            CPPUNIT_ASSERT(secrets.emplace(issued.text.reveal().substr(16, 43)).second);
        }
    }

    void testKeyIdsDoNotLookLikeOptions() {
        for (int i = 0; i < 2000; ++i)
            CPPUNIT_ASSERT(issueCredential(CredentialKind::publicClientKey).keyId.front() != '-');
    }

    void testSeesEveryChangedCharacter() {
        const IssuedCredential issued = issueCredential(CredentialKind::confidentialClientKey);
        for (std::size_t i = 0; i < issued.text.size(); ++i) {
            std::string typo(issued.text.reveal());
            typo[i] = typo[i] == 'x' ? 'y' : 'x';
            CPPUNIT_ASSERT_MESSAGE("character " + std::to_string(i), !parseCredential(typo).has_value());
        }
        // A key of one kind is not one of another: the checksum covers the prefix.
        std::string otherKind(issued.text.reveal());
        otherKind.replace(0, 4, "cop_");
        CPPUNIT_ASSERT(!parseCredential(otherKind).has_value());
    }

    void testSeesSwappedNeighbours() {
        const std::string text(issueCredential(CredentialKind::confidentialClientKey).text.reveal());
        for (std::size_t i = 4; i + 1 < text.size(); ++i) {
            std::string typo = text;
            std::swap(typo[i], typo[i + 1]);
            CPPUNIT_ASSERT(typo == text || !parseCredential(typo).has_value());
        }
    }

    void testRefusesEveryOtherLength() {
        const std::string text(issueCredential(CredentialKind::linkSecret).text.reveal());
        for (std::size_t size = 0; size < text.size(); ++size)
            CPPUNIT_ASSERT(!parseCredential(text.substr(0, size)).has_value());
        for (const char* more : {"A", " ", "\n", "="})
            CPPUNIT_ASSERT(!parseCredential(text + more).has_value());
        CPPUNIT_ASSERT(!parseCredential(" " + text).has_value());
        CPPUNIT_ASSERT(!parseCredential(withChecksum("cok_" + std::string(54, 'a'))).has_value());
        CPPUNIT_ASSERT(!parseCredential(withChecksum("cok_" + std::string(56, 'a'))).has_value());
    }

    void testRefusesOtherPrefixes() {
        CPPUNIT_ASSERT(parseCredential(withChecksum("cok_" + std::string(55, 'a'))).has_value());
        for (const char* prefix : {"COK_", "coz_", "cok-", "cokk", "xok_"})
            CPPUNIT_ASSERT_MESSAGE(prefix,
                                   !parseCredential(withChecksum(prefix + std::string(55, 'a'))).has_value());
    }

    void testRefusesOtherAlphabetsDespiteTheirChecksum() {
        using namespace std::string_view_literals;
        for (const char foreign : "+/= .\n\x80"sv)
            CPPUNIT_ASSERT(
                !parseCredential(withChecksum("cok_" + std::string(54, 'a') + foreign)).has_value());
    }

    void testTellsWhatLooksLikeACredential() {
        for (const char* text : {"cok_", "cop_x", "cos_not really", "cog_123"})
            CPPUNIT_ASSERT_MESSAGE(text, central_oauth::base::looksLikeCredential(text));
        for (const char* text : {"", "cok", "COK_", "coz_abc", " cok_", "xcok_", "cookie_"})
            CPPUNIT_ASSERT_MESSAGE(text, !central_oauth::base::looksLikeCredential(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CredentialTest);
