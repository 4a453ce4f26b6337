// SPDX-License-Identifier: Apache-2.0
// Tests the fields of a request for a link, one by one.
#include "LinkServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/crypto/Pkce.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;

class LinkCreationTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkCreationTest);
    CPPUNIT_TEST(testEveryFieldIsKept);
    CPPUNIT_TEST(testTextsForPeopleAreCountedInCharacters);
    CPPUNIT_TEST(testTextsForPeopleArePrintable);
    CPPUNIT_TEST(testTextsForProgramsAreCountedInBytes);
    CPPUNIT_TEST(testTextsForProgramsAreOpaque);
    CPPUNIT_TEST(testSiteIsAnAddressAndNoSentence);
    CPPUNIT_TEST(testRefusalsSayHowToFix);
    CPPUNIT_TEST(testSubjectThatIsRequired);
    CPPUNIT_TEST(testPersonThatMustBeNamed);
    CPPUNIT_TEST(testOnBehalfOfIsForConfidentialClients);
    CPPUNIT_TEST(testRequiredScopesAreTheProviders);
    CPPUNIT_TEST(testStrangeScopesAreNotRepeated);
    CPPUNIT_TEST(testRelinkTakesTheAccountsPlace);
    CPPUNIT_TEST(testForeignAndUnknownAccountsAreOneAnswer);
    CPPUNIT_TEST(testAccountOfAnotherSubjectOrProviderIsUnknown);
    CPPUNIT_TEST(testExpectedPersonMustBeTheAccounts);
    CPPUNIT_TEST(testChallengeIsKeptInPlaceOfASecret);
    CPPUNIT_TEST(testMalformedChallengesAreRefused);
    CPPUNIT_TEST(testPublicClientIsLimitedByAddress);
    CPPUNIT_TEST(testAuditNamesTheCaller);
    CPPUNIT_TEST(testLinkAndItsEntryAreBothOrNeither);
    CPPUNIT_TEST(testLinkEndsWithItsKey);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        LinkServiceFixture::setUp();
        _fixture->client.linksPerMinute = 1000;
    }

    void testEveryFieldIsKept() {
        LinkRequest wanted;
        wanted.provider = "jira";
        wanted.subject = "user-7";
        wanted.label = "CI";
        wanted.site = "https://one.example";
        wanted.onBehalfOf = "Bob";
        wanted.requiredScopes = {"offline_access", "read:jira-work", "offline_access"};
        wanted.expectedUpstreamId = "person-9";
        wanted.loginHint = "bob@example.com";
        const auto link = linkOf(create(wanted));
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), link.provider);
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"), link.subject);
        CPPUNIT_ASSERT_EQUAL(std::string("CI"), link.label);
        CPPUNIT_ASSERT_EQUAL(std::string("https://one.example"), link.wantedSite);
        CPPUNIT_ASSERT_EQUAL(std::string("Bob"), link.onBehalfOf);
        CPPUNIT_ASSERT(link.requiredScopes == (std::vector<std::string>{"offline_access", "read:jira-work"}));
        CPPUNIT_ASSERT_EQUAL(std::string("person-9"), link.expectedUpstreamId);
        CPPUNIT_ASSERT_EQUAL(std::string("bob@example.com"), link.loginHint);
        CPPUNIT_ASSERT(link.relinkAccount.empty());
        CPPUNIT_ASSERT(link.proof == domain::PollMethod::secret);
    }

    void testTextsForPeopleAreCountedInCharacters() {
        for (const auto& [field, longest] :
             {std::pair(&LinkRequest::label, 64), std::pair(&LinkRequest::onBehalfOf, 64),
              std::pair(&LinkRequest::loginHint, 254)}) {
            for (const std::string character : {"l", "\xc3\xbc", "\xe2\x82\xac", "\xf0\x9f\x91\x8b"}) {
                createAndCancel(with(field, repeated(character, longest)));
                ASSERT_REFUSED(ErrorCode::invalidRequest,
                               create(with(field, repeated(character, longest + 1))));
            }
        }
    }

    void testTextsForPeopleArePrintable() {
        for (const auto field : {&LinkRequest::label, &LinkRequest::onBehalfOf, &LinkRequest::loginHint}) {
            for (const std::string& bad :
                 {std::string("a\nb"), std::string("a\x7f"), std::string("a\x1b[2J"), std::string("a\0b", 3),
                  std::string("a\xc2\x85"), std::string("a\xe2\x80\xa8"), std::string("a\xe2\x80\xae"),
                  std::string("a\xe2\x81\xa6")})
                ASSERT_REFUSED(ErrorCode::invalidRequest, create(with(field, bad)));
            createAndCancel(with(field, "M\xc3\xbcller \xf0\x9f\x91\x8b"));
        }
    }

    void testTextsForProgramsAreCountedInBytes() {
        for (const auto& [field, longest] :
             {std::pair(&LinkRequest::subject, 128), std::pair(&LinkRequest::expectedUpstreamId, 128)}) {
            createAndCancel(with(field, repeated("\xc3\xbc", longest / 2)));
            ASSERT_REFUSED(ErrorCode::invalidRequest,
                           create(with(field, repeated("\xc3\xbc", longest / 2) + "u")));
        }
    }

    void testTextsForProgramsAreOpaque() {
        for (const auto field : {&LinkRequest::subject, &LinkRequest::expectedUpstreamId}) {
            for (const std::string& bad :
                 {std::string("a\nb"), std::string("a\x7f"), std::string("a\0b", 3), std::string("\t"),
                  std::string(" a"), std::string("a "), std::string(" ")})
                ASSERT_REFUSED(ErrorCode::invalidRequest, create(with(field, bad)));
            createAndCancel(with(field, "a <b> \"c\" \xe2\x80\xae"));
        }
    }

    void testSiteIsAnAddressAndNoSentence() {
        for (const std::string& good :
             {std::string("https://acme.atlassian.net/"), std::string("HTTP://Acme:80/wiki?a=b#c"),
              std::string("1324a887-45db-1bf4-1e99-ef0ff456d421"), repeated("s", 256)})
            createAndCancel(with(&LinkRequest::site, good));
        for (const std::string& bad :
             {std::string("acme only, checked by the operator"), std::string("a\nb"), std::string("a\0b", 3),
              std::string(" a"), std::string("<b>"), std::string("\xc3\xbc"), std::string("!"),
              std::string("\xe2\x80\xae"
                          "a"),
              repeated("s", 257)})
            ASSERT_REFUSED(ErrorCode::invalidRequest, create(with(&LinkRequest::site, bad)));
    }

    void testRefusalsSayHowToFix() {
        CPPUNIT_ASSERT_EQUAL(std::string("label takes at most 64 characters, and this has 70; shorten it."),
                             hintOf(with(&LinkRequest::label, std::string(70, 'l'))));
        CPPUNIT_ASSERT_EQUAL(std::string("subject begins or ends with a blank; trim it."),
                             hintOf(with(&LinkRequest::subject, "ann ")));
        CPPUNIT_ASSERT_EQUAL(std::string("site takes no control characters; remove them."),
                             hintOf(with(&LinkRequest::site, "a\tb")));
    }

    void testSubjectThatIsRequired() {
        _fixture->client.requireSubject = true;
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(LinkRequest{}));
        const auto account = _fixture->linkAccount("1");
        LinkRequest relink;
        relink.account = account;
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(relink));
        relink.subject = "ann";
        createAndCancel(relink);
        createAndCancel(with(&LinkRequest::subject, "ann"));
    }

    void testPersonThatMustBeNamed() {
        _fixture->client.requireSubject = _fixture->client.requireOnBehalfOf = true;
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(with(&LinkRequest::subject, "ann")));
        CPPUNIT_ASSERT(hintOf(with(&LinkRequest::subject, "ann")).find("send on_behalf_of") !=
                       std::string::npos);
        LinkRequest wanted;
        wanted.account = _fixture->linkAccount("1");
        wanted.subject = "ann";
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(wanted));
        wanted.onBehalfOf = "Ann";
        createAndCancel(wanted);
    }

    void testOnBehalfOfIsForConfidentialClients() {
        _fixture->client.kind = domain::ClientKind::publicClient;
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(with(&LinkRequest::onBehalfOf, "Bob")));
        createAndCancel(LinkRequest{});
    }

    void testRequiredScopesAreTheProviders() {
        LinkRequest wanted;
        wanted.requiredScopes = {"read:jira-work", "write:jira-work"};
        CPPUNIT_ASSERT_EQUAL(
            std::string("required_scopes holds \"write:jira-work\", which is no scope of the provider "
                        "jira; GET /v1/providers lists its scopes."),
            hintOf(wanted));
        wanted.requiredScopes = std::vector<std::string>(50, "read:jira-work");
        createAndCancel(wanted);
        wanted.requiredScopes.emplace_back("read:jira-work");
        CPPUNIT_ASSERT_EQUAL(std::string("required_scopes takes at most 50 scopes."), hintOf(wanted));
    }

    void testStrangeScopesAreNotRepeated() {
        for (const std::string& scope :
             {std::string(), std::string("a b"), std::string("a\"b"), std::string("a\x1b"),
              "cok_" + std::string(61, 'Q'), std::string(101, 'a'), std::string("\xc3\xbc")}) {
            LinkRequest wanted;
            wanted.requiredScopes = {scope};
            CPPUNIT_ASSERT(hintOf(wanted).starts_with("required_scopes holds a text, which is no scope"));
        }
    }

    void testRelinkTakesTheAccountsPlace() {
        const auto account = _fixture->linkAccount("1");
        LinkRequest relink;
        relink.account = account;
        const auto link = linkOf(create(relink));
        CPPUNIT_ASSERT(link.relinkAccount == account);
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), link.provider);
        CPPUNIT_ASSERT_EQUAL(std::string("ann"), link.subject);
        CPPUNIT_ASSERT_EQUAL(memory::accountOf(_fixture->store, account).identity.upstreamId,
                             link.expectedUpstreamId);
        relink.provider = "jira";
        relink.subject = "ann";
        relink.expectedUpstreamId = memory::accountOf(_fixture->store, account).identity.upstreamId;
        createAndCancel(relink);
    }

    void testForeignAndUnknownAccountsAreOneAnswer() {
        const auto account = _fixture->linkAccount("1");
        const auto beta = _fixture->addClient("beta");
        std::vector<std::string> hints;
        for (const auto& [caller, id] : {std::pair(Caller{beta, "key-beta", domain::clientScopes()}, account),
                                         std::pair(_fixture->caller(), base::AccountId("acc_unknown"))}) {
            LinkRequest relink;
            relink.account = id;
            try {
                (void)_service->create(caller, relink, _fixture->origin);
                CPPUNIT_FAIL("a foreign account was taken");
            } catch (const base::Error& error) {
                CPPUNIT_ASSERT(error.code() == ErrorCode::notFound);
                hints.push_back(error.hint());
            }
        }
        CPPUNIT_ASSERT_EQUAL(hints.front(), hints.back());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.created"));
    }

    void testAccountOfAnotherSubjectOrProviderIsUnknown() {
        LinkRequest relink;
        relink.account = _fixture->linkAccount("1");
        relink.subject = "bob";
        ASSERT_REFUSED(ErrorCode::notFound, create(relink));
        relink.subject = "ann";
        relink.provider = "confluence";
        ASSERT_REFUSED(ErrorCode::notFound, create(relink));
        auto holder = _fixture->caller();
        holder.subject = "bob";
        relink.provider.clear();
        ASSERT_REFUSED(ErrorCode::notFound, _service->create(holder, relink, _fixture->origin));
    }

    void testExpectedPersonMustBeTheAccounts() {
        LinkRequest relink;
        relink.account = _fixture->linkAccount("1");
        relink.expectedUpstreamId = "somebody else";
        ASSERT_REFUSED(ErrorCode::invalidRequest, create(relink));
    }

    void testChallengeIsKeptInPlaceOfASecret() {
        const std::string verifier(43, 'v');
        LinkRequest wanted;
        wanted.codeChallenge = crypto::challengeS256(verifier);
        wanted.codeChallengeMethod = "S256";
        const auto created = create(wanted);
        CPPUNIT_ASSERT(created.secret.empty());
        CPPUNIT_ASSERT(linkOf(created).proof == domain::PollMethod::verifier);
        CPPUNIT_ASSERT(linkOf(created).secretHash == crypto::sha256(verifier));
        const auto credential = PollCredential::ofVerifier(_fixture->caller(), verifier);
        CPPUNIT_ASSERT(_service->poll(created.code, credential, _fixture->origin).state ==
                       PollState::pending);
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->poll(created.code,
                                      PollCredential::ofVerifier(_fixture->caller(), std::string(43, 'w')),
                                      _fixture->origin));
        _service->cancel(created.code, credential, _fixture->origin);
    }

    void testMalformedChallengesAreRefused() {
        const auto right = crypto::challengeS256(std::string(43, 'v'));
        for (const auto& [challenge, method] :
             {std::pair(right, std::string()), std::pair(right, std::string("plain")),
              std::pair(right, std::string("s256")), std::pair(std::string(), std::string("S256")),
              std::pair(right.substr(1), std::string("S256")), std::pair(right + "A", std::string("S256")),
              std::pair(right + "=", std::string("S256")),
              std::pair(right.substr(1) + "+", std::string("S256")),
              std::pair(right.substr(1) + " ", std::string("S256")),
              std::pair(std::string(42, 'A') + "B", std::string("S256"))}) {
            LinkRequest wanted;
            wanted.codeChallenge = challenge;
            wanted.codeChallengeMethod = method;
            ASSERT_REFUSED(ErrorCode::invalidRequest, create(wanted));
        }
    }

    void testPublicClientIsLimitedByAddress() {
        _fixture->client.kind = domain::ClientKind::publicClient;
        for (int i = 0; i < 10; ++i)
            (void)create(with(&LinkRequest::subject, "made up " + std::to_string(i)));
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create(with(&LinkRequest::subject, "another")));
        _fixture->origin.address = "192.0.2.8";
        createAndCancel(with(&LinkRequest::subject, "another"));
    }

    void testAuditNamesTheCaller() {
        (void)create(LinkRequest{});
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.created"));
        const auto actor = _fixture->store.audit().back().actor;
        CPPUNIT_ASSERT_EQUAL(std::string("client:cli_alpha"), actorText(actor));
        CPPUNIT_ASSERT_EQUAL(_fixture->origin.address, actor.address);
        CPPUNIT_ASSERT_EQUAL(_fixture->origin.requestId, actor.requestId);
    }

    void testLinkAndItsEntryAreBothOrNeither() {
        _fixture->store.hook = memory::failing("record");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, create(LinkRequest{}));
        _fixture->store.hook = nullptr;
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _fixture->store.read([](const domain::ReadView& view) {
            return view.count(domain::LinkFilter{});
        }));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _authenticator->count());
    }

    void testLinkEndsWithItsKey() {
        auto key = memory::makeKey(_fixture->client, "key-alpha");
        key.expiresAt = _fixture->now() + 100s;
        _fixture->put(key);
        const auto created = create(LinkRequest{});
        CPPUNIT_ASSERT(created.expiresIn == 100s);
        CPPUNIT_ASSERT(linkOf(created).expiresAt == *key.expiresAt);
        _fixture->advance(100s);
        ASSERT_REFUSED(ErrorCode::invalidCredential, create(LinkRequest{}));
    }

private:
    static LinkRequest with(std::string LinkRequest::*field, const std::string& text) {
        LinkRequest request;
        request.*field = text;
        return request;
    }

    static std::string repeated(const std::string& text, int times) {
        std::string all;
        for (int i = 0; i < times; ++i)
            all += text;
        return all;
    }

    using LinkServiceFixture::create;
    CreatedLink create(const LinkRequest& request) {
        return _service->create(_fixture->caller(), request, _fixture->origin);
    }

    void createAndCancel(const LinkRequest& request) {
        const auto created = create(request);
        _service->cancel(created.code, PollCredential::ofSecret(created.secret), _fixture->origin);
        _fixture->advance(6s);
    }

    // Returns the hint of the refusal.
    std::string hintOf(const LinkRequest& request) {
        try {
            (void)create(request);
        } catch (const base::Error& error) {
            CPPUNIT_ASSERT(error.code() == ErrorCode::invalidRequest);
            return error.hint();
        }
        CPPUNIT_FAIL("nothing was refused");
        return {};
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkCreationTest);
