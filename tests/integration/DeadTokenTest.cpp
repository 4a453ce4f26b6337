// SPDX-License-Identifier: Apache-2.0
// Which grants are dead, and which only look so, however upstream words it.
#include "ScenarioFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <vector>

using namespace central_oauth::test;

class DeadTokenTest : public ScenarioFixture {
    CPPUNIT_TEST_SUITE(DeadTokenTest);
    CPPUNIT_TEST(testALostAnswerIsFetchedAgainInsideTheLeeway);
    CPPUNIT_TEST(testALostAnswerAndALongOutageEndInReauth);
    CPPUNIT_TEST(testARequestThatNeverArrivedSurvivesALongOutage);
    CPPUNIT_TEST(testKilledBeforeTheCommitTheGrantLivesOn);
    CPPUNIT_TEST(testKilledBeforeTheCommitWithoutALeewayNeedsReauth);
    CPPUNIT_TEST(testADeadTokenIsNeverSentAgain);
    CPPUNIT_TEST(testNinetyOneIdleDaysEndTheGrant);
    CPPUNIT_TEST(testAYearAfterTheConsentTheGrantEnds);
    CPPUNIT_TEST(testARevokedGrantNeedsReauth);
    CPPUNIT_TEST(testAChangedPasswordNeedsReauth);
    CPPUNIT_TEST(testOneDeadGrantAmongTwentyHarmsNoOther);
    CPPUNIT_TEST_SUITE_END();

public:
    void testALostAnswerIsFetchedAgainInsideTheLeeway() {
        inEveryWording([this](const std::string& wording) {
            const auto account = link("ann");
            fault(R"("kind":"process_then_drop")");
            makeDue();
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the stored token", account.token, expectAlive(account, wording));
            awaitSettled();
            const auto calls = refreshesOf("ann")->getArray("families")->getObject(0)->getArray("calls");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, std::size_t(2), calls->size());
            for (unsigned i = 0; i < 2; ++i)
                CPPUNIT_ASSERT_EQUAL(std::string("granted"),
                                     calls->getObject(i)->getValue<std::string>("outcome"));
            const auto apart = calls->getObject(1)->getValue<std::int64_t>("at_ms") -
                               calls->getObject(0)->getValue<std::int64_t>("ended_ms");
            CPPUNIT_ASSERT(apart < leeway * 1000);
            pass(leeway + 1);
            const auto token = expectAlive(account, wording);
            CPPUNIT_ASSERT_MESSAGE(wording, token != account.token);
            makeDue();
            CPPUNIT_ASSERT_MESSAGE(wording, token != expectAlive(account, wording));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 0, count("families_revoked"));
        });
    }

    // The refusal is the first sign that upstream had processed the first request.
    void testALostAnswerAndALongOutageEndInReauth() {
        inEveryWording([this](const std::string& wording) {
            const auto account = link("ann");
            makeDue();
            fault(R"("kind":"process_then_drop")");
            readWhileUpstreamHolds(account, [this] { fault(R"("kind":"outage")"); });
            passInMinutes(11);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is called dead while no answer comes",
                                         std::string("active"), statusOf(account));
            CPPUNIT_ASSERT_EQUAL(503, read(account).status);
            CPPUNIT_ASSERT_EQUAL(0, count("refused"));
            endOutage();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("processed"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("refused"));
            expectNoFurtherCall(account, wording);
        });
    }

    void testARequestThatNeverArrivedSurvivesALongOutage() {
        inEveryWording([this](const std::string& wording) {
            const auto account = link("ann");
            fault(R"("kind":"drop","times":0)");
            makeDue();
            CPPUNIT_ASSERT_EQUAL_MESSAGE("the stored token", account.token, expectAlive(account, wording));
            passInMinutes(11);
            CPPUNIT_ASSERT_EQUAL(0, count("processed"));
            endOutage();
            CPPUNIT_ASSERT(account.token != expectAlive(account, wording));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("processed"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 0, count("refused"));
        });
    }

    void testKilledBeforeTheCommitTheGrantLivesOn() {
        inEveryWording([this](const std::string& wording) {
            const auto account = link("ann");
            killWhileUpstreamHolds(account);
            expectTaken(account, account.token, "the old token inside the leeway");
            awaitSettled();
            pass(leeway + 1);
            CPPUNIT_ASSERT(account.token != expectAlive(account, wording));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 2, count("processed"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 0, count("families_revoked"));
        });
    }

    // Data Center's rule: the old pair ends with the exchange.
    void testKilledBeforeTheCommitWithoutALeewayNeedsReauth() {
        inEveryWording([this](const std::string& wording) {
            options(R"({"leeway_s":0})");
            const auto account = link("ann");
            killWhileUpstreamHolds(account);
            awaitSettled();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("processed"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("refused"));
            expectNoFurtherCall(account, wording);
        });
    }

    void testADeadTokenIsNeverSentAgain() {
        inEveryWording([this](const std::string& wording) {
            const auto account = link("ann");
            fault(R"("kind":"dead_token")"); // it would be refused however often it is sent
            makeDue();
            expectDead(account, wording);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("received"));
            const auto resolved = _service->post("/v1/tokens/resolve", _service->key(),
                                                 R"({"on_behalf_of":"Ann","subject":"ann"})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(resolved.body.substr(0, 200), 202, resolved.status);
            CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), resolved.text("reason"));
            const auto reported = _service->post("/v1/tokens/" + account.id + "/report", _service->key(),
                                                 R"({"token_version":1,"status":401})");
            CPPUNIT_ASSERT_EQUAL(std::string("needs_reauth"), reported.text("outcome"));
            expectNoFurtherCall(account, wording);
        });
    }

    void testNinetyOneIdleDaysEndTheGrant() {
        inEveryWording([this](const std::string& wording) {
            const auto idle = link("ann");
            const auto used = link("bob");
            pass(89 * day);
            static_cast<void>(expectAlive(used, wording));
            pass(2 * day);
            expectDead(idle, wording);
            static_cast<void>(expectAlive(used, wording));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, refusals("refresh_idle"));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, count("refused"));
            expectExplained(idle);
        });
    }

    void testAYearAfterTheConsentTheGrantEnds() {
        inEveryWording([this](const std::string& wording) {
            options(R"({"absolute_lifetime_s":)" + std::to_string(365 * day) + "}");
            const auto account = link("ann");
            for (int month = 1; month <= 12; ++month) {
                pass(30 * day);
                static_cast<void>(expectAlive(account, wording + ", month " + std::to_string(month)));
            }
            pass(6 * day);
            expectDead(account, wording);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, refusals("refresh_absolute"));
            expectExplained(account);
        });
    }

    void testARevokedGrantNeedsReauth() { endUpstream("revoke_grant", "grant_revoked"); }

    void testAChangedPasswordNeedsReauth() { endUpstream("change_password", "password_changed"); }

    void testOneDeadGrantAmongTwentyHarmsNoOther() {
        inEveryWording([this](const std::string& wording) {
            std::vector<PersonsAccount> accounts;
            for (int i = 0; i < 20; ++i)
                accounts.push_back(link("person-" + std::to_string(i)));
            _simulator->control("POST", "revoke_grant", R"({"user":"person-7"})");
            makeDue();
            for (const auto& account : accounts)
                if (account.person == "person-7")
                    expectDead(account, wording);
                else
                    CPPUNIT_ASSERT(account.token != expectAlive(account, wording));
            CPPUNIT_ASSERT_EQUAL(1, count("refused"));
            CPPUNIT_ASSERT_EQUAL(std::string("1\n"),
                                 ask("SELECT COUNT(*) FROM audit WHERE action = 'account.needs_reauth'"));
        });
    }

