// SPDX-License-Identifier: Apache-2.0
// A subject's token, or the link that leads to it.
#include "central_oauth/services/grants/ResolveService.h"

#include "TokenFixture.h"
#include "central_oauth/services/links/HeldPolls.h"
#include "central_oauth/services/links/LiveLinks.h"
#include "central_oauth/services/links/PollAuthenticator.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using memory::revealed;
using provider::ProviderError;
using provider::ProviderErrorKind;

class ResolveServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResolveServiceTest);
    CPPUNIT_TEST(testLinkedSubjectHasItsToken);
    CPPUNIT_TEST(testUnknownSubjectGetsALink);
    CPPUNIT_TEST(testLinkCarriesWhatWasAskedFor);
    CPPUNIT_TEST(testLastLinkedAccountIsMeant);
    CPPUNIT_TEST(testDamagedAccountThatIsMeantGetsALink);
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
        (void)_fixture->linkAccount("1");
        const auto other = _fixture->linkAccount("2", "bob");
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
        (void)_fixture->linkAccount("1");
        const int before = links();
        const auto needed = link(resolve("bob"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::notLinked);
        CPPUNIT_ASSERT_EQUAL(std::string("bob"), needed.link.link.subject);
        CPPUNIT_ASSERT(needed.link.link.relinkAccount.empty());
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
        (void)_fixture->linkAccount("1");
        _fixture->advance(1s);
        const auto last = _fixture->linkAccount("2");
        CPPUNIT_ASSERT(token(resolve("ann")).account.id == last);
    }

    // The earlier account may be another person's.
    void testDamagedAccountThatIsMeantGetsALink() {
        const auto first = _fixture->linkAccount("1");
        _fixture->advance(1s);
        _fixture->store.damage("accounts", _fixture->linkAccount("2").value());
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        // The service can't know which account was linked last as long as the damaged account exists.
        _fixture->advance(1s);
        const auto again =
            _fixture->stageLink("again", memory::makeGrant("again", _fixture->now(), "person-1"));
        CPPUNIT_ASSERT(_fixture->deliver(again, "acc_x").account.id == first);
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        const auto healed =
            _fixture->stageLink("healed", memory::makeGrant("healed", _fixture->now(), "person-2"));
        CPPUNIT_ASSERT(_fixture->deliver(healed, "acc_y").account.id == base::AccountId("acc_2"));
        CPPUNIT_ASSERT_MESSAGE("it is whole", !token(resolve("ann")).account.id.empty());
    }

    void testDeadGrantGetsALinkForItsAccount() {
        const auto account = _fixture->linkAccount("1");
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::invalidGrant, "revoked");
        };
        _fixture->advance(3600s);
        const auto needed = link(resolve("ann"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::needsReauth);
        CPPUNIT_ASSERT(needed.link.link.relinkAccount == account);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("as it was linked", std::string("site-1"), needed.link.link.wantedSite);
    }

    void testMissingScopeGetsALinkForItsAccount() {
        const auto account = _fixture->linkAccount("1");
        auto request = requestFor("ann");
        request.requiredScopes = {"write:jira-work", "read:jira-work"};
        const auto needed = link(resolve(request));
        CPPUNIT_ASSERT(needed.need == LinkNeed::scopesMissing);
        CPPUNIT_ASSERT(needed.link.link.relinkAccount == account);
        CPPUNIT_ASSERT(needed.link.link.requiredScopes == request.requiredScopes);
        CPPUNIT_ASSERT_MESSAGE("enough for a caller that asks for less",
                               token(resolve("ann")).account.id == account);
    }

    void testScopeThatIsNoLongerOfferedDoesNotHinder() {
        auto created = memory::makeLink("c", _fixture->now(), "carol");
        created.requiredScopes = {"read:me", "read:jira-work"};
        auto grant = memory::makeGrant("c", _fixture->now());
        grant.scopes = {"read:jira-work"};
        (void)_fixture->deliver(_fixture->stageLink(created, grant), "acc_c");
        const auto needed = link(resolve("carol"));
        CPPUNIT_ASSERT(needed.need == LinkNeed::scopesMissing);
        CPPUNIT_ASSERT(needed.link.link.requiredScopes == std::vector<std::string>{"read:jira-work"});
    }

    void testWithoutLinkTheErrorIsTold() {
        auto request = requestFor("bob");
        request.mayLink = false;
        ASSERT_REFUSED(ErrorCode::notFound, resolve(request));
        const auto account = _fixture->linkAccount("1", "bob");
        const int before = links();
        request.requiredScopes = {"write:jira-work"};
        const auto lacking = refusalOf([&] { (void)resolve(request); });
        CPPUNIT_ASSERT(lacking && lacking->code == ErrorCode::needsReauth);
        CPPUNIT_ASSERT_EQUAL(std::string("scopes_missing"), lacking->reason);
        request.requiredScopes.clear();
        auto dead = memory::accountOf(_fixture->store, account);
        domain::noteDead(dead, "revoked_or_expired", _fixture->now());
        _fixture->put(dead);
        ASSERT_REFUSED(ErrorCode::needsReauth, resolve(request));
        CPPUNIT_ASSERT_EQUAL(before, links());
    }

    void testFailureOfUpstreamMakesNoLink() {
        (void)_fixture->linkAccount("1");
        const int before = links();
        _fixture->provider.onRefresh = [](const auto&) -> provider::TokenSet {
            throw ProviderError(ProviderErrorKind::transient, "down");
        };
        _fixture->advance(3600s);
        ASSERT_REFUSED(ErrorCode::providerUnavailable, resolve("ann"));
        CPPUNIT_ASSERT_EQUAL(before, links());
    }

    void testApprovedLinkIsDeliveredFirst() {
        const auto id = _fixture->stageLink("1", memory::makeGrant("1", _fixture->now()));
        const int before = links();
        const auto held = token(resolve("ann"));
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(held.tokens.accessToken));
        CPPUNIT_ASSERT(memory::linkOf(_fixture->store, id).account == held.account.id);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.linked"));
        CPPUNIT_ASSERT_EQUAL(before, links());
        // A poll of the link may still read the result.
        CPPUNIT_ASSERT(_fixture->deliver(id, "acc_x").outcome == domain::DeliveryOutcome::delivered);
    }

    void testApprovedLinkOfAnotherSubjectStays() {
        const auto id = _fixture->stageLink("1", memory::makeGrant("1", _fixture->now()), "bob");
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        CPPUNIT_ASSERT(memory::linkOf(_fixture->store, id).status == domain::LinkStatus::staged);
    }

    void testApprovedLinkStaysForItsVerifierAndWithoutLinking() {
        auto proven = memory::makeLink("1", _fixture->now());
        proven.proof = domain::PollMethod::verifier;
        const auto id = _fixture->stageLink(proven, memory::makeGrant("1", _fixture->now()));
        CPPUNIT_ASSERT(link(resolve("ann")).need == LinkNeed::notLinked);
        CPPUNIT_ASSERT(memory::linkOf(_fixture->store, id).status == domain::LinkStatus::staged);
        const auto other = _fixture->stageLink("2", memory::makeGrant("2", _fixture->now()), "bob");
        auto request = requestFor("bob");
        request.mayLink = false;
        ASSERT_REFUSED(ErrorCode::notFound, resolve(request));
        CPPUNIT_ASSERT(memory::linkOf(_fixture->store, other).status == domain::LinkStatus::staged);
    }

    void testAccountThatGoesMeanwhileGetsALink() {
        const auto account = _fixture->linkAccount("1");
        _fixture->store.hook =
            memory::onceBefore("select accounts", [&] { _fixture->removeAccount(account); });
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
        (void)_fixture->linkAccount("1", "");
        ASSERT_REFUSED(base::ErrorCode::invalidRequest, resolve(std::string()));
        auto caller = _fixture->caller();
        caller.subject = "bob";
        ASSERT_REFUSED(base::ErrorCode::invalidRequest, resolveAs(caller, std::string()));
    }

    void testNeedsItsScopes() {
        (void)_fixture->linkAccount("1");
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(_fixture->callerWith({"link"}), "ann"));
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(_fixture->callerWith({"token"}), "ann"));
        auto request = requestFor("ann");
        request.mayLink = false;
        (void)token(resolveAs(_fixture->callerWith({"token"}), request));
    }

    void testHoldersCantResolve() {
        auto holder = _fixture->caller();
        holder.only = _fixture->linkAccount("1");
        ASSERT_REFUSED(ErrorCode::insufficientScope, resolveAs(holder, "ann"));
    }

    void testOtherClientsAccountIsNone() {
        (void)_fixture->linkAccount("1");
        const auto beta = _fixture->addClient("beta");
        auto stranger = _fixture->caller();
        stranger.client = beta;
        CPPUNIT_ASSERT(link(resolveAs(stranger, "ann")).need == LinkNeed::notLinked);
    }

    void testProviderIsNeededWhereThereAreSeveral() {
        _fixture->catalog = ProviderCatalog(
            {configured("jira", _fixture->provider), configured("confluence", _fixture->provider)});
        make();
        const auto account = _fixture->linkAccount("1");
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
        (void)_fixture->linkAccount("1");
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
    using Result = std::variant<AccountToken, NeededLink, RefreshWait>;

    void make() {
        _resolver.reset();
        _links.reset();
        _services = std::make_unique<TokenServices>(*_fixture, _fixture->catalog);
        _held = std::make_unique<HeldPolls>();
        _authenticator = std::make_unique<PollAuthenticator>([] { return std::vector<domain::Link>(); },
                                                             _fixture->hasher, _fixture->clock);
        _live = std::make_unique<LiveLinks>([] { return std::vector<domain::Link>(); }, _fixture->clock);
        _fixture->store.observe(_live.get());
        _links = std::make_unique<LinkService>(
            LinkService::Parts{_fixture->store, _fixture->sealer, _fixture->catalog, _fixture->hasher,
                               _fixture->clock, *_held, *_authenticator, *_live});
        _resolver = std::make_unique<ResolveService>(
            ResolveService::Parts{_fixture->store, _fixture->catalog, _services->tokens, *_links});
    }

    static ResolveRequest requestFor(const std::string& subject) {
        ResolveRequest request;
        request.subject = subject;
        return request;
    }
    Result resolve(const ResolveRequest& request) { return resolveAs(_fixture->caller(), request); }
    Result resolve(const std::string& subject) { return resolve(requestFor(subject)); }
    Result resolveAs(const Caller& caller, const std::string& subject) {
        return resolveAs(caller, requestFor(subject));
    }
    Result resolveAs(const Caller& caller, const ResolveRequest& request) {
        return _services->settled(
            [&](MayWait mayWait) { return _resolver->resolve(caller, request, _fixture->origin, mayWait); });
    }

    static AccountToken token(Result result) {
        CPPUNIT_ASSERT_MESSAGE("a link instead of a token", std::holds_alternative<AccountToken>(result));
        return std::get<AccountToken>(std::move(result));
    }
    static NeededLink link(Result result) {
        CPPUNIT_ASSERT_MESSAGE("a token instead of a link", std::holds_alternative<NeededLink>(result));
        return std::get<NeededLink>(std::move(result));
    }
    // Returns the number of open links.
    [[nodiscard]] int links() const {
        return static_cast<int>(_fixture->store.read([](const domain::ReadView& view) {
            return view.count(domain::LinkFilter{.statuses = {domain::LinkStatus::pending}});
        }));
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<TokenServices> _services;
    std::unique_ptr<HeldPolls> _held;
    std::unique_ptr<PollAuthenticator> _authenticator;
    std::unique_ptr<LiveLinks> _live;
    std::unique_ptr<LinkService> _links;
    std::unique_ptr<ResolveService> _resolver;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResolveServiceTest);
