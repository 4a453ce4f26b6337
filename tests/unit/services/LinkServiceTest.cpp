// SPDX-License-Identifier: Apache-2.0
// Links as their creator sees them: limits, and deliveries that fail.
#include "central_oauth/services/LinkService.h"

#include "HookedRepositories.h"
#include "ServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/services/LinkRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using store::EndReason;
using store::LinkStatus;

class LinkServiceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkServiceTest);
    CPPUNIT_TEST(testCreatedLinkIsWhatWasAskedFor);
    CPPUNIT_TEST(testNeedsTheScope);
    CPPUNIT_TEST(testProviderMayBeLeftOutOnlyIfThereIsOne);
    CPPUNIT_TEST(testTextLimits);
    CPPUNIT_TEST(testLiveLinksOfAClientAreLimited);
    CPPUNIT_TEST(testLiveLinksOfASubjectAreLimited);
    CPPUNIT_TEST(testCreationsOfASubjectAreLimited);
    CPPUNIT_TEST(testCreationsOfAClientAreLimited);
    CPPUNIT_TEST(testHastySubjectLeavesTheOthersTheirRoom);
    CPPUNIT_TEST(testRefusedRequestCostsNoToken);
    CPPUNIT_TEST(testTakenCodeIsDrawnAgain);
    CPPUNIT_TEST(testNoFreeCodeIsAnInternalError);
    CPPUNIT_TEST(testUnknownForeignAndMistypedAreOneAnswer);
    CPPUNIT_TEST(testOtherCredentialsPollNothing);
    CPPUNIT_TEST(testPeekHasNoEffect);
    CPPUNIT_TEST(testEveryEndHasItsReason);
    CPPUNIT_TEST(testUndecryptableStageEndsTheLink);
    CPPUNIT_TEST(testLinkThatEndsBeforeItsDeliverySaysWhy);
    CPPUNIT_TEST(testLinkThatExpiresBeforeItsDeliverySaysSo);
    CPPUNIT_TEST(testDeliveryThatCantBeAuditedIsReadAgain);
    CPPUNIT_TEST(testRefusedDeliveriesAreAuditedOnceAMinute);
    CPPUNIT_TEST(testFailedDeliveryKeepsTheStage);
    CPPUNIT_TEST(testPurgeForgetsTheExpiredStage);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeService();
    }

    void testCreatedLinkIsWhatWasAskedFor() {
        _fixture->source.program = std::string(300, 'p');
        const auto created = _service->create(
            _fixture->caller(), {"jira", "user-7", "CI", "https://one.example"}, _fixture->source);
        CPPUNIT_ASSERT_EQUAL(std::size_t(12), created.code.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(22), created.handle.size());
        CPPUNIT_ASSERT(created.expiresIn == 600s && created.interval == 5s);
        const auto kept = links().findByHandle(crypto::sha256(created.handle.reveal())).value();
        CPPUNIT_ASSERT(kept.id == created.link.id);
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"), kept.subject);
        CPPUNIT_ASSERT_EQUAL(std::string("CI"), kept.label);
        CPPUNIT_ASSERT_EQUAL(std::string("https://one.example"), kept.wantedSite);
        CPPUNIT_ASSERT_EQUAL(std::size_t(200), kept.requesterProgram.size());
        CPPUNIT_ASSERT(kept.expiresAt == _fixture->now() + 600s);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.created"));
    }

    void testNeedsTheScope() {
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _service->create(_fixture->callerWith({"token", "accounts"}), {}, _fixture->source));
    }

    void testProviderMayBeLeftOutOnlyIfThereIsOne() {
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), create().link.provider);
        const ProviderCatalog both(
            {configured("jira", _fixture->provider), configured("confluence", _fixture->provider)});
        makeService(both);
        ASSERT_REFUSED(ErrorCode::invalidRequest, create());
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"Jira", "", "", ""}, _fixture->source));
        CPPUNIT_ASSERT_EQUAL(
            std::string("confluence"),
            _service->create(_fixture->caller(), {"confluence", "", "", ""}, _fixture->source).link.provider);
        makeService();
    }

    void testTextLimits() {
        const auto ask = [&](const LinkRequest& request) {
            return _service->create(_fixture->caller(), request, _fixture->source);
        };
        ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", std::string(129, 's'), "", ""}));
        ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", "", std::string(65, 'l'), ""}));
        ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", "", "", std::string(257, 's')}));
        for (const std::string& bad :
             {std::string("a\nb"), std::string("a\x7f"), std::string("a\x1b[2J"), std::string("a\0b", 3)}) {
            ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", bad, "", ""}));
            ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", "", bad, ""}));
            ASSERT_REFUSED(ErrorCode::invalidRequest, ask({"", "", "", bad}));
        }
        (void)ask({"", std::string(128, 's'), std::string(64, 'l'), std::string(256, 's')});
        (void)ask({"", "", "M\xc3\xbcller \xf0\x9f\x91\x8b", ""});
    }

    void testLiveLinksOfAClientAreLimited() {
        _fixture->client.liveLinks = 2;
        const auto first = create("one");
        (void)create("two");
        const auto refused = refusalOf([&] { (void)create("three"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(30s));
        _service->cancel(first.code, first.secret, _fixture->source);
        (void)create("three");
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("four"));
        _fixture->advance(600s);
        (void)create("four");
    }

    void testLiveLinksOfASubjectAreLimited() {
        for (int i = 0; i < 5; ++i)
            (void)create("one");
        ASSERT_REFUSED(ErrorCode::tooManyRequests, create("one"));
        (void)create("two");
    }

    void testCreationsOfASubjectAreLimited() {
        for (int i = 0; i < 10; ++i)
            createAndCancel("one");
        const auto refused = refusalOf([&] { (void)create("one"); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::tooManyRequests);
        CPPUNIT_ASSERT(refused->retryAfter == std::optional(6s));
        _fixture->advance(6s);
        (void)create("one");
    }

    void testCreationsOfAClientAreLimited() {
        _fixture->client.linksPerMinute = 3;
        for (int i = 0; i < 3; ++i)
            (void)create("subject " + std::to_string(i));
        const auto refused = refusalOf([&] { (void)create("another"); });
        CPPUNIT_ASSERT(refused && refused->retryAfter == std::optional(20s));
        _fixture->advance(20s);
        (void)create("another");
    }

    void testHastySubjectLeavesTheOthersTheirRoom() {
        _fixture->client.linksPerMinute = 20;
        for (int i = 0; i < 100; ++i)
            (void)refusalOf([&] { createAndCancel("hasty"); });
        for (int i = 0; i < 10; ++i)
            createAndCancel("other " + std::to_string(i));
    }

    void testRefusedRequestCostsNoToken() {
        _fixture->client.linksPerMinute = 1;
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"trello", "", "", ""}, _fixture->source));
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"", "", "a\nb", ""}, _fixture->source));
        (void)create();
    }

    void testTakenCodeIsDrawnAgain() {
        _links->takenCodes = 9;
        const auto created = create();
        CPPUNIT_ASSERT(links().findByCode(_fixture->hasher.hash(purpose::linkCode, created.code)));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.created"));
    }

    void testNoFreeCodeIsAnInternalError() {
        _links->takenCodes = 10;
        ASSERT_REFUSED(ErrorCode::internal, create());
    }

    void testUnknownForeignAndMistypedAreOneAnswer() {
        const auto mine = create("one");
        const auto other = create("two");
        for (const std::string& wrong : {other.code, std::string("no code"), std::string(),
                                         std::string("000000000000"), std::string(100, '1')}) {
            ASSERT_REFUSED(ErrorCode::notFound, _service->poll(wrong, mine.secret, _fixture->source));
            ASSERT_REFUSED(ErrorCode::notFound, _service->peek(wrong, mine.secret));
            ASSERT_REFUSED(ErrorCode::notFound, _service->cancel(wrong, mine.secret, _fixture->source));
        }
        CPPUNIT_ASSERT(_service->poll("-" + mine.code + " ", mine.secret, _fixture->source).state ==
                       PollState::pending);
    }

    void testOtherCredentialsPollNothing() {
        const auto mine = create();
        for (const auto kind :
             {crypto::CredentialKind::confidentialClientKey, crypto::CredentialKind::grantToken})
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           _service->poll(mine.code, crypto::issueCredential(kind).text, _fixture->source));
        ASSERT_REFUSED(ErrorCode::invalidCredential,
                       _service->poll(mine.code, provider::Secret("cos_x"), _fixture->source));
    }

    void testPeekHasNoEffect() {
        const auto mine = staged();
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT(_service->peek(mine.code, mine.secret).state == PollState::delivered);
        CPPUNIT_ASSERT(links().find(mine.link.id)->status == LinkStatus::staged);
        const auto pending = create("two");
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT(_service->peek(pending.code, pending.secret).state == PollState::pending);
        (void)_service->poll(pending.code, pending.secret, _fixture->source);
    }

    void testEveryEndHasItsReason() {
        for (const auto reason :
             {EndReason::declined, EndReason::upstreamError, EndReason::tooManyEntries,
              EndReason::siteNotAllowed, EndReason::noRefreshToken, EndReason::cancelled}) {
            const auto mine = create("subject " + std::string(store::endReasonName(reason)));
            CPPUNIT_ASSERT(links().end(mine.link.id, reason, _fixture->now()));
            const auto refused = refusalOf([&] { (void)poll(mine); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
            CPPUNIT_ASSERT_EQUAL(std::string(store::endReasonName(reason)), refused->reason);
            CPPUNIT_ASSERT(!endedError(links().find(mine.link.id).value()).hint().empty());
            ASSERT_REFUSED(ErrorCode::conflict, _service->cancel(mine.code, mine.secret, _fixture->source));
        }
    }

    void testUndecryptableStageEndsTheLink() {
        const auto mine = staged();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE links SET staged_grant = zeroblob(200)"));
        makeService();
        for (int i = 0; i < 2; ++i) {
            const auto refused = refusalOf([&] { (void)poll(mine); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
            CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), refused->reason);
        }
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.undecryptable"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), _fixture->base.number("SELECT COUNT(*) FROM accounts"));
    }

    void testLinkThatEndsBeforeItsDeliverySaysWhy() {
        const auto mine = staged();
        _links->hook = [&](const std::string& called) {
            if (called == "deliver")
                CPPUNIT_ASSERT(links().end(mine.link.id, EndReason::declined, _fixture->now()));
        };
        const auto refused = refusalOf([&] { (void)poll(mine); });
        CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
        CPPUNIT_ASSERT_EQUAL(std::string("declined"), refused->reason);
    }

    void testLinkThatExpiresBeforeItsDeliverySaysSo() {
        // The last second passes between the two looks at the clock.
        const auto mine = staged();
        TickingClock clock{mine.link.expiresAt - 1s};
        LinkService service({*_links, _fixture->store().audit(), _fixture->catalog, _fixture->hasher, clock,
                             _fixture->changes});
        ASSERT_REFUSED(ErrorCode::expiredToken, service.poll(mine.code, mine.secret, _fixture->source));
    }

    void testDeliveryThatCantBeAuditedIsReadAgain() {
        const auto mine = staged();
        BrokenAudit broken;
        LinkService service(
            {*_links, broken, _fixture->catalog, _fixture->hasher, _fixture->base.clock, _fixture->changes});
        ASSERT_REFUSED(ErrorCode::storeUnavailable, service.poll(mine.code, mine.secret, _fixture->source));
        const auto again = poll(mine);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), store::revealed(again.tokens.accessToken));
    }

    void testRefusedDeliveriesAreAuditedOnceAMinute() {
        const auto mine = staged();
        for (int i = 0; i < 3; ++i)
            (void)poll(mine);
        for (int i = 0; i < 3; ++i)
            ASSERT_REFUSED(ErrorCode::alreadyDelivered, poll(mine));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("account.linked"));
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("link.delivered_again"));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.delivery_refused"));
        _fixture->advance(60s);
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, poll(mine));
        CPPUNIT_ASSERT_EQUAL(2, _fixture->audited("link.delivery_refused"));
    }

    void testFailedDeliveryKeepsTheStage() {
        const auto mine = staged();
        _links->hook = failing("deliver");
        ASSERT_REFUSED(ErrorCode::storeUnavailable, poll(mine));
        _links->hook = [](const auto&) {};
        const auto delivered = poll(mine);
        CPPUNIT_ASSERT(delivered.state == PollState::delivered);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), store::revealed(delivered.tokens.accessToken));
        CPPUNIT_ASSERT(delivered.tokens.refreshToken.empty());
    }

    void testPurgeForgetsTheExpiredStage() {
        const auto mine = staged();
        _fixture->advance(600s);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(
            std::int64_t(0),
            _fixture->base.number("SELECT COUNT(*) FROM links WHERE staged_grant IS NOT NULL"));
        ASSERT_REFUSED(ErrorCode::expiredToken, poll(mine));
        _fixture->advance(expiredLinkShown);
        ASSERT_REFUSED(ErrorCode::notFound, poll(mine));
        ASSERT_REFUSED(ErrorCode::notFound, _service->cancel(mine.code, mine.secret, _fixture->source));
    }

