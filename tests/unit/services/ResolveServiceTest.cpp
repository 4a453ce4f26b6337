// SPDX-License-Identifier: Apache-2.0
// A subject's token, or the link that leads to it.
#include "central_oauth/services/ResolveService.h"

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/domain/Link.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using provider::ProviderError;
using provider::ProviderErrorKind;
using store::revealed;

class ResolveServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResolveServiceTest);
    CPPUNIT_TEST(testLinkedSubjectHasItsToken);
    CPPUNIT_TEST(testUnknownSubjectGetsALink);
    CPPUNIT_TEST(testLinkCarriesWhatWasAskedFor);
    CPPUNIT_TEST(testLastLinkedAccountIsMeant);
    CPPUNIT_TEST(testDeadGrantGetsALinkForItsAccount);
    CPPUNIT_TEST(testMissingScopeGetsALinkForItsAccount);
    CPPUNIT_TEST(testScopeThatIsNoLongerOfferedDoesNotHinder);
    CPPUNIT_TEST(testWithoutLinkTheErrorIsTold);
    CPPUNIT_TEST(testFailureOfUpstreamMakesNoLink);
    CPPUNIT_TEST(testAccountThatGoesMeanwhileGetsALink);
    CPPUNIT_TEST(testApprovedLinkIsDeliveredFirst);
    CPPUNIT_TEST(testApprovedLinkOfAnotherSubjectStays);
    CPPUNIT_TEST(testApprovedLinkStaysForItsVerifierAndWithoutLinking);
    CPPUNIT_TEST(testFiveOpenLinksAreTheLimit);
    CPPUNIT_TEST(testEmptySubjectIsNone);
    CPPUNIT_TEST(testNeedsItsScopes);
    CPPUNIT_TEST(testHoldersCantResolve);
    CPPUNIT_TEST(testOtherClientsAccountIsNone);
    CPPUNIT_TEST(testProviderIsNeededWhereThereAreSeveral);
    CPPUNIT_TEST(testNonsenseIsRefusedAlsoWhereNoLinkIsNeeded);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        auto jira = configured("jira", _fixture->provider);
        jira.scopes.push_back("write:jira-work");
        _fixture->catalog = ProviderCatalog({jira});
        _fixture->client.linksPerMinute = 1000;
        make();
    }

    void testLinkedSubjectHasItsToken() {
        (void)store::linkAccount(_fixture->base, "1");
        const auto other = store::linkAccount(_fixture->base, "2", "bob");
        const auto held = token(resolve("bob"));
        CPPUNIT_ASSERT(held.account.id == other);
        CPPUNIT_ASSERT_EQUAL(std::string("access-2"), revealed(held.tokens.accessToken));
        auto longer = requestFor("bob");
        longer.minTtl = 540s;
        _fixture->advance(3600s - 539s);
        CPPUNIT_ASSERT_EQUAL(std::string("access-new"), revealed(token(resolve(longer)).tokens.accessToken));
        CPPUNIT_ASSERT_EQUAL(0, links());
    }

    void testUnknownSubjectGetsALink() {
        (void)store::linkAccount(_fixture->base, "1");
        const int before = links();
        const auto needed = link(resolve("bob"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::notLinked);
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), needed.link.link.subject);
        CPPUNIT_ASSERT(needed.link.link.wantedAccount.empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t(12), needed.link.code.size());
        CPPUNIT_ASSERT(!needed.link.secret.empty() && !needed.link.handle.empty());
        CPPUNIT_ASSERT_EQUAL(before + 1, links());
    }

    void testLinkCarriesWhatWasAskedFor() {
        auto request = requestFor("bob");
        request.requiredScopes = {"read:jira-work"};
        request.site = "https://one.example";
        request.label = "CI";
        request.onBehalfOf = "Bob";
        request.loginHint = "bob@example.com";
        const auto made = link(resolve(request)).link.link;
        CPPUNIT_ASSERT(made.requiredScopes == request.requiredScopes);
        CPPUNIT_ASSERT_EQUAL(request.site, made.wantedSite);
        CPPUNIT_ASSERT_EQUAL(request.label, made.label);
        CPPUNIT_ASSERT_EQUAL(request.onBehalfOf, made.onBehalfOf);
        CPPUNIT_ASSERT_EQUAL(request.loginHint, made.loginHint);
    }

    void testLastLinkedAccountIsMeant() {
        (void)store::linkAccount(_fixture->base, "1");
        _fixture->advance(1s);
        const auto last = store::linkAccount(_fixture->base, "2");
        CPPUNIT_ASSERT(token(resolve("ann")).account.id == last);
    }

    void testDeadGrantGetsALinkForItsAccount() {
        const auto account = store::linkAccount(_fixture->base, "1");
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::invalidGrant, "revoked");
        };
        _fixture->advance(3600s);
        const auto needed = link(resolve("ann"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::needsReauth);
        CPPUNIT_ASSERT(needed.link.link.wantedAccount == account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("as it was linked", std::string("site-1"), needed.link.link.wantedSite);
    }

    void testMissingScopeGetsALinkForItsAccount() {
        const auto account = store::linkAccount(_fixture->base, "1");
        auto request = requestFor("ann");
        request.requiredScopes = {"write:jira-work", "read:jira-work"};
        const auto needed = link(resolve(request));
        CPPUNIT_ASSERT(needed.need == LinkNeed::scopesMissing);
        CPPUNIT_ASSERT(needed.link.link.wantedAccount == account);
        CPPUNIT_ASSERT(needed.link.link.requiredScopes == request.requiredScopes);
        CPPUNIT_ASSERT_MESSAGE("enough for whoever asks for less",
                               token(resolve("ann")).account.id == account);
    }

    void testScopeThatIsNoLongerOfferedDoesNotHinder() {
        auto created = store::makeLink("c", _fixture->now(), "carol");
        created.requiredScopes = {"read:me", "read:jira-work"};
        auto grant = store::makeGrant("c", _fixture->now());
        grant.scopes = {"read:jira-work"};
        (void)_fixture->store().links().deliver(store::stageLink(_fixture->base, created, grant),
                                                base::AccountId("acc_c"), {}, _fixture->now());
        const auto needed = link(resolve("carol"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::scopesMissing);
        CPPUNIT_ASSERT(needed.link.link.requiredScopes == std::vector<std::string>{"read:jira-work"});
    }

    void testWithoutLinkTheErrorIsTold() {
        auto request = requestFor("bob");
        request.mayLink = false;
        ASSERT_REFUSED(ErrorCode::notFound, resolve(request));
        const auto account = store::linkAccount(_fixture->base, "1", "bob");
        const int before = links();
        request.requiredScopes = {"write:jira-work"};
        const auto lacking = refusalOf([&] { (void)resolve(request); });
        CPPUNIT_ASSERT(lacking && lacking->code == ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), lacking->reason);
        request.requiredScopes.clear();
        CPPUNIT_ASSERT(
            _fixture->store().accounts().markDead(account, 1, "revoked_or_expired", _fixture->now()));
        ASSERT_REFUSED(ErrorCode::needsReauth, resolve(request));
        CPPUNIT_ASSERT_EQUAL(before, links());
    }

    void testFailureOfUpstreamMakesNoLink() {
        (void)store::linkAccount(_fixture->base, "1");
        const int before = links();
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        _fixture->advance(3600s);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, resolve("ann"));
        CPPUNIT_ASSERT_EQUAL(before, links());
    }

    void testApprovedLinkIsDeliveredFirst() {
        const auto id = store::stageLink(_fixture->base, "1", store::makeGrant("1", _fixture->now()));
        const int before = links();
        const auto held = token(resolve("ann"));
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(held.tokens.accessToken));
        CPPUNIT_ASSERT(_fixture->store().links().find(id)->account == held.account.id);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.linked"));
        CPPUNIT_ASSERT_EQUAL(before, links());
        // Whoever polls the link may still read it.
        CPPUNIT_ASSERT(
            _fixture->store().links().deliver(id, base::AccountId("acc_x"), {}, _fixture->now()).outcome ==
            store::DeliveryOutcome::delivered);
    }

    void testApprovedLinkOfAnotherSubjectStays() {
        const auto id = store::stageLink(_fixture->base, "1", store::makeGrant("1", _fixture->now()), "bob");
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        CPPUNIT_ASSERT(_fixture->store().links().find(id)->status == domain::LinkStatus::staged);
    }

    void testApprovedLinkStaysForItsVerifierAndWithoutLinking() {
        auto proven = store::makeLink("1", _fixture->now());
        proven.proof = domain::PollProof::verifier;
        const auto id = store::stageLink(_fixture->base, proven, store::makeGrant("1", _fixture->now()));
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        CPPUNIT_ASSERT(_fixture->store().links().find(id)->status == domain::LinkStatus::staged);
        const auto other =
            store::stageLink(_fixture->base, "2", store::makeGrant("2", _fixture->now()), "bob");
        auto request = requestFor("bob");
        request.mayLink = false;
        ASSERT_REFUSED(ErrorCode::notFound, resolve(request));
        CPPUNIT_ASSERT(_fixture->store().links().find(other)->status == domain::LinkStatus::staged);
    }

    void testAccountThatGoesMeanwhileGetsALink() {
        const auto account = store::linkAccount(_fixture->base, "1");
        _accounts->hook = [&](const std::string& called) {
            if (called == "find")
                (void)_fixture->store().accounts().remove(_fixture->client.id, account, _fixture->now());
        };
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
    }

    void testFiveOpenLinksAreTheLimit() {
        for (int i = 0; i < 5; ++i)
            (void)link(resolve("bob"));
        const auto refused = refusalOf([&] { (void)resolve("bob"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests && refused->retryAfter);
        (void)link(resolve("carol"));
    }

    void testEmptySubjectIsNone() {
        (void)store::linkAccount(_fixture->base, "1", "");
        ASSERT_REFUSED(base::ErrorCode::invalidRequest, resolve(std::string()));
        auto caller = _fixture->caller();
        caller.subject = "bob";
        ASSERT_REFUSED(base::ErrorCode::invalidRequest, resolveAs(caller, {}));
    }

    void testNeedsItsScopes() {
        (void)store::linkAccount(_fixture->base, "1");
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(_fixture->callerWith({"link"}), "ann"));
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(_fixture->callerWith({"token"}), "ann"));
        auto request = requestFor("ann");
        request.mayLink = false;
        (void)token(_resolver->resolve(_fixture->callerWith({"token"}), request, _fixture->source));
    }

    void testHoldersCantResolve() {
        auto holder = _fixture->caller();
        holder.only = store::linkAccount(_fixture->base, "1");
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(holder, "ann"));
    }

    void testOtherClientsAccountIsNone() {
        (void)store::linkAccount(_fixture->base, "1");
        store::addClient(_fixture->base, "beta");
        auto stranger = _fixture->caller();
        stranger.client = _fixture->store().clients().find(base::ClientId("cli_beta")).value();
        CPPUNIT_ASSERT(link(resolveAs(stranger, "ann")).need == LinkNeed::notLinked);
    }

    void testProviderIsNeededWhereThereAreSeveral() {
        _fixture->catalog = ProviderCatalog(
            {configured("jira", _fixture->provider), configured("confluence", _fixture->provider)});
        make();
        const auto account = store::linkAccount(_fixture->base, "1");
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve("ann"));
        auto request = requestFor("ann");
        request.provider = "confluence";
        CPPUNIT_ASSERT(link(resolve(request)).need == LinkNeed::notLinked);
        request.provider = "jira";
        CPPUNIT_ASSERT(token(resolve(request)).account.id == account);
        request.provider = "gitlab";
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(request));
    }

    void testNonsenseIsRefusedAlsoWhereNoLinkIsNeeded() {
        (void)store::linkAccount(_fixture->base, "1");
        auto request = requestFor("ann");
        request.label = "a\nb";
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(request));
        request = requestFor("ann");
        request.requiredScopes = {"read:confluence"};
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(request));
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(std::string(129, 'x')));
        _fixture->client.requireSubject = true;
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(""));
        _fixture->client.requireOnBehalfOf = true;
        request = requestFor("ann");
        ASSERT_REFUSED(ErrorCode::invalidRequest, resolve(request));
        request = requestFor("somebody new");
        request.mayLink = false;
        ASSERT_REFUSED(ErrorCode::notFound, resolve(request));
    }

