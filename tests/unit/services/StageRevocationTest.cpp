// SPDX-License-Identifier: Apache-2.0
// However a stage is dropped, upstream is asked to end it: as the operator wants, once, and never what
// another account rests on.
#include "central_oauth/services/StageRevocation.h"

#include "CallbackFixture.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/services/LinkService.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using domain::EndReason;
using domain::LinkStatus;

class StageRevocationTest : public CallbackFixture {
    CPPUNIT_TEST_SUITE(StageRevocationTest);
    CPPUNIT_TEST(testEveryWayToDropAStage);
    CPPUNIT_TEST(testNothingIsAskedUnlessTheOperatorWants);
    CPPUNIT_TEST(testDeliveredStageIsKept);
    CPPUNIT_TEST(testOtherAccountOfThePersonKeepsTheGrant);
    CPPUNIT_TEST(testLastOfSeveralStagesIsRevoked);
    CPPUNIT_TEST(testMissingScopesAreRevokedWhereThePersonIsKnown);
    CPPUNIT_TEST(testFullHouseIsTriedAgain);
    CPPUNIT_TEST(testNothingIsAskedAfterTheStop);
    CPPUNIT_TEST(testUndecryptableStageIsReportedAndDropped);
    CPPUNIT_TEST(testUpstreamIsAskedOnceWhileNothingCanBeWritten);
    CPPUNIT_TEST(testAuditKeepsTheNameOfAClientThatIsGone);
    CPPUNIT_TEST(testGrantOfUnknownOwnerIsReported);
    CPPUNIT_TEST(testRoundIsBounded);
    CPPUNIT_TEST(testLinesSayOfWhichLinkTheyAre);
    CPPUNIT_TEST(testGrantWaitsWhileItsProviderIsNotConfigured);
    CPPUNIT_TEST(testWaitingGrantsTakeNoPlaces);
    CPPUNIT_TEST(testProviderThatCantRevokeIsAudited);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        CallbackFixture::setUp();
        useProvider(true);
    }

    void testEveryWayToDropAStage() {
        using Drop = std::function<void()>;
        const std::map<std::string, Drop> drops{
            {"its creator cancels it", [&] { (void)links().end(_link, EndReason::cancelled, now()); }},
            {"the person declines it", [&] { (void)links().end(_link, EndReason::declined, now()); }},
            {"it expires", [&] { expire(); }},
            {"its row is old",
             [&] {
                 _fixture->advance(48h);
                 (void)links().purge({}, now());
             }},
            {"its client is removed", [&] { (void)_fixture->store().clients().remove("alpha"); }},
            {"its account is removed",
             [&] { (void)_fixture->store().accounts().remove(_fixture->client.id, _account, now()); }},
            {"its account is gone at its delivery", [&] {
                 _fixture->base.tamper("DELETE FROM accounts");
                 makeService();
                 useProvider(true);
                 (void)links().deliver(_link, base::AccountId("acc_2"), {}, now());
             }}};
        for (const auto& [how, drop] : drops) {
            setUp();
            stageRelink();
            drop();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, std::int64_t(1), dropped());
            // The account that the re-link was for rests on the person as long as it is there.
            (void)_fixture->store().accounts().remove(_fixture->client.id, _account, now());
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, std::string("refresh-stage"), _revoked);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, std::int64_t(0), dropped());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, 1, _fixture->audited("link.upstream_revocation"));
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, 1, _fixture->provider.revocations.load());
        }
    }

    void testNothingIsAskedUnlessTheOperatorWants() {
        useProvider(false);
        (void)complete();
        expire();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
    }

    void testDeliveredStageIsKept() {
        (void)complete();
        (void)links().deliver(_link, base::AccountId("acc_1"), {3, 60s}, now());
        (void)links().deliver(_link, base::AccountId("acc_1"), {3, 60s}, now());
        _fixture->advance(48h);
        (void)links().purge({}, now());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), _fixture->base.number("SELECT COUNT(*) FROM tokens"));
    }

    void testOtherAccountOfThePersonKeepsTheGrant() {
        stageRelink();
        expire();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1),
                             _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action ="
                                                   " 'link.upstream_revocation' AND outcome = "
                                                   "'kept_for_others' AND actor = 'system'"));
    }

    void testLastOfSeveralStagesIsRevoked() {
        (void)complete();
        begin("state-2");
        (void)complete("state-2");
        CPPUNIT_ASSERT(links().end(base::LinkId("lnk_state-1"), EndReason::cancelled, now()));
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the other one waits for its delivery", 0,
                                     _fixture->provider.revocations.load());
        CPPUNIT_ASSERT(links().end(_link, EndReason::cancelled, now()));
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
    }

    void testMissingScopesAreRevokedWhereThePersonIsKnown() {
        for (const bool isKnown : {true, false}) {
            setUp();
            begin("state-2", [](domain::Link& link) { link.requiredScopes = {"write:jira-work"}; });
            if (!isKnown)
                _fixture->provider.onIdentity = []() -> provider::Identity {
                    throw provider::ProviderError(provider::ProviderErrorKind::accessDenied, "no read:me");
                };
            (void)complete("state-2");
            expectEnded(EndReason::scopesMissing);
            CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL(isKnown ? 1 : 0, _fixture->provider.revocations.load());
        }
    }

    void testFullHouseIsTriedAgain() {
        (void)complete();
        expire();
        UpstreamLimiter full(0);
        const UpstreamRevocation revocation(
            {_fixture->store().accounts(), _fixture->catalog, _fixture->base.logger, full});
        StageRevocation busy({_fixture->store().droppedStages(), revocation, *_news, _fixture->base.logger});
        busy.run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), dropped());
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
    }

    void testNothingIsAskedAfterTheStop() {
        (void)complete();
        expire();
        _fixture->provider.onRevoke = [&](const auto&) {
            _dropped->stop(); // while upstream is asked
            return provider::RevocationOutcome::attempted;
        };
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("kept for the next start", std::int64_t(1), dropped());
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
    }

    void testUndecryptableStageIsReportedAndDropped() {
        (void)complete();
        expire();
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             _fixture->base.tamper("UPDATE dropped_stages SET subject = 'another'"));
        makeService();
        useProvider(true);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        expectLine("a dropped grant is not revoked upstream");
    }

    // As a database that another program locks, before and after the daemon has noticed.
    void testUpstreamIsAskedOnceWhileNothingCanBeWritten() {
        HookedStages stages(_fixture->store().droppedStages());
        (void)complete();
        expire();
        StageRevocation revoker({stages, *_revocation, *_news, _fixture->base.logger});
        stages.hook = failing("requireWritable");
        ASSERT_REFUSED(base::ErrorCode::storeUnavailable, revoker.run());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not asked in vain", 0, _fixture->provider.revocations.load());
        stages.hook = failing("remove");
        for (int round = 0; round < 5; ++round)
            ASSERT_REFUSED(base::ErrorCode::storeUnavailable, revoker.run());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        stages.hook = [](const std::string&) {};
        revoker.run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation"));
    }

    void testAuditKeepsTheNameOfAClientThatIsGone() {
        (void)complete();
        CPPUNIT_ASSERT(_fixture->store().clients().remove("alpha"));
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1),
                             _fixture->base.number("SELECT COUNT(*) FROM audit WHERE action ="
                                                   " 'link.upstream_revocation' AND client_name = 'alpha'"));
    }

    void testGrantOfUnknownOwnerIsReported() {
        _fixture->provider.onIdentity = []() -> provider::Identity {
            throw provider::ProviderError(provider::ProviderErrorKind::transient, "upstream is out");
        };
        (void)complete();
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        expectLine("a dropped grant is not revoked upstream");
    }

    void testRoundIsBounded() {
        const auto link = links().find(_link).value();
        for (int i = 0; i <= StageRevocation::mostAtOnce; ++i) {
            auto one = link;
            one.id = base::LinkId("lnk_" + std::to_string(i));
            _dropped->giveUp(one, *_fixture->catalog.find("jira"), store::makeGrant("stage", now()));
        }
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), dropped());
        CPPUNIT_ASSERT_EQUAL(StageRevocation::mostAtOnce, _fixture->provider.revocations.load());
    }

    void testLinesSayOfWhichLinkTheyAre() {
        (void)complete();
        expire();
        _fixture->provider.onRevoke = [](const auto&) -> provider::RevocationOutcome {
            throw provider::ProviderError(provider::ProviderErrorKind::transient, "upstream is out");
        };
        _dropped->run();
        expectLine("revocation failed");
    }

    void testGrantWaitsWhileItsProviderIsNotConfigured() {
        (void)complete();
        expire();
        _fixture->catalog = ProviderCatalog({});
        makeService();
        for (int round = 0; round < 3; ++round)
            _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), dropped());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
        const std::string warning = "a dropped grant waits for its provider";
        expectLine(warning);
        const auto log = _fixture->base.logged.str();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one line for all rounds", log.find(warning), log.rfind(warning));
        useProvider(true);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), _revoked);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation"));
    }

    void testWaitingGrantsTakeNoPlaces() {
        auto link = links().find(_link).value();
        link.provider = "retired";
        for (int i = 0; i < StageRevocation::mostAtOnce; ++i) {
            link.id = base::LinkId("lnk_" + std::to_string(i));
            _fixture->store().droppedStages().add(link, store::makeGrant("stage", now()));
        }
        (void)complete();
        expire();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), _revoked);
        CPPUNIT_ASSERT_EQUAL(std::int64_t(StageRevocation::mostAtOnce), dropped());
    }

    void testProviderThatCantRevokeIsAudited() {
        (void)complete();
        expire();
        _fixture->provider.revokes = false;
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::int64_t(0), dropped());
        CPPUNIT_ASSERT_EQUAL(std::int64_t(1), _fixture->base.number(
                                                  "SELECT COUNT(*) FROM audit WHERE action ="
                                                  " 'link.upstream_revocation' AND outcome = 'unsupported'"));
    }

