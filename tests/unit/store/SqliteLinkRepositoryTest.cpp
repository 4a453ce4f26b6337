// SPDX-License-Identifier: Apache-2.0
#include "StoreFixture.h"
#include "central_oauth/base/Error.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::store;

using namespace std::chrono_literals;

class SqliteLinkRepositoryTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SqliteLinkRepositoryTest);
    CPPUNIT_TEST(testFindsLinkEveryWay);
    CPPUNIT_TEST(testKeepsWhatTheLinkIsFor);
    CPPUNIT_TEST(testGivesProofsOfLinksThatExpireLater);
    CPPUNIT_TEST(testRefusesCodeOrHandleInUse);
    CPPUNIT_TEST(testRefusesLinkOfRemovedClient);
    CPPUNIT_TEST(testFindsStagedLinksOfOneSubject);
    CPPUNIT_TEST(testCountsLiveLinks);
    CPPUNIT_TEST(testEndsLiveLinkOnce);
    CPPUNIT_TEST(testEndKeepsItsCause);
    CPPUNIT_TEST(testEndDropsStage);
    CPPUNIT_TEST(testDeliveredLinkDoesNotEnd);
    CPPUNIT_TEST(testCodeIsFreeAgainAfterADay);
    CPPUNIT_TEST(testPurgeEmptiesExpiredAndLeavesTheRest);
    CPPUNIT_TEST(testPurgeEmptiesOldDeliveries);
    CPPUNIT_TEST(testPurgeWorksInBatches);
    CPPUNIT_TEST(testCountUsesIndexes);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _fixture = std::make_unique<StoreFixture>();
        addClient(*_fixture, "alpha");
    }
    void tearDown() override { _fixture.reset(); }

    void testFindsLinkEveryWay() {
        Link created = makeLink("1", now());
        created.codeHash = std::string("\0code\xFF", 6);
        CPPUNIT_ASSERT(links().create(created));
        for (const auto& found : {links().find(created.id), links().findByCode(created.codeHash),
                                  links().findByHandle(created.handleHash)}) {
            CPPUNIT_ASSERT(found.has_value());
            CPPUNIT_ASSERT(found->id == created.id);
            CPPUNIT_ASSERT(found->client == created.client);
            CPPUNIT_ASSERT_EQUAL(std::string("jira"), found->provider);
            CPPUNIT_ASSERT_EQUAL(std::string("ann"), found->subject);
            CPPUNIT_ASSERT_EQUAL(std::string("laptop"), found->label);
            CPPUNIT_ASSERT_EQUAL(std::string("site-1"), found->wantedSite);
            CPPUNIT_ASSERT_EQUAL(std::string("secret-1"), found->secretHash);
            CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), found->requesterAddress);
            CPPUNIT_ASSERT_EQUAL(std::string("example/1.0"), found->requesterProgram);
            CPPUNIT_ASSERT(found->status == LinkStatus::pending);
            CPPUNIT_ASSERT(!found->reason && found->browserHash.empty() && found->account.empty());
            CPPUNIT_ASSERT(found->createdAt == now() && found->expiresAt == now() + 600s);
        }
        CPPUNIT_ASSERT(!links().find(LinkId("lnk_2")));
        CPPUNIT_ASSERT(!links().findByCode("code"));
        CPPUNIT_ASSERT(!links().findByHandle(""));
    }

    void testKeepsWhatTheLinkIsFor() {
        Link created = makeLink("1", now());
        created.onBehalfOf = "Bob";
        created.requiredScopes = {"read:jira-work", "write:jira-work"};
        created.wantedAccount = AccountId("acc_9");
        created.wantedPerson = "person-9";
        created.loginHint = "bob@example.com";
        created.proof = PollProof::verifier;
        CPPUNIT_ASSERT(links().create(created));
        const auto found = links().find(LinkId("lnk_1")).value();
        CPPUNIT_ASSERT_EQUAL(std::string("Bob"), found.onBehalfOf);
        CPPUNIT_ASSERT(found.requiredScopes == created.requiredScopes);
        CPPUNIT_ASSERT(found.wantedAccount == AccountId("acc_9"));
        CPPUNIT_ASSERT_EQUAL(std::string("person-9"), found.wantedPerson);
        CPPUNIT_ASSERT_EQUAL(std::string("bob@example.com"), found.loginHint);
        CPPUNIT_ASSERT(found.proof == PollProof::verifier);
    }

    void testGivesProofsOfLinksThatExpireLater() {
        Link later = makeLink("2", now());
        later.expiresAt = now() + 601s;
        later.proof = PollProof::verifier;
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        CPPUNIT_ASSERT(links().create(later));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, links().proofs(now()).size());
        const auto left = links().proofs(now() + 600s);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, left.size());
        CPPUNIT_ASSERT(left.front().id == LinkId("lnk_2"));
        CPPUNIT_ASSERT(left.front().client == ClientId("cli_alpha"));
        CPPUNIT_ASSERT(left.front().proof == PollProof::verifier);
        CPPUNIT_ASSERT_EQUAL(std::string("code-2"), left.front().codeHash);
        CPPUNIT_ASSERT_EQUAL(std::string("secret-2"), left.front().secretHash);
        CPPUNIT_ASSERT(left.front().expiresAt == now() + 601s);
    }

    void testRefusesCodeOrHandleInUse() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        Link sameCode = makeLink("2", now());
        sameCode.codeHash = "code-1";
        CPPUNIT_ASSERT(!links().create(sameCode));
        Link sameHandle = makeLink("2", now());
        sameHandle.handleHash = "handle-1";
        CPPUNIT_ASSERT(!links().create(sameHandle));
        CPPUNIT_ASSERT(links().create(makeLink("2", now())));
    }

    void testRefusesLinkOfRemovedClient() {
        CPPUNIT_ASSERT(_fixture->store->clients().remove("alpha"));
        CPPUNIT_ASSERT_THROW(static_cast<void>(links().create(makeLink("1", now()))), base::Error);
    }

    void testFindsStagedLinksOfOneSubject() {
        const auto found = [this](const std::string& provider, const std::string& subject, Timestamp at) {
            std::string ids;
            for (const auto& link : links().findStaged(ClientId("cli_alpha"), provider, subject, at))
                ids += link.id.value() + " ";
            return ids;
        };
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        stageLink(*_fixture, "3", makeGrant("3", now()));
        stageLink(*_fixture, "2", makeGrant("2", now()));
        stageLink(*_fixture, "4", makeGrant("4", now()), "bob");
        linkAccount(*_fixture, "5");
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_2 lnk_3 "), found("jira", "ann", now()));
        CPPUNIT_ASSERT_EQUAL(std::string("lnk_4 "), found("jira", "bob", now()));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("confluence", "ann", now()));
        CPPUNIT_ASSERT_EQUAL(std::string(), found("jira", "ann", now() + 120s));
        CPPUNIT_ASSERT(links().findStaged(ClientId("cli_beta"), "jira", "ann", now()).empty());
    }

    void testCountsLiveLinks() {
        addClient(*_fixture, "beta");
        Link other = makeLink("0", now());
        other.client = ClientId("cli_beta");
        CPPUNIT_ASSERT(links().create(other));
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        CPPUNIT_ASSERT(links().create(makeLink("2", now(), "bob")));
        stageLink(*_fixture, "3", makeGrant("3", now()));
        linkAccount(*_fixture, "4");
        CPPUNIT_ASSERT(links().create(makeLink("5", now())));
        CPPUNIT_ASSERT(links().end(LinkId("lnk_5"), EndReason::cancelled, now()));
        assertLive(4, 3, 2, now());
        // The staged one expires first.
        assertLive(3, 2, 1, now() + 120s);
        assertLive(0, 0, 0, now() + 600s);
    }

    void testEndsLiveLinkOnce() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        CPPUNIT_ASSERT(links().end(LinkId("lnk_1"), EndReason::declined, now()));
        CPPUNIT_ASSERT(!links().end(LinkId("lnk_1"), EndReason::cancelled, now()));
        CPPUNIT_ASSERT(links().find(LinkId("lnk_1"))->status == LinkStatus::ended);
        CPPUNIT_ASSERT(links().find(LinkId("lnk_1"))->reason == EndReason::declined);
        CPPUNIT_ASSERT(!links().end(LinkId("lnk_2"), EndReason::cancelled, now()));
    }

    void testEndKeepsItsCause() {
        int number = 0;
        for (const auto cause :
             {EndCause::appRefused, EndCause::scopeRefused, EndCause::codeRefused, EndCause::misconfigured,
              EndCause::busy, EndCause::unavailable, EndCause::notUnderstood, EndCause::foreignCallback}) {
            const auto mark = std::to_string(++number);
            CPPUNIT_ASSERT(links().create(makeLink(mark, now())));
            CPPUNIT_ASSERT(!links().find(LinkId("lnk_" + mark))->cause);
            CPPUNIT_ASSERT(links().end(LinkId("lnk_" + mark), EndReason::upstreamError, now(), cause));
            CPPUNIT_ASSERT(links().find(LinkId("lnk_" + mark))->cause == cause);
        }
    }

    void testEndDropsStage() {
        const LinkId id = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(links().end(id, EndReason::siteNotAllowed, now()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, holding());
        CPPUNIT_ASSERT(links().deliver(id, AccountId("acc_1"), {}, now()).outcome ==
                       DeliveryOutcome::notReady);
    }

    void testDeliveredLinkDoesNotEnd() {
        linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT(!links().end(LinkId("lnk_1"), EndReason::cancelled, now()));
        CPPUNIT_ASSERT(links().find(LinkId("lnk_1"))->status == LinkStatus::delivered);
    }

    void testCodeIsFreeAgainAfterADay() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        Link again = makeLink("2", now());
        again.codeHash = "code-1";
        links().purge({}, now() + 600s + 24h - 1s);
        CPPUNIT_ASSERT(!links().create(again));
        CPPUNIT_ASSERT_EQUAL(1, links().purge({}, now() + 600s + 24h));
        CPPUNIT_ASSERT(links().create(again));
        CPPUNIT_ASSERT(!links().find(LinkId("lnk_1")));
    }

    void testPurgeEmptiesExpiredAndLeavesTheRest() {
        const LinkId staged = stageLink(*_fixture, "1", makeGrant("1", now()));
        CPPUNIT_ASSERT(links().create(makeLink("2", now())));
        CPPUNIT_ASSERT(
            links().beginAuthorization(LinkId("lnk_2"), "browser", "state", makeAuthorization("s"), now()));
        CPPUNIT_ASSERT_EQUAL(0, links().purge({}, now() + 119s));
        CPPUNIT_ASSERT_EQUAL(1, links().purge({}, now() + 120s));
        CPPUNIT_ASSERT(!links().findStagedDescription(staged));
        CPPUNIT_ASSERT(links().findAuthorization(LinkId("lnk_2")).has_value());
        CPPUNIT_ASSERT_EQUAL(1, links().purge({}, now() + 600s));
        CPPUNIT_ASSERT(!links().findAuthorization(LinkId("lnk_2")));
        CPPUNIT_ASSERT(!links().takeState("state", now()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, holding());
        CPPUNIT_ASSERT_EQUAL(0, links().purge({}, now() + 600s));
    }

    void testPurgeEmptiesOldDeliveries() {
        linkAccount(*_fixture, "1");
        CPPUNIT_ASSERT_EQUAL(0, links().purge({3, 60s}, now() + 60s));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, holding());
        CPPUNIT_ASSERT_EQUAL(1, links().purge({3, 60s}, now() + 61s));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, holding());
    }

    void testPurgeWorksInBatches() {
        CPPUNIT_ASSERT(links().create(makeLink("1", now())));
        _fixture->tamper(
            "INSERT INTO links SELECT 'lnk-' || value, client_id, provider, subject, label, on_behalf_of,"
            " wanted_site, required_scopes, wanted_account, wanted_person, login_hint,"
            " CAST('code-' || value AS BLOB), CAST('handle-' || value AS BLOB), proof, secret_hash, status,"
            " reason, cause, browser_hash, state_hash, authorization, staged_grant, key_id, wrong_entries,"
            " requester_address, requester_program, created_at, expires_at, granted_at, ended_at, account_id,"
            " first_delivered_at, reads, issuer, issuer_ends_at FROM links, (WITH RECURSIVE n(value) AS"
            " (SELECT 2 UNION ALL SELECT value + 1 FROM n WHERE value < 1200) SELECT value FROM n)");
        CPPUNIT_ASSERT_EQUAL(1200, links().purge({}, now() + 25h));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, _fixture->number("SELECT COUNT(*) FROM links"));
    }

    void testCountUsesIndexes() {
        auto session = openSession(uriOf(_fixture->file(), "ro"));
        for (const char* where :
             {"status IN ('pending', 'authorizing', 'choosing', 'staged') AND expires_at > 1",
              "status IN ('pending', 'authorizing', 'choosing', 'staged') AND client_id = 'c'"
              " AND subject = 's' AND expires_at > 1"}) {
            std::string plan;
            Query query(session, std::string("EXPLAIN QUERY PLAN SELECT COUNT(*) FROM links WHERE ") + where);
            std::int64_t ignored = 0;
            query.into(ignored).into(ignored).into(ignored).into(plan);
            CPPUNIT_ASSERT(query.next());
            CPPUNIT_ASSERT_MESSAGE(plan, plan.find("links_live") != std::string::npos);
        }
    }

private:
    LinkRepository& links() { return _fixture->store->links(); }
    [[nodiscard]] Timestamp now() const { return _fixture->clock.time; }
    [[nodiscard]] std::int64_t holding() const {
        return _fixture->number("SELECT COUNT(*) FROM links WHERE staged_grant IS NOT NULL OR"
                                " authorization IS NOT NULL OR state_hash IS NOT NULL OR key_id IS NOT NULL");
    }
    void assertLive(int all, int ofClient, int ofSubject, Timestamp at) {
        const LiveLinks live = links().countLive(ClientId("cli_alpha"), "ann", at);
        CPPUNIT_ASSERT_EQUAL(all, live.all);
        CPPUNIT_ASSERT_EQUAL(ofClient, live.ofClient);
        CPPUNIT_ASSERT_EQUAL(ofSubject, live.ofSubject);
    }

    std::unique_ptr<StoreFixture> _fixture; ///< of one test: CppUnit makes all test objects at once
};

CPPUNIT_TEST_SUITE_REGISTRATION(SqliteLinkRepositoryTest);
