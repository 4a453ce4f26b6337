// SPDX-License-Identifier: Apache-2.0
// The largest answer of each kind that goes through, and the next one that does not.
#include "AnswerLimits.h"

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

} // namespace

class AnswerLimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswerLimitsTest);
    CPPUNIT_TEST(testTokens);
    CPPUNIT_TEST(testScopes);
    CPPUNIT_TEST(testDurations);
    CPPUNIT_TEST(testUrls);
    CPPUNIT_TEST(testSites);
    CPPUNIT_TEST(testIdentities);
    CPPUNIT_TEST(testOutcomes);
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
        auto many = tokens();
        many.scopes.assign(1000, "s");
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(many));
        many.scopes.emplace_back("s");
        CPPUNIT_ASSERT_EQUAL(std::string("a number of scopes of 1001, more than 1000"), refusalOf(many));
        many.scopes = {std::string(65537, 's')};
        CPPUNIT_ASSERT_EQUAL(std::string("bytes of scopes of 65537, more than 65536"), refusalOf(many));
    }

    void testDurations() {
        for (const auto life : {0s, std::chrono::seconds(24h * 3660)}) {
            auto living = tokens();
            living.expiresIn = life;
            CPPUNIT_ASSERT_EQUAL(fit, refusalOf(living));
        }
        for (const auto life : {std::chrono::seconds(-1), std::chrono::seconds::max()}) {
            const std::string rest = " that is negative or longer than ten years";
            auto living = tokens();
            living.expiresIn = life;
            CPPUNIT_ASSERT_EQUAL("an access token with a life" + rest, refusalOf(living));
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
        large[0].name = std::string(512 * 1024, 'n');
        large[1].products = {{"p", std::string(512 * 1024, 'u')}};
        CPPUNIT_ASSERT_EQUAL(std::string("bytes of sites of 1048579, more than 1048576"), refusalOf(large));
        auto twins = sites(2);
        twins[1].id = twins[0].id;
        CPPUNIT_ASSERT_EQUAL(std::string("a site whose id is empty or that of another"), refusalOf(twins));
        twins[1].id.clear();
        CPPUNIT_ASSERT_EQUAL(std::string("a site whose id is empty or that of another"), refusalOf(twins));
        auto linked = sites(1);
        linked[0].url = "javascript:alert(1)";
        CPPUNIT_ASSERT_EQUAL(std::string("a site whose URL is neither http nor https"), refusalOf(linked));
    }

    void testIdentities() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(provider::Identity{"i", std::string(4095, 'n'), ""}));
        CPPUNIT_ASSERT_EQUAL(std::string("bytes of an identity of 4097, more than 4096"),
                             refusalOf(provider::Identity{"i", "n", std::string(4095, 'e')}));
        CPPUNIT_ASSERT_EQUAL(std::string("an identity without an id"),
                             refusalOf(provider::Identity{"", "n", "e"}));
    }

    void testOutcomes() {
        CPPUNIT_ASSERT_EQUAL(fit, refusalOf(provider::RevocationOutcome::attempted));
        CPPUNIT_ASSERT_EQUAL(std::string("an unknown outcome of a revocation"),
                             refusalOf(static_cast<provider::RevocationOutcome>(7)));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswerLimitsTest);
