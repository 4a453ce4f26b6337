// SPDX-License-Identifier: Apache-2.0
// Revocation as best effort.
#include "central_oauth/atlassian/CloudRevoker.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <deque>
#include <string>
#include <vector>

using namespace central_oauth;
using provider::ProviderErrorKind;

namespace {

class ScriptedHttp final : public provider::HttpClient {
public:
    mutable std::deque<std::pair<int, std::string>> answers;
    mutable std::vector<std::string> requests; ///< "METHOD url bearer body"
    provider::HttpResponse send(const provider::HttpRequest& request) const override {
        requests.push_back(request.method + " " + request.url + " " + std::string(request.bearer.reveal()) +
                           " " + std::string(request.body.reveal()));
        if (answers.empty())
            throw provider::HttpError(provider::HttpFailure::notSent, "nothing scripted");
        provider::HttpResponse response;
        response.status = answers.front().first;
        response.body = provider::Secret(answers.front().second);
        answers.pop_front();
        return response;
    }
};

class SilentLog final : public provider::Log {
public:
    void write(provider::LogLevel, std::string_view,
               const std::vector<provider::LogField>&) noexcept override {}
};

class FixedClock final : public provider::Clock {
public:
    std::chrono::system_clock::time_point now() const override { return {}; }
};

} // namespace

class CloudRevokerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudRevokerTest);
    CPPUNIT_TEST(testPostsRfc7009Form);
    CPPUNIT_TEST(testNeverClaimsMoreThanAttempted);
    CPPUNIT_TEST(testTriesTheOlderSecretWhenTheNewestIsRefused);
    CPPUNIT_TEST(testThrowsWhereNothingWasAnswered);
    CPPUNIT_TEST_SUITE_END();

    ScriptedHttp _http;
    SilentLog _log;
    FixedClock _clock;
    provider::Context _context{_http, _log, _clock};

    provider::RevocationOutcome revoke() {
        std::vector<provider::Secret> secrets;
        secrets.emplace_back("newest");
        secrets.emplace_back("older");
        return atlassian::CloudRevoker(_context, "https://auth/oauth/revoke", "client", std::move(secrets))
            .revoke(provider::Secret("r&t"), {});
    }

    void testPostsRfc7009Form() {
        _http.answers = {{200, ""}};
        CPPUNIT_ASSERT(revoke() == provider::RevocationOutcome::attempted);
        CPPUNIT_ASSERT_EQUAL(
            std::string("POST https://auth/oauth/revoke  "
                        "token=r%26t&token_type_hint=refresh_token&client_id=client&client_secret=newest"),
            _http.requests.at(0));
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), _http.requests.size());
    }

    void testNeverClaimsMoreThanAttempted() {
        for (const int status : {200, 302, 400, 403, 404}) {
            _http.answers = {{status, "<html>"}};
            CPPUNIT_ASSERT(revoke() == provider::RevocationOutcome::attempted);
        }
    }

    void testTriesTheOlderSecretWhenTheNewestIsRefused() {
        _http.answers = {{401, ""}, {200, ""}};
        CPPUNIT_ASSERT(revoke() == provider::RevocationOutcome::attempted);
        CPPUNIT_ASSERT(_http.requests.at(1).ends_with("client_secret=older"));
    }

    void testThrowsWhereNothingWasAnswered() {
        CPPUNIT_ASSERT_THROW(revoke(), provider::ProviderError);
        _http.answers = {{503, ""}};
        CPPUNIT_ASSERT_THROW(revoke(), provider::ProviderError);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudRevokerTest);
