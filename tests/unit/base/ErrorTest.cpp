// SPDX-License-Identifier: Apache-2.0
// Names and sentences of the error codes, and the members of an error.
#include "central_oauth/base/Error.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <set>
#include <string>
#include <string_view>
#include <utility>

using namespace central_oauth::base;

namespace {

// The closed list of the REST API.
constexpr std::array<std::pair<ErrorCode, std::string_view>, 26> names{
    {{ErrorCode::invalidRequest, "invalid_request"},
     {ErrorCode::credentialInUrl, "credential_in_url"},
     {ErrorCode::invalidCredential, "invalid_credential"},
     {ErrorCode::insufficientScope, "insufficient_scope"},
     {ErrorCode::accessDenied, "access_denied"},
     {ErrorCode::differentPerson, "different_person"},
     {ErrorCode::siteNotAllowed, "site_not_allowed"},
     {ErrorCode::notFound, "not_found"},
     {ErrorCode::methodNotAllowed, "method_not_allowed"},
     {ErrorCode::requestTimeout, "request_timeout"},
     {ErrorCode::conflict, "conflict"},
     {ErrorCode::expiredToken, "expired_token"},
     {ErrorCode::alreadyDelivered, "already_delivered"},
     {ErrorCode::needsReauth, "needs_reauth"},
     {ErrorCode::payloadTooLarge, "payload_too_large"},
     {ErrorCode::unsupportedMediaType, "unsupported_media_type"},
     {ErrorCode::slowDown, "slow_down"},
     {ErrorCode::tooManyRequests, "rate_limited"},
     {ErrorCode::internal, "internal"},
     {ErrorCode::notImplemented, "not_implemented"},
     {ErrorCode::providerMisconfigured, "provider_misconfigured"},
     {ErrorCode::providerProtocol, "provider_protocol"},
     {ErrorCode::providerUnavailable, "provider_unavailable"},
     {ErrorCode::rateLimited, "provider_rate_limited"},
     {ErrorCode::storeUnavailable, "store_unavailable"},
     {ErrorCode::busy, "busy"}}};

} // namespace

class ErrorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ErrorTest);
    CPPUNIT_TEST(testNamesAreThoseOfTheApi);
    CPPUNIT_TEST(testEveryCodeHasASentenceOfItsOwn);
    CPPUNIT_TEST(testSentencesFitRfc6749);
    CPPUNIT_TEST(testCarriesWhatEachReaderNeeds);
    CPPUNIT_TEST(testHasNoExtrasUnlessGiven);
    CPPUNIT_TEST_SUITE_END();

    void testNamesAreThoseOfTheApi() {
        for (const auto& [code, name] : names)
            CPPUNIT_ASSERT_EQUAL(std::string(name), std::string(nameOf(code)));
    }

    void testEveryCodeHasASentenceOfItsOwn() {
        std::set<std::string_view> sentences;
        for (const auto& [code, name] : names)
            CPPUNIT_ASSERT_MESSAGE(std::string(name), sentences.insert(errorDescription(code)).second);
    }

    // RFC 6749 section 5.2: printable ASCII without quotation mark and backslash.
    void testSentencesFitRfc6749() {
        for (const auto& [code, name] : names) {
            const std::string_view sentence = errorDescription(code);
            CPPUNIT_ASSERT(sentence.size() > 10 && sentence.back() == '.');
            CPPUNIT_ASSERT(std::all_of(sentence.begin(), sentence.end(),
                                       [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }));
        }
    }

    void testCarriesWhatEachReaderNeeds() {
        Error error(ErrorCode::accessDenied, "ask the person again", "link lnk_1 was declined");
        error.withReason("declined").withRetryAfter(std::chrono::seconds(7));
        const Error copy = error;
        CPPUNIT_ASSERT(copy.code() == ErrorCode::accessDenied);
        CPPUNIT_ASSERT_EQUAL(std::string("ask the person again"), copy.hint());
        CPPUNIT_ASSERT_EQUAL(std::string("link lnk_1 was declined"), std::string(copy.what()));
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), copy.reason());
        CPPUNIT_ASSERT(copy.retryAfter() == std::chrono::seconds(7));
    }

    void testHasNoExtrasUnlessGiven() {
        const Error error(ErrorCode::busy);
        CPPUNIT_ASSERT(error.hint().empty() && error.reason().empty());
        CPPUNIT_ASSERT(!error.retryAfter().has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ErrorTest);
