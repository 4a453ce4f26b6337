// SPDX-License-Identifier: Apache-2.0
// The credentials that routes accept, and the order of the checks.
#include "central_oauth/endpoints/RequestAuthenticator.h"

#include "../services/ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/services/clients/ClientService.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <utility>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using crypto::CredentialKind;
using endpoints::Authenticator;
using endpoints::RequestAuthenticator;
using provider::Secret;

class RequestAuthenticatorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestAuthenticatorTest);
    CPPUNIT_TEST(testClientKeyOpensEveryRoute);
    CPPUNIT_TEST(testGrantTokenOpensAccountsOnly);
    CPPUNIT_TEST(testOtherCredentialsGetAHint);
    CPPUNIT_TEST(testWithoutGrantTokensEachIsRefused);
    CPPUNIT_TEST(testSubjectComesFromTheHeader);
    CPPUNIT_TEST(testSubjectMayBeLeftOut);
    CPPUNIT_TEST(testRequiredSubjectIsRequired);
    CPPUNIT_TEST(testMalformedSubjects);
    CPPUNIT_TEST(testCredentialIsCheckedBeforeTheSubject);
    CPPUNIT_TEST(testOnlyUnprovenRequestsAreCounted);
    CPPUNIT_TEST(testGrantTokensAreCountedAlike);
    CPPUNIT_TEST(testStoreFaultIsNotCounted);
    CPPUNIT_TEST(testCostsAreCountedByClientAndHolder);
    CPPUNIT_TEST(testUnprovenRequestsCostNothing);
    CPPUNIT_TEST(testFurtherKindIsOneMoreAuthenticator);
    CPPUNIT_TEST_SUITE_END();

