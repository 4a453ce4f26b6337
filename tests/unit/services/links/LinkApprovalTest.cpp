// SPDX-License-Identifier: Apache-2.0
// Tests two browsers with one link, and the page that a person sees if the store or the provider fails.
#include "ApprovalFixture.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::LinkStatus;
using provider::Secret;

class LinkApprovalTest : public ApprovalFixture {
    CPPUNIT_TEST_SUITE(LinkApprovalTest);
    CPPUNIT_TEST(testEveryOpeningIsNew);
    CPPUNIT_TEST(testApprovalRenewsTheId);
    CPPUNIT_TEST(testFormThatIsSentTwiceApprovesOnce);
    CPPUNIT_TEST(testAnotherFormOfTheOpeningTakesNothingOver);
    CPPUNIT_TEST(testOwnerApprovesAgainByAnotherForm);
    CPPUNIT_TEST(testUnknownAndForgottenHandlesOpenNothing);
    CPPUNIT_TEST(testOnlyWhoOpenedTheLinkSeesIt);
    CPPUNIT_TEST(testApprovalTakesTheBrowserUpstream);
    CPPUNIT_TEST(testLoginHintGoesUpstream);
    CPPUNIT_TEST(testFirstBrowserOwnsTheLink);
    CPPUNIT_TEST(testLoserOfARaceToApproveIsTurnedAway);
    CPPUNIT_TEST(testApprovingAgainMakesANewState);
    CPPUNIT_TEST(testEndlessApprovalsOfOneLinkAreRefused);
    CPPUNIT_TEST(testApprovedLinkLivesLongEnoughToComeBack);
    CPPUNIT_TEST(testNoWayUpstreamOnceTheStateCameBack);
    CPPUNIT_TEST(testWrongCodesAreCountedDown);
    CPPUNIT_TEST(testWhatIsNoCodeCostsNothing);
    CPPUNIT_TEST(testWrongCodeOfTheOwnerUpstreamIsNotCounted);
    CPPUNIT_TEST(testExpiredLinkTakesNoDecision);
    CPPUNIT_TEST(testDeclineOfADecidedLinkIsRefused);
    CPPUNIT_TEST(testProviderThatGivesNoUrlIsTheHostsError);
    CPPUNIT_TEST(testRemovedProviderHasNoUrl);
    CPPUNIT_TEST(testOnlyAnEndWakesTheHeldPoll);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEveryOpeningIsNew() {
        const auto one = _service->open("handle-1");
        const auto two = _service->open("handle-1");
        CPPUNIT_ASSERT(one && one->link == _link && two->link == _link);
        CPPUNIT_ASSERT(one->opening.reveal() != two->opening.reveal());
        CPPUNIT_ASSERT(one->expiresIn == 600s + expiredLinkShown + undoTime);
    }

    // The id that opened the link gives no access after the approval, in any browser.
    void testApprovalRenewsTheId() {
        const auto opening = browser("browser-1");
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        expectView(LinkView::underway, browser("browser-1"));
        expectView(LinkView::alreadyUsed, opening);
        CPPUNIT_ASSERT(!_service->authorizationUrl(_link, opening));
        CPPUNIT_ASSERT(!_service->decline(_link, opening, _fixture->origin));
    }

    void testFormThatIsSentTwiceApprovesOnce() {
        const auto before = browser("browser-1");
        const auto token = tokenOf("browser-1");
        const auto first = _views->proofs().ownerIdOf(before, _link, token).value();
        const auto second = _views->proofs().ownerIdOf(before, _link, token).value();
        for (const auto* id : {&first, &second})
            CPPUNIT_ASSERT(_service->approve(_link, before, *id, code, _fixture->origin).outcome ==
                           ApprovalOutcome::approved);
        CPPUNIT_ASSERT_EQUAL(BrowserProofs::hashOf(first), link().browserHash);
    }

