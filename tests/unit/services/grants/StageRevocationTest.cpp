// SPDX-License-Identifier: Apache-2.0
// Upstream is asked to revoke every dropped stage: as the operator wants, once, and never a grant that
// another account rests on.
#include "central_oauth/services/grants/StageRevocation.h"

#include "../links/CallbackFixture.h"
#include "central_oauth/domain/Removal.h"

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
            {"its creator cancels it", [&] { end(_link, EndReason::cancelled); }},
            {"the person declines it", [&] { end(_link, EndReason::declined); }},
            {"it expires", [&] { expire(); }},
            {"its row is old",
             [&] {
                 _fixture->advance(48h);
                 purge();
             }},
            {"its client is removed", [&] { removeClient(); }},
            {"its account is removed", [&] { _fixture->removeAccount(_account); }},
            {"its account is gone at its delivery", [&] {
                 _fixture->store.transact(
                     [&](domain::Transaction& transaction) { transaction.erase(_account); });
                 (void)_fixture->deliver(_link, "acc_2");
             }}};
        for (const auto& [how, drop] : drops) {
            setUp();
            stageRelink();
            drop();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, 1, dropped());
            // The re-linked account rests on the person's grant as long as the account exists.
            _fixture->removeAccount(_account);
            _dropped->run();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, std::string("refresh-stage"), _revoked);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(how, 0, dropped());
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
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
    }

    void testDeliveredStageIsKept() {
        (void)complete();
        (void)_fixture->deliver(_link, "acc_1");
        (void)_fixture->deliver(_link, "acc_1");
        _fixture->advance(48h);
        purge();
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        CPPUNIT_ASSERT(_fixture->store.read(
            [](const domain::ReadView& view) { return view.grantOf(base::AccountId("acc_1")).has_value(); }));
    }

    void testOtherAccountOfThePersonKeepsTheGrant() {
        stageRelink();
        expire();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation", "kept_for_others"));
        CPPUNIT_ASSERT_EQUAL(std::string("system"), domain::actorText(_fixture->store.audit().back().actor));
    }

    void testLastOfSeveralStagesIsRevoked() {
        (void)complete();
        begin("state-2");
        (void)complete("state-2");
        end(base::LinkId("lnk_state-1"), EndReason::cancelled);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the other one waits for its delivery", 0,
                                     _fixture->provider.revocations.load());
        end(_link, EndReason::cancelled);
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
        StageRevocation busy(partsWith(full));
        busy.run();
        CPPUNIT_ASSERT_EQUAL(1, dropped());
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(0, dropped());
    }

    void testNothingIsAskedAfterTheStop() {
        (void)complete();
        expire();
        _fixture->provider.onRevoke = [&](const auto&) {
            _dropped->stop(); // while upstream is asked
            return provider::RevocationOutcome::attempted;
        };
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("kept for the next start", 1, dropped());
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
    }

    void testUndecryptableStageIsReportedAndDropped() {
        (void)complete();
        expire();
        auto stage = memory::stageOf(_fixture->store, _link).value();
        stage.subject = "another";
        _fixture->put(stage);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        expectLine("a dropped grant is not revoked upstream");
    }

    // Simulates a database that another program locks, before and after the daemon has noticed the lock.
    void testUpstreamIsAskedOnceWhileNothingCanBeWritten() {
        (void)complete();
        expire();
        StageRevocation revoker(partsWith(_fixture->upstream));
        _fixture->store.hook = memory::failing("requireWritable");
        ASSERT_REFUSED(base::ErrorCode::storeUnavailable, revoker.run());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("not asked in vain", 0, _fixture->provider.revocations.load());
        _fixture->store.hook = memory::failing("erase stage");
        for (int round = 0; round < 5; ++round)
            ASSERT_REFUSED(base::ErrorCode::storeUnavailable, revoker.run());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        _fixture->store.hook = {};
        revoker.run();
        CPPUNIT_ASSERT_EQUAL(1, _fixture->provider.revocations.load());
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation"));
    }

    void testAuditKeepsTheNameOfAClientThatIsGone() {
        (void)complete();
        removeClient();
        _dropped->run();
        const auto entry = _fixture->store.audit().back();
        CPPUNIT_ASSERT_EQUAL(std::string("link.upstream_revocation"), entry.action);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), entry.clientName);
    }

    void testGrantOfUnknownOwnerIsReported() {
        _fixture->provider.onIdentity = []() -> provider::Identity {
            throw provider::ProviderError(provider::ProviderErrorKind::transient, "upstream is out");
        };
        (void)complete();
        expectEnded(EndReason::upstreamError);
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        expectLine("a dropped grant is not revoked upstream");
    }

    void testRoundIsBounded() {
        const auto prototype = link();
        for (std::size_t i = 0; i <= StageRevocation::mostAtOnce; ++i) {
            auto one = prototype;
            one.id = base::LinkId("lnk_" + std::to_string(i));
            _dropped->giveUp(one, *_fixture->catalog.find("jira"), memory::makeGrant("stage", now()));
        }
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(1, dropped());
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(StageRevocation::mostAtOnce),
                             _fixture->provider.revocations.load());
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
        CPPUNIT_ASSERT_EQUAL(1, dropped());
        CPPUNIT_ASSERT_EQUAL(0, _fixture->audited("link.upstream_revocation"));
        const std::string warning = "a dropped grant waits for its provider";
        expectLine(warning);
        const auto log = _fixture->logged.str();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("one line for all rounds", log.find(warning), log.rfind(warning));
        useProvider(true);
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), _revoked);
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation"));
    }

    void testWaitingGrantsTakeNoPlaces() {
        domain::Stage stage;
        stage.client = _fixture->client.id;
        stage.provider = "retired";
        stage.state = domain::StageState::dropped;
        for (std::size_t i = 0; i < StageRevocation::mostAtOnce; ++i) {
            stage.link = base::LinkId("lnk_" + std::to_string(i));
            domain::sealStage(_fixture->sealer, stage, memory::makeGrant("stage", now()));
            _fixture->put(stage);
        }
        (void)complete();
        expire();
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-first"), _revoked);
        CPPUNIT_ASSERT_EQUAL(static_cast<int>(StageRevocation::mostAtOnce), dropped());
    }

    void testProviderThatCantRevokeIsAudited() {
        (void)complete();
        expire();
        _fixture->provider.revokes = false;
        _dropped->run();
        CPPUNIT_ASSERT_EQUAL(0, dropped());
        CPPUNIT_ASSERT_EQUAL(1, _fixture->audited("link.upstream_revocation", "unsupported"));
    }