public:
    void testClientKeyOpensEveryRoute() {
        for (const auto& prove : both()) {
            const auto caller =
                (_authenticator.*prove)(request(_added.key), RequestAuthenticator::Cost::read);
            CPPUNIT_ASSERT(caller->client.id == _added.client.id);
            CPPUNIT_ASSERT(!caller->isHolder());
            CPPUNIT_ASSERT(!caller->subject);
        }
    }

    void testGrantTokenOpensAccountsOnly() {
        CPPUNIT_ASSERT(_authenticator.onAccounts(request(_grantToken))->only == base::AccountId("acc_1"));
        ASSERT_REFUSED(ErrorCode::insufficientScope, _authenticator.client(request(_grantToken)));
        CPPUNIT_ASSERT(hintOf(&RequestAuthenticator::client, _grantToken).find("needs a client key (cok_") !=
                       std::string::npos);
    }

    void testOtherCredentialsGetAHint() {
        const auto linkSecret = crypto::issueCredential(CredentialKind::linkSecret).text;
        const auto publicKey = crypto::issueCredential(CredentialKind::publicClientKey).text;
        const Secret jwt("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.");
        const Secret other("something");
        for (const auto& [credential, words] :
             {std::pair(&linkSecret, "link secret"), std::pair(&publicKey, "public client"),
              std::pair(&jwt, "token of the upstream service"), std::pair(&other, "")}) {
            for (const auto& prove : both()) {
                ASSERT_REFUSED(
                    ErrorCode::invalidCredential,
                    (_authenticator.*prove)(request(*credential), RequestAuthenticator::Cost::read));
                CPPUNIT_ASSERT(hintOf(prove, *credential).find(words) != std::string::npos);
                CPPUNIT_ASSERT(hintOf(prove, *credential).find("client key (cok_") != std::string::npos);
                CPPUNIT_ASSERT(hintOf(prove, *credential).find(credential->reveal()) == std::string::npos);
                _fixture.advance(60s);
            }
            CPPUNIT_ASSERT(hintOf(&RequestAuthenticator::onAccounts, *credential).find("cog_") !=
                           std::string::npos);
            CPPUNIT_ASSERT(hintOf(&RequestAuthenticator::client, *credential).find("cog_") ==
                           std::string::npos);
        }
        CPPUNIT_ASSERT(hintOf(&RequestAuthenticator::client, Secret("cok_short")).find("whole") !=
                       std::string::npos);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _authenticator.client(http::Request({})));
    }

    void testWithoutGrantTokensEachIsRefused() {
        const RequestAuthenticator authenticator({clientKeys()}, _fixture.limits);
        ASSERT_REFUSED(ErrorCode::invalidCredential, authenticator.onAccounts(request(_grantToken)));
        ASSERT_REFUSED(ErrorCode::invalidCredential, authenticator.client(request(_grantToken)));
    }

    void testSubjectComesFromTheHeader() {
        for (const std::string& subject :
             {std::string("ann"), std::string(128, 's'), std::string("a b"), std::string("M\xc3\xbcller")}) {
            for (const Secret* credential : {&_added.key, &_grantToken})
                CPPUNIT_ASSERT(_authenticator.onAccounts(request(*credential, {subject}))->subject ==
                               subject);
            CPPUNIT_ASSERT(RequestAuthenticator::subject(request(_added.key, {subject})) == subject);
        }
        CPPUNIT_ASSERT_MESSAGE("nothing of accounts: the header is nobody's",
                               !_authenticator.client(request(_added.key, {"ann"}))->subject);
    }

    void testSubjectMayBeLeftOut() {
        CPPUNIT_ASSERT(!_authenticator.onAccounts(request(_added.key))->subject);
        CPPUNIT_ASSERT(!RequestAuthenticator::subject(request(_added.key)));
    }

    void testRequiredSubjectIsRequired() {
        domain::NewClient wanted{"server"};
        wanted.requireSubject = true;
        const auto server = _clients.add(wanted);
        _holder.client = server.client;
        for (const Secret* credential : {&std::as_const(server.key), &std::as_const(_grantToken)}) {
            ASSERT_REFUSED(ErrorCode::invalidRequest, _authenticator.onAccounts(request(*credential)));
            CPPUNIT_ASSERT(hintOf(&RequestAuthenticator::onAccounts, *credential).find("header Subject") !=
                           std::string::npos);
            ASSERT_REFUSED(ErrorCode::invalidRequest, _authenticator.onAccounts(request(*credential, {""})));
            CPPUNIT_ASSERT(_authenticator.onAccounts(request(*credential, {"ann"}))->subject == "ann");
        }
        CPPUNIT_ASSERT(!_authenticator.client(request(server.key))->subject);
    }

    void testMalformedSubjects() {
        for (const std::vector<std::string>& wrong :
             {std::vector<std::string>{""}, std::vector<std::string>{std::string(129, 's')},
              std::vector<std::string>{" ann"}, std::vector<std::string>{"ann "},
              std::vector<std::string>{"a\tb"}, std::vector<std::string>{"a\x7f"},
              std::vector<std::string>{"a\xFF"}, std::vector<std::string>{"\xC0\xAF"},
              std::vector<std::string>{"\xED\xA0\x80"}, std::vector<std::string>{"a\xC2\x85"},
              std::vector<std::string>{std::string("a\0b", 3)}, std::vector<std::string>{"ann", "ann"}}) {
            ASSERT_REFUSED(ErrorCode::invalidRequest, _authenticator.onAccounts(request(_added.key, wrong)));
        }
    }

    void testCredentialIsCheckedBeforeTheSubject() {
        const auto foreign = crypto::issueCredential(CredentialKind::confidentialClientKey);
        ASSERT_REFUSED(ErrorCode::invalidCredential, _authenticator.onAccounts(request(foreign.text, {""})));
    }

    void testOnlyUnprovenRequestsAreCounted() {
        for (int i = 0; i < 100; ++i) {
            (void)_authenticator.onAccounts(request(_added.key));
            ASSERT_REFUSED(ErrorCode::insufficientScope, _authenticator.client(request(_grantToken)));
            ASSERT_REFUSED(ErrorCode::invalidRequest, _authenticator.onAccounts(request(_added.key, {""})));
        }
        const auto foreign = crypto::issueCredential(CredentialKind::confidentialClientKey);
        for (int i = 0; i < 60; ++i)
            ASSERT_REFUSED(ErrorCode::invalidCredential, _authenticator.onAccounts(request(foreign.text)));
        ASSERT_REFUSED(ErrorCode::tooManyRequests, _authenticator.onAccounts(request(foreign.text)));
        CPPUNIT_ASSERT_MESSAGE("a good key passes from any source",
                               _authenticator.onAccounts(request(_added.key))->client.id == _added.client.id);
    }

    void testGrantTokensAreCountedAlike() {
        const auto foreign = crypto::issueCredential(CredentialKind::grantToken);
        for (int i = 0; i < 30; ++i) {
            ASSERT_REFUSED(ErrorCode::invalidCredential, _authenticator.onAccounts(request(foreign.text)));
            ASSERT_REFUSED(ErrorCode::invalidCredential, _authenticator.client(request(foreign.text)));
        }
        ASSERT_REFUSED(ErrorCode::tooManyRequests, _authenticator.onAccounts(request(foreign.text)));
        CPPUNIT_ASSERT(_authenticator.onAccounts(request(_grantToken))->isHolder());
    }

    void testStoreFaultIsNotCounted() {
        _storeFails = true;
        for (int i = 0; i < 100; ++i)
            ASSERT_REFUSED(ErrorCode::storeUnavailable, _authenticator.onAccounts(request(_grantToken)));
    }

    void testCostsAreCountedByClientAndHolder() {
        auto wanted = domain::NewClient{"slow"};
        wanted.writesPerMinute = 2;
        wanted.checksPerMinute = 1;
        const auto slow = _clients.add(wanted);
        const auto ask = [&](const Secret& credential, RequestAuthenticator::Cost cost) {
            return refusalOf([&] { (void)_authenticator.onAccounts(request(credential), cost); });
        };
        for (int i = 0; i < 2; ++i)
            CPPUNIT_ASSERT(!ask(slow.key, RequestAuthenticator::Cost::write));
        const auto refused = ask(slow.key, RequestAuthenticator::Cost::write);
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(std::chrono::seconds(30)));
        CPPUNIT_ASSERT_MESSAGE("each cost by itself", !ask(slow.key, RequestAuthenticator::Cost::check));
        CPPUNIT_ASSERT(ask(slow.key, RequestAuthenticator::Cost::check));
        for (int i = 0; i < 10; ++i)
            CPPUNIT_ASSERT_MESSAGE("reading costs nothing", !ask(slow.key, RequestAuthenticator::Cost::read));
        CPPUNIT_ASSERT_MESSAGE("each client by itself", !ask(_added.key, RequestAuthenticator::Cost::write));

        _holder.client = slow.client;
        for (int i = 0; i < 2; ++i)
            CPPUNIT_ASSERT_MESSAGE("a holder by itself",
                                   !ask(_grantToken, RequestAuthenticator::Cost::write));
        CPPUNIT_ASSERT_MESSAGE("and no more than its client",
                               ask(_grantToken, RequestAuthenticator::Cost::write));
        _fixture.advance(std::chrono::seconds(30));
        CPPUNIT_ASSERT(!ask(slow.key, RequestAuthenticator::Cost::write));
    }

    void testUnprovenRequestsCostNothing() {
        auto wanted = domain::NewClient{"slow"};
        wanted.writesPerMinute = 1;
        const auto slow = _clients.add(wanted);
        auto wrong = std::string(slow.key.reveal());
        wrong.back() = wrong.back() == 'A' ? 'B' : 'A';
        for (int i = 0; i < 10; ++i)
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           _authenticator.client(request(Secret(wrong)), RequestAuthenticator::Cost::write));
        (void)_authenticator.client(request(slow.key), RequestAuthenticator::Cost::write);
    }

    void testFurtherKindIsOneMoreAuthenticator() {
        const Authenticator codes{.prefix = "cox_",
                                  .shown = "a code (cox_…)",
                                  .logField = "code",
                                  .prove = [this](const Secret& code) {
                                      if (code.reveal() != "cox_right")
                                          throw base::Error(ErrorCode::invalidCredential);
                                      return SharedCaller(Caller{_added.client, "code-1", {"link"}});
                                  }};
        const RequestAuthenticator authenticator({clientKeys(), codes}, _fixture.limits);
        CPPUNIT_ASSERT_EQUAL(std::string("code-1"),
                             authenticator.client(request(Secret("cox_right")))->keyId);
        CPPUNIT_ASSERT(!authenticator.client(request(_added.key))->keyId.empty());
        ASSERT_REFUSED(ErrorCode::invalidCredential, authenticator.client(request(Secret("cox_wrong"))));
        CPPUNIT_ASSERT_EQUAL(
            std::string("Send a client key (cok_…) or a code (cox_…) as Authorization: Bearer."),
            hintOf(authenticator, &RequestAuthenticator::client, Secret("something")));
    }

