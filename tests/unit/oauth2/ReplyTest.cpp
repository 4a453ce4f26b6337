// SPDX-License-Identifier: Apache-2.0
// Failures that are classified without the body.
#include "central_oauth/oauth2/Reply.h"

#include "../../support/ProviderServices.h"
#include "central_oauth/oauth2/ResourceReader.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <string>

using namespace central_oauth;
using oauth2::Effect;
using provider::ProviderErrorKind;
using test::FixedClock;
using test::SilentLog;

namespace {

// Returns what `answer` returns, or throws what it throws.
class StubHttp final : public provider::HttpClient {
public:
    std::function<provider::HttpResponse()> answer;
    mutable std::string bearer;
    provider::HttpResponse send(const provider::HttpRequest& request) const override {
        bearer = std::string(request.bearer.reveal());
        return answer();
    }
};

} // namespace

class ReplyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReplyTest);
    CPPUNIT_TEST(testUnsentIsTransient);
    CPPUNIT_TEST(testUnknownOutcomeDependsOnTheEffect);
    CPPUNIT_TEST(testServerErrorsDependOnTheEffect);
    CPPUNIT_TEST(testLimitCarriesTheDelay);
    CPPUNIT_TEST(testReadsRetryAfter);
    CPPUNIT_TEST(testClassifiesReads);
    CPPUNIT_TEST_SUITE_END();

    StubHttp _http;
    SilentLog _log;
    // 1994-11-06 08:49:37 UTC, the date of RFC 9110's examples.
    FixedClock _clock{std::chrono::system_clock::from_time_t(784111777)};
    provider::Context _context{_http, _log, _clock};

    provider::ProviderError errorOf(Effect effect) {
        try {
            static_cast<void>(oauth2::sendChecked(_context, {}, effect, "endpoint"));
        } catch (const provider::ProviderError& error) {
            return error;
        }
        throw CppUnit::Exception(CppUnit::Message("no error"));
    }

    void answerStatus(int status, const std::string& retryAfter = {}) {
        _http.answer = [=] {
            provider::HttpResponse response;
            response.status = status;
            if (!retryAfter.empty())
                response.headers["retry-after"] = retryAfter;
            return response;
        };
    }

    void testUnsentIsTransient() {
        _http.answer = []() -> provider::HttpResponse {
            throw provider::HttpError(provider::HttpFailure::notSent, "host: cause");
        };
        for (const Effect effect : {Effect::none, Effect::spends})
            CPPUNIT_ASSERT(errorOf(effect).kind() == ProviderErrorKind::transient);
        CPPUNIT_ASSERT_EQUAL(std::string("endpoint: host: cause"), std::string(errorOf(Effect::none).what()));
    }

    void testUnknownOutcomeDependsOnTheEffect() {
        _http.answer = []() -> provider::HttpResponse {
            throw provider::HttpError(provider::HttpFailure::outcomeUnknown, "x");
        };
        CPPUNIT_ASSERT(errorOf(Effect::none).kind() == ProviderErrorKind::transient);
        CPPUNIT_ASSERT(errorOf(Effect::spends).kind() == ProviderErrorKind::ambiguous);
    }

    void testServerErrorsDependOnTheEffect() {
        for (const int status : {408, 500, 502, 503, 599}) {
            answerStatus(status);
            CPPUNIT_ASSERT(errorOf(Effect::none).kind() == ProviderErrorKind::transient);
            CPPUNIT_ASSERT(errorOf(Effect::spends).kind() == ProviderErrorKind::ambiguous);
        }
    }

    void testLimitCarriesTheDelay() {
        answerStatus(429, "30");
        CPPUNIT_ASSERT(errorOf(Effect::spends).kind() == ProviderErrorKind::rateLimited);
        CPPUNIT_ASSERT(errorOf(Effect::spends).retryAfter() == std::chrono::seconds(30));
        answerStatus(429);
        CPPUNIT_ASSERT(!errorOf(Effect::spends).retryAfter());
        answerStatus(503, "5");
        CPPUNIT_ASSERT(errorOf(Effect::none).retryAfter() == std::chrono::seconds(5));
    }

    void testReadsRetryAfter() {
        const auto read = [&](const std::string& text) {
            provider::HttpResponse response;
            response.headers["retry-after"] = text;
            const auto delay = oauth2::retryAfterOf(response, _clock);
            return delay ? delay->count() : -1;
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), std::int64_t(read("0")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(120), std::int64_t(read("120")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(86400), std::int64_t(read("4000000000")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(90), std::int64_t(read("Sun, 06 Nov 1994 08:51:07 GMT")));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), std::int64_t(read("Sun, 06 Nov 1994 08:00:00 GMT")));
        for (const char* malformed : {"soon", "-5", "1.5", "Sun, 99 Nov", "99999999999999999999"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(malformed, std::int64_t(-1), std::int64_t(read(malformed)));
    }

    void testClassifiesReads() {
        const auto kindOf = [&](int status) {
            answerStatus(status);
            try {
                static_cast<void>(oauth2::bodyOf(
                    oauth2::getResource(_context, "https://a", provider::Secret("access"), {}, "it"), "it"));
            } catch (const provider::ProviderError& error) {
                return error.kind();
            }
            throw CppUnit::Exception(CppUnit::Message("no error"));
        };
        CPPUNIT_ASSERT(kindOf(401) == ProviderErrorKind::invalidGrant);
        CPPUNIT_ASSERT(kindOf(403) == ProviderErrorKind::accessDenied);
        for (const int status : {302, 400, 404, 410})
            CPPUNIT_ASSERT(kindOf(status) == ProviderErrorKind::protocol);
        CPPUNIT_ASSERT(kindOf(503) == ProviderErrorKind::transient);
        CPPUNIT_ASSERT_EQUAL(std::string("access"), _http.bearer);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReplyTest);
