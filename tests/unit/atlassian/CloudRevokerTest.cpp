// SPDX-License-Identifier: Apache-2.0
// Revocation as best effort.
#include "central_oauth/atlassian/CloudRevoker.h"

#include "../../support/ProviderServices.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using provider::ProviderErrorKind;
using test::FixedClock;
using test::ScriptedHttp;
using test::SilentLog;

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