private:
    using Result = std::variant<AccountToken, NeededLink>;

    void make() {
        _resolver.reset();
        _links.reset();
        _tokens.reset();
        auto& store = _fixture->store();
        _accounts = std::make_unique<HookedAccounts>(store.accounts());
        _tokens = std::make_unique<TokenService>(
            TokenService::Parts{*_accounts, store.audit(), _fixture->catalog, _fixture->base.clock,
                                _fixture->base.logger, _fixture->upstream, _fixture->limits});
        _news = std::make_unique<LinkNews>(_fixture->news());
        _links = std::make_unique<LinkService>(
            LinkService::Parts{store.links(), store.accounts(), _fixture->catalog, _fixture->hasher,
                               _fixture->base.clock, _fixture->changes, _fixture->verifiers, *_news});
        _resolver = std::make_unique<ResolveService>(
            ResolveService::Parts{*_accounts, _fixture->catalog, *_tokens, *_links});
    }

    static ResolveRequest requestFor(const std::string& subject) {
        ResolveRequest request;
        request.subject = subject;
        return request;
    }
    Result resolve(const ResolveRequest& request) {
        return _resolver->resolve(_fixture->caller(), request, _fixture->source);
    }
    Result resolve(const std::string& subject) { return resolve(requestFor(subject)); }
    Result resolveAs(const Caller& caller, const std::string& subject) {
        return _resolver->resolve(caller, requestFor(subject), _fixture->source);
    }

    static AccountToken token(Result result) {
        CPPUNIT_ASSERT_MESSAGE("a link instead of a token", std::holds_alternative<AccountToken>(result));
        return std::get<AccountToken>(std::move(result));
    }
    static NeededLink link(Result result) {
        CPPUNIT_ASSERT_MESSAGE("a token instead of a link", std::holds_alternative<NeededLink>(result));
        return std::get<NeededLink>(std::move(result));
    }
    // Open ones.
    [[nodiscard]] int links() const {
        return static_cast<int>(_fixture->base.number("SELECT COUNT(*) FROM links WHERE status = 'pending'"));
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedAccounts> _accounts;
    std::unique_ptr<TokenService> _tokens;
    std::unique_ptr<LinkNews> _news;
    std::unique_ptr<LinkService> _links;
    std::unique_ptr<ResolveService> _resolver;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResolveServiceTest);