private:
    [[nodiscard]] base::Timestamp now() const { return _fixture->now(); }
    [[nodiscard]] std::int64_t dropped() const {
        return _fixture->base.number("SELECT COUNT(*) FROM dropped_stages");
    }

    void expectLine(const std::string& message) {
        const auto log = _fixture->base.logged.str();
        const auto at = log.find(message);
        CPPUNIT_ASSERT_MESSAGE(log, at != std::string::npos);
        const auto begin = log.rfind('\n', at) + 1;
        const auto line = log.substr(begin, log.find('\n', at) - begin);
        for (const auto& field : {"\"link\":\"" + _link.value() + '"', std::string("\"provider\":\"jira\""),
                                  "\"client\":\"" + _fixture->client.id.value() + '"'})
            CPPUNIT_ASSERT_MESSAGE(field + " in " + log, line.find(field) != std::string::npos);
    }

    void useProvider(bool revokes) {
        auto jira = configured("jira", _fixture->provider);
        jira.properties.revokesUpstream = revokes;
        _fixture->catalog = ProviderCatalog({jira});
        makeService();
        _fixture->provider.onRevoke = [&](const provider::Secret& token) {
            _revoked = token.reveal();
            return provider::RevocationOutcome::revoked;
        };
    }

    // An account, and a staged link that is to renew it.
    void stageRelink() {
        (void)complete();
        _account = links().deliver(_link, base::AccountId("acc_1"), {3, 60s}, now()).account.id;
        begin("state-2", [&](domain::Link& link) { link.wantedAccount = _account; });
        _fixture->provider.onExchange = [](const auto&) { return ScriptedProvider::tokens("stage", 3600s); };
        (void)complete("state-2");
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void expire() {
        _fixture->advance(601s);
        (void)links().purge({}, now());
    }

    base::AccountId _account;
    std::string _revoked;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StageRevocationTest);
