// SPDX-License-Identifier: Apache-2.0
// Tests links as their creator sees them, and deliveries that fail.
#include "LinkServiceFixture.h"
#include "central_oauth/crypto/Credential.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Removal.h"
#include "central_oauth/services/links/LinkRules.h"

#include <cppunit/extensions/HelperMacros.h>
#include <map>
#include <memory>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::EndReason;
using domain::LinkStatus;

class LinkServiceTest : public LinkServiceFixture {
    CPPUNIT_TEST_SUITE(LinkServiceTest);
    CPPUNIT_TEST(testCreatedLinkIsWhatWasAskedFor);
    CPPUNIT_TEST(testNeedsTheScope);
    CPPUNIT_TEST(testProviderMayBeLeftOutOnlyIfThereIsOne);
    CPPUNIT_TEST(testTakenCodeIsDrawnAgain);
    CPPUNIT_TEST(testNoFreeCodeIsAnInternalError);
    CPPUNIT_TEST(testUnknownForeignAndMistypedAreOneAnswer);
    CPPUNIT_TEST(testOtherCredentialsPollNothing);
    CPPUNIT_TEST(testPeekDeliversNothing);
    CPPUNIT_TEST(testPeekSaysWhatAPollWouldSay);
    CPPUNIT_TEST(testEveryEndHasItsReason);
    CPPUNIT_TEST(testExpiryIsRecordedOnce);
    CPPUNIT_TEST(testUnauthenticatedPollsNeverReachTheStore);
    CPPUNIT_TEST(testAuthenticationOutlivesTheProcess);
    CPPUNIT_TEST(testLinkOfARemovedClientIsUnknown);
    CPPUNIT_TEST(testDeliveredLinkIsUnknownAfterItsTime);
    CPPUNIT_TEST(testPurgeRecordsEveryExpiredLinkByWhatWasMissing);
    CPPUNIT_TEST_SUITE_END();

public:
    void testCreatedLinkIsWhatWasAskedFor() {
        std::string program;
        for (int i = 0; i < 300; ++i)
            program += "\xC3\xBC";
        _fixture->origin.program = program;
        const auto created = _service->create(
            _fixture->caller(), {"jira", "user-7", "CI", "https://one.example"}, _fixture->origin);
        CPPUNIT_ASSERT_EQUAL(std::size_t(12), created.code.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(22), created.handle.size());
        CPPUNIT_ASSERT(created.expiresIn == 600s && created.interval == 5s);
        const auto kept = find(domain::HandleHash{crypto::sha256(created.handle.reveal())}).value();
        CPPUNIT_ASSERT(kept.id == created.link.id);
        CPPUNIT_ASSERT_EQUAL(std::string("user-7"), kept.subject);
        CPPUNIT_ASSERT_EQUAL(std::string("CI"), kept.label);
        CPPUNIT_ASSERT_EQUAL(std::string("https://one.example"), kept.wantedSite);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("cut between characters", program.substr(0, 400) + "\xE2\x80\xA6",
                                     kept.requesterProgram);
        CPPUNIT_ASSERT(kept.expiresAt == _fixture->now() + 600s);
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.created"));
    }

