// SPDX-License-Identifier: Apache-2.0
// The largest accepted answer of each kind, and the next larger one.
#include "AnswerLimits.h"

#include "central_oauth/base/Utf8.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using namespace std::chrono_literals;

namespace {

template <class Answer>
std::string refusalOf(const Answer& answer) {
    try {
        loader::requireFit(answer);
    } catch (const loader::UnfitAnswer& unfit) {
        return unfit.what();
    }
    return "fit";
}

provider::TokenSet tokens(std::size_t access = 1, std::size_t refresh = 0) {
    provider::TokenSet tokens;
    tokens.accessToken = provider::Secret(std::string(access, 'a'));
    tokens.refreshToken = provider::Secret(std::string(refresh, 'r'));
    return tokens;
}

std::vector<provider::Site> sites(int count) {
    std::vector<provider::Site> list;
    for (int i = 0; i < count; ++i)
        list.push_back({std::to_string(i), "", "", {}});
    return list;
}

const std::string fit = "fit";
const std::string notPlain = " with bytes that are no UTF-8, or control characters";

std::vector<std::string> hostileTexts() {
    return {"",
            std::string(64 * 1024, 'W'),
            std::string("a\0b", 3),
            "a\x01\x1b[31mb\r\nc\x7f",
            "a\xC2\x9B"
            "31m",
            "Bank\xE2\x80\xAE gnihtemos",
            "\xFF\xFE\xC0\xAF",
            "\xF0\x9F\x91\xA9",
            "</bdi><script>"};
}

} // namespace

class AnswerLimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswerLimitsTest);
    CPPUNIT_TEST(testTokens);
    CPPUNIT_TEST(testScopes);
    CPPUNIT_TEST(testFreshPairIsKeptWhateverComesWithIt);
    CPPUNIT_TEST(testDurations);
    CPPUNIT_TEST(testUrls);
    CPPUNIT_TEST(testSites);
    CPPUNIT_TEST(testIdentities);
    CPPUNIT_TEST(testOutcomes);
    CPPUNIT_TEST(testNamesAreCleanedAndCut);
    CPPUNIT_TEST(testCleaningYieldsNoOtherValidAddress);
    CPPUNIT_TEST(testAddressesOfSitesAreWebAddressesOrNone);
    CPPUNIT_TEST(testTextsForProgramsAreNotCleaned);
    CPPUNIT_TEST_SUITE_END();

    void testTokens() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(tokens(65536, 65536)));
        CPPUNIT_ASSERT_EQUAL(std::string("an empty access token"), refusalOf(tokens(0)));
        CPPUNIT_ASSERT_EQUAL(std::string("an access token with a length of 65537, more than 65536"),
                             refusalOf(tokens(65537)));
        CPPUNIT_ASSERT_EQUAL(std::string("a refresh token with a length of 65537, more than 65536"),
                             refusalOf(tokens(1, 65537)));
    }

    void testScopes() {
        provider::Properties facts;
        facts.scopes.assign(1000, "s");
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(facts));
        facts.scopes.emplace_back("s");
        CPPUNIT_ASSERT_EQUAL(std::string("a number of scopes of 1001, more than 1000"), refusalOf(facts));
        facts.scopes = {std::string(65537, 's')};
        CPPUNIT_ASSERT_EQUAL(std::string("bytes of scopes of 65537, more than 65536"), refusalOf(facts));
        facts.scopes = {"read\xFF"};
        CPPUNIT_ASSERT_EQUAL("a scope" + notPlain, refusalOf(facts));
    }

    // Upstream has already replaced the old refresh token, so the pair is kept whatever comes with it.
    void testFreshPairIsKeptWhateverComesWithIt() {
        for (const auto life : {std::chrono::seconds::min(), -1s, 0s, std::chrono::seconds::max()}) {
            auto living = tokens();
            living.expiresIn = life;
            loader::cleanTexts(living);
            CPPUNIT_ASSERT_EQUAL(fit, refusalOf(living));
            CPPUNIT_ASSERT(living.expiresIn == life);
        }
        auto scoped = tokens();
        scoped.scopes = {"read", "read\xFF", std::string(65537, 's'), "a\n", "write"};
        loader::cleanTexts(scoped);
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(scoped));
        CPPUNIT_ASSERT(scoped.scopes == (std::vector<std::string>{"read", "write"}));
        scoped.scopes.assign(1001, "s");
        loader::cleanTexts(scoped);
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(scoped));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1000), scoped.scopes.size());
    }

    void testDurations() {
        for (const auto life : {std::chrono::seconds(-1), std::chrono::seconds::max()}) {
            const std::string rest = " that is negative or longer than ten years";
            provider::Properties facts;
            CPPUNIT_ASSERT_EQUAL(fit, refusalOf(facts));
            facts.leeway = life;
            CPPUNIT_ASSERT_EQUAL("a leeway" + rest, refusalOf(facts));
            facts = {};
            facts.refreshMargin = life;
            CPPUNIT_ASSERT_EQUAL("a refresh margin" + rest, refusalOf(facts));
            facts = {};
            facts.companionLife = life;
            CPPUNIT_ASSERT_EQUAL("a companion life" + rest, refusalOf(facts));
            facts = {};
            facts.idleLifetime = life;
            CPPUNIT_ASSERT_EQUAL("an idle lifetime" + rest, refusalOf(facts));
        }
    }

    void testUrls() {
        const std::string base = "https://a/";
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(base + std::string(8192 - base.size(), 'x')));
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(std::string("http://127.0.0.1/")));
        CPPUNIT_ASSERT_EQUAL(std::string("a URL with a length of 8193, more than 8192"),
                             refusalOf(base + std::string(8193 - base.size(), 'x')));
        for (const char* url :
             {"", "javascript:alert(1)", "//a/", "https://a/ b", "https://a/\n", "https://a/\xC3\xBC"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url,
                                         std::string("a URL that is neither http nor https, or not encoded"),
                                         refusalOf(std::string(url)));
    }

    void testSites() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(sites(0)));
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(sites(5000)));
        CPPUNIT_ASSERT_EQUAL(std::string("a number of sites of 5001, more than 5000"),
                             refusalOf(sites(5001)));
        auto large = sites(2);
        large[0].url = std::string(512 * 1024, 'n');
        large[1].products = {{"p", std::string(512 * 1024, 'u')}};
        CPPUNIT_ASSERT_EQUAL(std::string("bytes of sites of 1048579, more than 1048576"), refusalOf(large));
        auto twins = sites(2);
        twins[1].id = twins[0].id;
        CPPUNIT_ASSERT_EQUAL(std::string("a site whose id is empty or that of another"), refusalOf(twins));
        twins[1].id.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("a site whose id is empty or that of another"), refusalOf(twins));
        auto binary = sites(1);
        binary[0].id = "\xFF";
        CPPUNIT_ASSERT_EQUAL("a site's id" + notPlain, refusalOf(binary));
        auto strange = sites(1);
        strange[0].products = {{"p", "https://a/\n"}};
        CPPUNIT_ASSERT_EQUAL("a product's address" + notPlain, refusalOf(strange));
    }

    void testIdentities() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(provider::Identity{std::string(1024, 'i'), "n", ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("an identity with an id of bytes of 1025, more than 1024"),
                             refusalOf(provider::Identity{std::string(1025, 'i'), "n", "e"}));
        CPPUNIT_ASSERT_EQUAL("an identity's id" + notPlain, refusalOf(provider::Identity{"\xFF", "n", "e"}));
        CPPUNIT_ASSERT_EQUAL(std::string("an identity without an id"),
                             refusalOf(provider::Identity{"", "n", "e"}));
    }

    void testNamesAreCleanedAndCut() {
        for (const auto& text : hostileTexts()) {
            provider::Identity identity{"i", text, text};
            loader::cleanTexts(identity);
            CPPUNIT_ASSERT_EQUAL(fit, refusalOf(identity));
            auto named = sites(1);
            named[0].name = text;
            loader::cleanTexts(named);
            CPPUNIT_ASSERT_EQUAL(fit, refusalOf(named));
            for (const auto& shown : {identity.displayName, identity.email, named[0].name}) {
                CPPUNIT_ASSERT_MESSAGE(shown, base::isPlainText(shown));
                CPPUNIT_ASSERT_MESSAGE(shown, shown.find("\xE2\x80\xAE") == std::string::npos);
                CPPUNIT_ASSERT_MESSAGE(shown, shown.size() < 300);
            }
        }
        provider::Identity ada{"i", "Ada \xC3\x96z", "ada@example.com"};
        loader::cleanTexts(ada);
        CPPUNIT_ASSERT_EQUAL(std::string("Ada \xC3\x96z"), ada.displayName);
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.com"), ada.email);
    }

    void testCleaningYieldsNoOtherValidAddress() {
        for (const std::string email :
             {"ada@ac\xE2\x80\x8Bme.com", "ada@acme.com\xE2\x80\x8B", "ada@acme.com\n"}) {
            provider::Identity identity{"i", "n", email};
            loader::cleanTexts(identity);
            CPPUNIT_ASSERT_MESSAGE(identity.email, !identity.email.ends_with("acme.com"));
            CPPUNIT_ASSERT_MESSAGE(identity.email, identity.email.starts_with("ada@acme.com"));
        }
    }

    void testAddressesOfSitesAreWebAddressesOrNone() {
        for (const std::string url :
             {"javascript:alert(1)", "//a", "https://a/ b", "https://a/\n", "https://a/\xFF", "a"}) {
            auto named = sites(1);
            named[0].url = url;
            loader::cleanTexts(named);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string(), named[0].url);
        }
        auto named = sites(3);
        named[0].url = "https://acme.atlassian.net";
        named[1].url = "https://" + std::string(2040, 'a');
        named[2].url = "https://" + std::string(2041, 'a');
        loader::cleanTexts(named);
        CPPUNIT_ASSERT_EQUAL(std::string("https://acme.atlassian.net"), named[0].url);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2048), named[1].url.size());
        CPPUNIT_ASSERT(named[2].url.empty());
    }

    void testTextsForProgramsAreNotCleaned() {
        auto odd = tokens();
        odd.accessToken = provider::Secret(std::string("a\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("an access token with bytes that no header can carry"),
                             refusalOf(odd));
    }

    void testOutcomes() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(provider::RevocationOutcome::attempted));
        CPPUNIT_ASSERT_EQUAL(std::string("an unknown outcome of a revocation"),
                             refusalOf(static_cast<provider::RevocationOutcome>(7)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerLimitsTest);