private:
    using Prove = SharedCaller (RequestAuthenticator::*)(const http::Request&,
                                                         RequestAuthenticator::Cost) const;

    static std::vector<Prove> both() {
        return {&RequestAuthenticator::client, &RequestAuthenticator::onAccounts};
    }

    static http::Request request(const Secret& credential, const std::vector<std::string>& subjects = {}) {
        http::Request::Parts parts;
        parts.peerAddress = "192.0.2.7";
        parts.headers.add("Authorization", "Bearer " + std::string(credential.reveal()));
        for (const auto& subject : subjects)
            parts.headers.add("Subject", subject);
        return http::Request(std::move(parts));
    }

    std::string hintOf(Prove prove, const Secret& credential) const {
        return hintOf(_authenticator, prove, credential);
    }

    static std::string hintOf(const RequestAuthenticator& authenticator, Prove prove,
                              const Secret& credential) {
        try {
            (void)(authenticator.*prove)(request(credential), RequestAuthenticator::Cost::read);
        } catch (const base::Error& error) {
            return error.hint();
        }
        CPPUNIT_FAIL("nothing was refused");
        return {};
    }

    Authenticator clientKeys() const {
        return Authenticator::ofClientKeys([this](const Secret& key) { return _clients.authenticate(key); });
    }

    Authenticator grantTokens() const {
        return Authenticator::ofGrantTokens([this](const Secret& token) { return holderOf(token); });
    }

    SharedCaller holderOf(const Secret& token) const {
        if (_storeFails)
            throw base::Error(ErrorCode::storeUnavailable);
        if (token.reveal() != _grantToken.reveal())
            throw base::Error(ErrorCode::invalidCredential);
        return SharedCaller(_holder);
    }

    ServiceFixture _fixture;
    ClientService _clients{_fixture.store, _fixture.clock};
    AddedClient _added = _clients.add(domain::NewClient{"ci"});
    Secret _grantToken = crypto::issueCredential(CredentialKind::grantToken).text;
    Caller _holder{_added.client, "grant-1", {"token"}, base::AccountId("acc_1"), {}};
    bool _storeFails = false;
    RequestAuthenticator _authenticator{{clientKeys(), grantTokens()}, _fixture.limits};
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestAuthenticatorTest);