private:
    [[nodiscard]] base::Timestamp now() const { return _fixture->now(); }
    [[nodiscard]] int dropped() const {
        return static_cast<int>(_fixture->store.read([](const domain::ReadView& view) {
            return view.select(domain::StageFilter{.state = domain::StageState::dropped}).size();
        }));
    }
    [[nodiscard]] StageRevocation::Parts partsWith(UpstreamLimiter& upstream) const {
        return {_fixture->store, _fixture->sealer, _fixture->catalog,
                _fixture->clock, _fixture->logger, upstream};
    }

    void end(const base::LinkId& id, EndReason reason) {
        CPPUNIT_ASSERT(_fixture->store.transact([&, at = now()](domain::Transaction& transaction) {
            return domain::endLink(transaction, id, reason, at).has_value();
        }));
    }
    void purge() {
        _fixture->store.transact([at = now()](domain::Transaction& transaction) {
            return memory::purgeLinks(transaction, at, 100);
        });
    }
    void removeClient() {
        _fixture->store.transact(
            [&](domain::Transaction& transaction) { domain::removeClient(transaction, _fixture->client); });
    }

    void expectLine(const std::string& message) {
        const auto log = _fixture->logged.str();
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

    // Makes an account and a staged link that renews it.
    void stageRelink() {
        (void)complete();
        _account = _fixture->deliver(_link, "acc_1").account.id;
        begin("state-2", [&](domain::Link& link) { link.relinkAccount = _account; });
        _fixture->provider.onExchange = [](const auto&) { return ScriptedProvider::tokens("stage", 3600s); };
        (void)complete("state-2");
        CPPUNIT_ASSERT(link().status == LinkStatus::staged);
    }

    void expire() {
        _fixture->advance(601s);
        purge();
    }

    base::AccountId _account;
    std::string _revoked;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StageRevocationTest);