private:
    class BrokenAudit final : public store::AuditLog {
    public:
        void append(const store::AuditEntry&) override {
            throw base::Error(ErrorCode::storeUnavailable, {}, "disk full");
        }
    };

    /// A second later at every look.
    class TickingClock final : public base::Clock {
    public:
        explicit TickingClock(base::Timestamp first) : _next(first) {}
        [[nodiscard]] std::chrono::system_clock::time_point now() const override {
            return std::exchange(_next, _next + 1s);
        }

    private:
        mutable base::Timestamp _next;
    };

    void makeService() { makeService(_fixture->catalog); }
    void makeService(const ProviderCatalog& catalog) {
        _links = std::make_unique<HookedLinks>(_fixture->store().links());
        _service = std::make_unique<LinkService>(LinkService::Parts{*_links, _fixture->store().audit(),
                                                                    catalog, _fixture->hasher,
                                                                    _fixture->base.clock, _fixture->changes});
    }

    [[nodiscard]] store::LinkRepository& links() { return _fixture->store().links(); }

    CreatedLink create(const std::string& subject = {}) {
        return _service->create(_fixture->caller(), {"", subject, "", ""}, _fixture->source);
    }

    void createAndCancel(const std::string& subject) {
        const auto created = create(subject);
        _service->cancel(created.code, created.secret, _fixture->source);
    }

    PollResult poll(const CreatedLink& link) {
        return _service->poll(link.code, link.secret, _fixture->source);
    }

    // A link with a grant that waits for its delivery.
    CreatedLink staged() {
        auto created = create("one");
        CPPUNIT_ASSERT(links().beginAuthorization(created.link.id, "browser", "state",
                                                  store::makeAuthorization("1"), _fixture->now()));
        CPPUNIT_ASSERT(
            links().stage(created.link.id, store::makeGrant("1", _fixture->now()), created.link.expiresAt));
        return created;
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<HookedLinks> _links;
    std::unique_ptr<LinkService> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkServiceTest);