private:
    void endOutage() const {
        clearFaults();
        pass(120); // the next attempt comes after a sixth of the time since the first
        awaitSettled();
    }

    void killWhileUpstreamHolds(const PersonsAccount& account) const {
        makeDue();
        readWhileUpstreamHolds(account, [this] { _service->kill(); });
        _service->start();
    }

    void endUpstream(const std::string& how, const std::string& reason) {
        inEveryWording([&](const std::string& wording) {
            const auto account = link("ann");
            const auto other = link("bob");
            _simulator->control("POST", how, R"({"user":"ann"})");
            makeDue();
            expectDead(account, wording);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, 1, refusals(reason));
            expectNoFurtherCall(account, wording);
            CPPUNIT_ASSERT_MESSAGE(wording, other.token != expectAlive(other, wording));
        });
    }

    void expectNoFurtherCall(const PersonsAccount& account, const std::string& wording) const {
        const auto before = count("received", account.person);
        expectDead(account, wording);
        pass(leeway + 1);
        expectDead(account, wording);
        _service->kill();
        _service->start();
        expectDead(account, wording);
        pass(day);
        expectDead(account, wording);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(wording, before, count("received", account.person));
    }

    // The person's next step must be clear from the answer alone.
    void expectExplained(const PersonsAccount& account) const {
        const auto answer = read(account);
        CPPUNIT_ASSERT_MESSAGE(answer.body, !answer.text("hint").empty());
        CPPUNIT_ASSERT_MESSAGE(answer.body, answer.json()->has("relink"));
        const auto shown = _service->get("/v1/accounts/" + account.id, _service->key());
        CPPUNIT_ASSERT_MESSAGE(shown.body, !shown.text("explanation").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(DeadTokenTest);