    void testAnotherFormOfTheOpeningTakesNothingOver() {
        const auto opening = browser("browser-1");
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        const auto kept = link().browserHash;
        const auto token = _views->proofs().approvalToken(opening, _link);
        const auto thief = _views->proofs().ownerIdOf(opening, _link, token).value();
        CPPUNIT_ASSERT(_service->approve(_link, opening, thief, code, _fixture->origin).outcome ==
                       ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT_EQUAL(kept, link().browserHash);
    }

    void testOwnerApprovesAgainByAnotherForm() {
        CPPUNIT_ASSERT(type("browser-1", code).isNewOwner);
        const auto kept = link().browserHash;
        const auto owner = browser("browser-1");
        const auto token = _views->proofs().approvalToken(owner, _link);
        const auto other = _views->proofs().ownerIdOf(owner, _link, token).value();
        const auto again = _service->approve(_link, owner, other, code, _fixture->origin);
        CPPUNIT_ASSERT(again.outcome == ApprovalOutcome::approved && !again.isNewOwner);
        CPPUNIT_ASSERT_EQUAL(kept, link().browserHash);
    }

    void testUnknownAndForgottenHandlesOpenNothing() {
        CPPUNIT_ASSERT(!_service->open("handle-2"));
        CPPUNIT_ASSERT(!_service->open(""));
        _fixture->advance(600s + expiredLinkShown - 1s);
        CPPUNIT_ASSERT(_service->open("handle-1"));
        _fixture->advance(1s);
        CPPUNIT_ASSERT(!_service->open("handle-1"));
    }

    void testOnlyWhoOpenedTheLinkSeesIt() {
        expectView(LinkView::approvable, browser("browser-1"));
        const Browser passerBy;
        expectView(LinkView::wrongBrowser, passerBy);
        CPPUNIT_ASSERT(!_views->view(_link, passerBy).link);
        CPPUNIT_ASSERT(_service->approve(_link, passerBy, Secret("own"), code, _fixture->origin).outcome ==
                       ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT(!_service->decline(_link, passerBy, _fixture->origin));
        const base::LinkId unknown("lnk_x");
        CPPUNIT_ASSERT(_views->view(unknown, browser("browser-1")).view == LinkView::wrongBrowser);
        CPPUNIT_ASSERT(
            _service->approve(unknown, browser("browser-1"), Secret("own"), code, _fixture->origin).outcome ==
            ApprovalOutcome::notApprovable);
    }

    void testApprovalTakesTheBrowserUpstream() {
        CPPUNIT_ASSERT(!_service->authorizationUrl(_link, browser("browser-1")));
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        expectView(LinkView::underway, browser("browser-1"));
        provider::AuthorizationRequest seen;
        _fixture->provider.onAuthorizationUrl = [&](const auto& request) {
            seen = request;
            return std::string("https://auth.example/authorize");
        };
        CPPUNIT_ASSERT(_service->authorizationUrl(_link, browser("browser-1")) ==
                       std::optional<std::string>("https://auth.example/authorize"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://broker.example/callback/jira"), seen.redirectUri);
        CPPUNIT_ASSERT_EQUAL(std::size_t(43), seen.state.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(43), seen.codeChallenge.size());
        CPPUNIT_ASSERT(seen.scopes == (std::vector<std::string>{"read:jira-work", "offline_access"}));
    }

    void testLoginHintGoesUpstream() {
        auto created = memory::makeLink("2", _fixture->now());
        created.loginHint = "ann@example.com";
        created.codeHash = _fixture->hasher.hash(purpose::linkCode, "000000000002");
        _fixture->put(created);
        _link = created.id;
        _fixture->provider.onAuthorizationUrl = [](const auto& request) { return request.loginHint; };
        CPPUNIT_ASSERT(approve("browser-1", "000000000002") == ApprovalOutcome::approved);
        CPPUNIT_ASSERT_EQUAL(std::string("ann@example.com"),
                             _service->authorizationUrl(_link, browser("browser-1")).value_or("none"));
    }

    void testFirstBrowserOwnsTheLink() {
        const auto second = browser("browser-2");
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        expectView(LinkView::alreadyUsed, second);
        CPPUNIT_ASSERT(approve("browser-2") == ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT(!_service->decline(_link, second, _fixture->origin));
        CPPUNIT_ASSERT(!_service->authorizationUrl(_link, second));
        expectView(LinkView::underway, browser("browser-1"));
    }

    void testLoserOfARaceToApproveIsTurnedAway() {
        const auto now = _fixture->now();
        _fixture->store.hook = memory::onceBefore("transact", [&] {
            CPPUNIT_ASSERT(_fixture->store.transact([&](domain::Transaction& transaction) {
                return domain::approveLink(transaction, _fixture->sealer, _link, "other browser",
                                           {"other state"}, memory::makeAuthorization("other"), now);
            }));
        });
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.approved"));
        expectView(LinkView::alreadyUsed, browser("browser-1"));
    }

    void testApprovingAgainMakesANewState() {
        (void)approve("browser-1");
        const auto first = _service->authorizationUrl(_link, browser("browser-1")).value();
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        const auto second = _service->authorizationUrl(_link, browser("browser-1")).value();
        CPPUNIT_ASSERT(first != second);
        const auto now = _fixture->now();
        const auto takes = [&](const std::string& url) {
            const domain::StateHash state{crypto::sha256(url.substr(url.find("state=") + 6))};
            return _fixture->store.transact([&](domain::Transaction& transaction) {
                return domain::takeState(transaction, _fixture->sealer, state, now).has_value();
            });
        };
        CPPUNIT_ASSERT_MESSAGE("the old state is worth nothing", !takes(first));
        CPPUNIT_ASSERT(takes(second));
    }

    void testEndlessApprovalsOfOneLinkAreRefused() {
        for (int i = 0; i < 10; ++i)
            CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::notApprovable);
        expectView(LinkView::underway, browser("browser-1"));
        _fixture->advance(12s);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
    }

    void testApprovedLinkLivesLongEnoughToComeBack() {
        _fixture->advance(599s);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        CPPUNIT_ASSERT(link().expiresAt == _fixture->now() + 120s);
    }

    void testNoWayUpstreamOnceTheStateCameBack() {
        (void)approve("browser-1");
        takeState();
        CPPUNIT_ASSERT(!_service->authorizationUrl(_link, browser("browser-1")));
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::notApprovable);
    }

    void testWrongCodesAreCountedDown() {
        const auto person = browser("browser-1");
        for (const std::string wrong : {"482913706155", "4829-1370-6155", "482913706150", "000000000000"}) {
            const auto refused = type("browser-1", wrong);
            CPPUNIT_ASSERT(refused.outcome == ApprovalOutcome::wrongCode);
            CPPUNIT_ASSERT_EQUAL(--_left, refused.attemptsLeft);
        }
        CPPUNIT_ASSERT_EQUAL(0, type("browser-1", "111111111111").attemptsLeft);
        expectView(LinkView::over, person);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT_EQUAL(5, _fixture->audited("link.wrong_entry"));
    }

    void testWhatIsNoCodeCostsNothing() {
        (void)type("browser-1", "000000000000");
        for (int i = 0; i < 3; ++i) {
            for (const std::string none :
                 {"48291370615", "4829137061540", "none of it", "", "4829.1370.6154"}) {
                const auto refused = type("browser-1", none);
                CPPUNIT_ASSERT_MESSAGE(none, refused.outcome == ApprovalOutcome::noCode);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(none, 4, refused.attemptsLeft);
            }
        }
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.wrong_entry"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, type("browser-1", "4829 x").entry.strayAt - 1);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::approved);
        CPPUNIT_ASSERT(type("browser-1", "x").outcome == ApprovalOutcome::notApprovable);
    }

    void testWrongCodeOfTheOwnerUpstreamIsNotCounted() {
        (void)approve("browser-1");
        CPPUNIT_ASSERT(approve("browser-1", "0") == ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT_EQUAL(0, link().wrongEntries);
    }

    void testExpiredLinkTakesNoDecision() {
        const auto person = browser("browser-1");
        _fixture->advance(600s);
        expectView(LinkView::expired, person);
        CPPUNIT_ASSERT(approve("browser-1") == ApprovalOutcome::notApprovable);
        CPPUNIT_ASSERT(!_service->decline(_link, person, _fixture->origin));
        CPPUNIT_ASSERT(link().status == LinkStatus::pending);
    }

    void testDeclineOfADecidedLinkIsRefused() {
        const auto person = browser("browser-1");
        CPPUNIT_ASSERT(_service->decline(_link, person, _fixture->origin));
        CPPUNIT_ASSERT(!_service->decline(_link, person, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.declined"));
        expectView(LinkView::over, person);
    }

    void testProviderThatGivesNoUrlIsTheHostsError() {
        (void)approve("browser-1");
        _fixture->provider.onAuthorizationUrl = [](const auto&) -> std::string {
            throw provider::ProviderError(provider::ProviderErrorKind::misconfigured, "scripted");
        };
        ASSERT_REFUSED(ErrorCode::providerMisconfigured,
                       _service->authorizationUrl(_link, browser("browser-1")));
    }

    void testRemovedProviderHasNoUrl() {
        (void)approve("browser-1");
        const ProviderCatalog nothing({});
        const BrowserLinks views(viewParts(nothing));
        const LinkApproval service(approvalParts(views));
        CPPUNIT_ASSERT(!service.authorizationUrl(_link, browser("browser-1")));
        CPPUNIT_ASSERT(views.view(_link, browser("browser-1")).provider == nullptr);
    }

    void testOnlyAnEndWakesTheHeldPoll() {
        const auto person = browser("browser-1");
        const auto first = _held->hold(_link, _fixture->now() + 600s, 30s);
        const auto endedWhenWoken = [&] { CPPUNIT_ASSERT(link().status == LinkStatus::ended); };
        first->onFire(endedWhenWoken);
        for (int entry = 1; entry <= 5; ++entry) {
            CPPUNIT_ASSERT(!first->fired());
            (void)type("browser-1", "000000000000");
        }
        CPPUNIT_ASSERT(first->fired());
        setUp();
        const auto second = _held->hold(_link, _fixture->now() + 600s, 30s);
        second->onFire(endedWhenWoken);
        (void)approve("browser-1");
        CPPUNIT_ASSERT_MESSAGE("a poll would be answered as before", !second->fired());
        CPPUNIT_ASSERT(_service->decline(_link, browser("browser-1"), _fixture->origin));
        CPPUNIT_ASSERT(second->fired());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkApprovalTest);