    void testNeedsTheScope() {
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       _service->create(_fixture->callerWith({"token", "accounts"}), {}, _fixture->origin));
    }

    void testProviderMayBeLeftOutOnlyIfThereIsOne() {
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), create().link.provider);
        const ProviderCatalog both(
            {configured("jira", _fixture->provider), configured("confluence", _fixture->provider)});
        makeService(both);
        ASSERT_REFUSED(ErrorCode::invalidRequest, create());
        ASSERT_REFUSED(ErrorCode::invalidRequest,
                       _service->create(_fixture->caller(), {"Jira", "", "", ""}, _fixture->origin));
        CPPUNIT_ASSERT_EQUAL(
            std::string("confluence"),
            _service->create(_fixture->caller(), {"confluence", "", "", ""}, _fixture->origin).link.provider);
        makeService();
    }

    void testTakenCodeIsDrawnAgain() {
        occupyCodes(9);
        const auto created = create();
        CPPUNIT_ASSERT(find(domain::CodeHash{_fixture->hasher.hash(purpose::linkCode, created.code)}));
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.created"));
    }

    void testNoFreeCodeIsAnInternalError() {
        occupyCodes(10);
        ASSERT_REFUSED(ErrorCode::internal, create());
    }

    void testUnknownForeignAndMistypedAreOneAnswer() {
        const auto mine = create("one");
        const auto other = create("two");
        for (const std::string& wrong : {other.code, std::string("no code"), std::string(),
                                         std::string("000000000000"), std::string(100, '1')}) {
            ASSERT_REFUSED(ErrorCode::notFound, _service->poll(wrong, credentialOf(mine), _fixture->origin));
            ASSERT_REFUSED(ErrorCode::notFound, _service->peek(wrong, credentialOf(mine), _fixture->origin));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _service->cancel(wrong, credentialOf(mine), _fixture->origin));
        }
        CPPUNIT_ASSERT(_service->poll("-" + mine.code + " ", credentialOf(mine), _fixture->origin).state ==
                       PollState::pending);
    }

    void testOtherCredentialsPollNothing() {
        for (const auto kind :
             {crypto::CredentialKind::confidentialClientKey, crypto::CredentialKind::grantToken})
            ASSERT_REFUSED(ErrorCode::invalidCredential,
                           PollCredential::ofSecret(crypto::issueCredential(kind).text));
        ASSERT_REFUSED(ErrorCode::invalidCredential, PollCredential::ofSecret(provider::Secret("cos_x")));
    }

    void testPeekDeliversNothing() {
        const auto mine = staged();
        for (int i = 0; i < 5; ++i)
            CPPUNIT_ASSERT(peek(mine).state == PollState::delivered);
        CPPUNIT_ASSERT(linkOf(mine).status == LinkStatus::staged);
    }

    void testPeekSaysWhatAPollWouldSay() {
        const auto mine = staged();
        for (int i = 0; i < deliveryRule.reads; ++i) {
            CPPUNIT_ASSERT(peek(mine).state == PollState::delivered);
            CPPUNIT_ASSERT(poll(mine).state == PollState::delivered);
        }
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, (void)peek(mine));
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, (void)poll(mine));
        const auto late = staged();
        CPPUNIT_ASSERT(poll(late).state == PollState::delivered);
        _fixture->advance(61s);
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, (void)peek(late));
    }

    void testEveryEndHasItsReason() {
        for (const auto reason :
             {EndReason::declined, EndReason::upstreamError, EndReason::tooManyEntries,
              EndReason::differentPerson, EndReason::siteNotAllowed, EndReason::noSite,
              EndReason::scopesMissing, EndReason::noRefreshToken, EndReason::cancelled}) {
            const auto mine = create("subject " + std::string(nameOf(reason)));
            end(mine, reason);
            const auto refused = refusalOf([&] { (void)poll(mine); });
            CPPUNIT_ASSERT(refused && refused->code == ErrorCode::accessDenied);
            CPPUNIT_ASSERT_EQUAL(std::string(nameOf(reason)), refused->reason);
            CPPUNIT_ASSERT(!endedError(linkOf(mine)).hint().empty());
            ASSERT_REFUSED(ErrorCode::conflict,
                           _service->cancel(mine.code, credentialOf(mine), _fixture->origin));
        }
    }

    void testExpiryIsRecordedOnce() {
        using Meet = std::function<void(const CreatedLink&)>;
        const std::vector<Meet> ways{
            [&](const auto& link) { ASSERT_REFUSED(ErrorCode::expiredToken, poll(link)); },
            [&](const auto& link) {
                ASSERT_REFUSED(ErrorCode::expiredToken,
                               _service->peek(link.code, credentialOf(link), _fixture->origin));
            },
            [&](const auto&) { _service->purge(); }};
        int expired = 0;
        for (const auto& meet : ways) {
            const auto mine = staged();
            _fixture->advance(600s);
            meet(mine);
            ++expired;
            CPPUNIT_ASSERT_EQUAL(expired, _fixture->audited("link.expired"));
            _service->purge();
            CPPUNIT_ASSERT_EQUAL(expired, _fixture->audited("link.expired"));
        }
    }

    void testUnauthenticatedPollsNeverReachTheStore() {
        const auto mine = create("one");
        const auto other = create("two");
        const auto foreign =
            PollCredential::ofSecret(crypto::issueCredential(crypto::CredentialKind::linkSecret).text);
        const auto verifier = PollCredential::ofVerifier(_fixture->caller(), std::string(43, 'v'));
        _fixture->store.hook = [](const std::string&) {
            throw base::Error(ErrorCode::storeUnavailable, {}, "disk full");
        };
        for (const auto& [code, credential] :
             {std::pair(mine.code, foreign), std::pair(mine.code, credentialOf(other)),
              std::pair(mine.code, verifier), std::pair(std::string("000000000000"), credentialOf(mine)),
              std::pair(std::string("no code"), credentialOf(mine))}) {
            ASSERT_REFUSED(ErrorCode::notFound, _service->poll(code, credential, _fixture->origin));
            ASSERT_REFUSED(ErrorCode::notFound,
                           _service->poll(code, credential, _fixture->origin, {30s, false}));
            ASSERT_REFUSED(ErrorCode::notFound, _service->peek(code, credential, _fixture->origin));
            ASSERT_REFUSED(ErrorCode::notFound, _service->cancel(code, credential, _fixture->origin));
        }
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.cancelled"));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, poll(mine));
    }

    void testAuthenticationOutlivesTheProcess() {
        const auto mine = create("one");
        _fixture->advance(60s);
        const auto read = known();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), read->count());
        CPPUNIT_ASSERT(read->authenticate(mine.code, credentialOf(mine)) == std::optional(mine.link.id));
        CPPUNIT_ASSERT(read->isPending(mine.link.id));
        approve(mine);
        CPPUNIT_ASSERT(!known()->isPending(mine.link.id));
        _fixture->advance(540s + expiredLinkShown);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), known()->count());
    }

    void testLinkOfARemovedClientIsUnknown() {
        const auto mine = create("one");
        _fixture->store.transact(
            [&](domain::Transaction& transaction) { removeClient(transaction, _fixture->client); });
        ASSERT_REFUSED(ErrorCode::notFound, poll(mine));
    }

    void testDeliveredLinkIsUnknownAfterItsTime() {
        const auto mine = staged();
        (void)poll(mine);
        _fixture->advance(600s + expiredLinkShown - 1s);
        _service->purge();
        ASSERT_REFUSED(ErrorCode::alreadyDelivered, poll(mine));
        _fixture->advance(1s);
        ASSERT_REFUSED(ErrorCode::notFound, poll(mine));
        ASSERT_REFUSED(ErrorCode::notFound, _service->peek(mine.code, credentialOf(mine), _fixture->origin));
        ASSERT_REFUSED(ErrorCode::notFound,
                       _service->cancel(mine.code, credentialOf(mine), _fixture->origin));
        CPPUNIT_ASSERT_MESSAGE("its code is still taken", find(mine.link.id));
        _fixture->advance(660s);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _authenticator->count());
    }

    // A batch has 200 expired links.
    void testPurgeRecordsEveryExpiredLinkByWhatWasMissing() {
        const auto now = _fixture->now();
        for (int i = 0; i < 450; ++i)
            _fixture->put(memory::makeLink("many" + std::to_string(i), now));
        (void)staged();
        approve(create());
        _fixture->advance(600s);
        _service->purge();
        std::map<std::string, int> outcomes;
        for (const auto& entry : _fixture->store.audit()) {
            if (entry.action == "link.expired" && actorText(entry.actor) == "system")
                ++outcomes[entry.outcome];
        }
        CPPUNIT_ASSERT(outcomes == (std::map<std::string, int>{
                                       {"not_approved", 450}, {"not_consented", 1}, {"not_delivered", 1}}));
        _fixture->advance(24h);
        _service->purge();
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), _fixture->store.read([](const domain::ReadView& view) {
            return view.count(domain::LinkFilter{});
        }));
    }

private:
    [[nodiscard]] std::optional<domain::Link> find(const domain::LinkKey& key) const {
        return _fixture->store.read([&](const domain::ReadView& view) { return view.find(key); });
    }

    /// Returns the authenticator of a process that starts now.
    [[nodiscard]] std::unique_ptr<PollAuthenticator> known() const {
        const domain::LinkFilter shown{.expiresAfter = _fixture->now() - expiredLinkShown};
        return std::make_unique<PollAuthenticator>(
            [this, shown] {
                return _fixture->store.read([&](const domain::ReadView& view) { return view.select(shown); });
            },
            _fixture->hasher, _fixture->clock);
    }

    /// Simulates another transaction that has just taken the next codes, as many as given.
    void occupyCodes(int codes) {
        _fixture->store.hook = [left = codes](const std::string& step) mutable {
            if (step == "put link" && left-- > 0)
                throw base::Error(ErrorCode::conflict, {}, "a hash is in use");
        };
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkServiceTest);
