// SPDX-License-Identifier: Apache-2.0
// What happens to links in the store until delivery or end.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

class LinkingTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(LinkingTest);
    CPPUNIT_TEST(testCodeAndHandleInUseAreRefused);
    CPPUNIT_TEST(testLinkNeedsItsClient);
    CPPUNIT_TEST(testLinkNeverOutlivesItsIssuer);
    CPPUNIT_TEST(testEndsOnce);
    CPPUNIT_TEST(testEndKeepsItsCause);
    CPPUNIT_TEST(testEndDropsStage);
    CPPUNIT_TEST(testDeliveredLinkDoesNotEnd);
    CPPUNIT_TEST(testWrongEntriesEndLinkAtLimit);
    CPPUNIT_TEST(testWrongEntryCountsOnlyWhilePending);
    CPPUNIT_TEST(testFirstBrowserOwnsLink);
    CPPUNIT_TEST(testSameBrowserMayApproveAgain);
    CPPUNIT_TEST(testOnlyTheFirstApprovalExtendsTheLife);
    CPPUNIT_TEST(testNobodyApprovesAfterStateCameBack);
    CPPUNIT_TEST(testExpiredLinkIsNotApproved);
    CPPUNIT_TEST(testStateIsTakenOnce);
    CPPUNIT_TEST(testStateSurvivesRestart);
    CPPUNIT_TEST(testStateOfEndedLinkIsGone);
    CPPUNIT_TEST(testUndecryptableStateEndsLink);
    CPPUNIT_TEST(testStagesFromAuthorizingOnly);
    CPPUNIT_TEST(testStageSetsNewExpiry);
    CPPUNIT_TEST(testGrantOfSeveralSitesWaitsForItsSite);
    CPPUNIT_TEST(testUndecryptableGrantTakesNoSite);
    CPPUNIT_TEST(testWaitingGrantShowsNoTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void testCodeAndHandleInUseAreRefused() {
        const auto added = add(makeLink("1", now()));
        CPPUNIT_ASSERT(added && added->id == LinkId("lnk_1"));
        Link sameCode = makeLink("2", now());
        sameCode.codeHash = "code-1";
        CPPUNIT_ASSERT(!add(sameCode));
        Link sameHandle = makeLink("2", now());
        sameHandle.handleHash = "handle-1";
        CPPUNIT_ASSERT(!add(sameHandle));
        Link sameId = makeLink("2", now());
        sameId.id = LinkId("lnk_1");
        CPPUNIT_ASSERT(!add(sameId));
        CPPUNIT_ASSERT(add(makeLink("2", now())).has_value());
    }

    void testLinkNeedsItsClient() {
        erase(ClientId("cli_alpha"));
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(makeLink("1", now())); }) == base::ErrorCode::notFound);
    }

    void testLinkNeverOutlivesItsIssuer() {
        auto issuer = key("key-alpha").value();
        issuer.expiresAt = now() + 60s;
        put(issuer);
        Link created = makeLink("1", now());
        created.issuer = "key-alpha";
        const auto stored = add(created).value();
        CPPUNIT_ASSERT(stored.expiresAt == now() + 60s && stored.issuerEnds == now() + 60s);
        CPPUNIT_ASSERT(link(created.id)->expiresAt == now() + 60s);
        created = makeLink("2", now() + 60s);
        created.issuer = "key-alpha";
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(created); }) == base::ErrorCode::invalidCredential);
        created.issuer = "gone";
        CPPUNIT_ASSERT(refusalOf([&] { (void)add(created); }) == base::ErrorCode::invalidCredential);
    }

    void testEndsOnce() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(end(id, EndReason::declined));
        CPPUNIT_ASSERT(!end(id, EndReason::cancelled));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::declined);
        CPPUNIT_ASSERT(!end(LinkId("lnk_2")));
    }

    void testEndKeepsItsCause() {
        (void)add(makeLink("1", now()));
        const auto ended = transact([&](Transaction& transaction) {
            return endLink(transaction, id, EndReason::upstreamError, now(), EndCause::busy);
        });
        CPPUNIT_ASSERT(ended.value().cause == EndCause::busy);
        CPPUNIT_ASSERT(link(id)->cause == EndCause::busy);
        CPPUNIT_ASSERT(link(id)->endedAt == now());
    }

    void testEndDropsStage() {
        (void)stage("1");
        CPPUNIT_ASSERT(stageState(id) == StageState::waiting);
        CPPUNIT_ASSERT(end(id, EndReason::siteNotAllowed));
        const auto dropped = stageOf(id).value();
        CPPUNIT_ASSERT(dropped.state == StageState::dropped);
        CPPUNIT_ASSERT(dropped.account.empty());
        CPPUNIT_ASSERT(dropped.revocation == Revocation::asConfigured);
        CPPUNIT_ASSERT_EQUAL(std::string("alpha"), dropped.clientName);
        CPPUNIT_ASSERT_EQUAL(std::string("refresh-1"), revealed(openStage(sealer(), dropped).refreshToken));
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
    }

    void testDeliveredLinkDoesNotEnd() {
        (void)linkAccount("1");
        CPPUNIT_ASSERT(!end(id));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::delivered);
    }

    void testWrongEntriesEndLinkAtLimit() {
        (void)add(makeLink("1", now()));
        for (int entry = 1; entry < 5; ++entry) {
            const Link typed = enterWrong(5);
            CPPUNIT_ASSERT_EQUAL(entry, typed.wrongEntries);
            CPPUNIT_ASSERT(typed.status == LinkStatus::pending);
        }
        const Link ended = enterWrong(5);
        CPPUNIT_ASSERT(ended.status == LinkStatus::ended);
        CPPUNIT_ASSERT(ended.reason == EndReason::tooManyEntries);
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(!tryWrong(5));
        CPPUNIT_ASSERT_EQUAL(5, link(id)->wrongEntries);
    }

    void testWrongEntryCountsOnlyWhilePending() {
        CPPUNIT_ASSERT_MESSAGE("no such link", !tryWrong(5));
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(!tryWrong(1));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::authorizing);
        CPPUNIT_ASSERT_EQUAL(0, link(id)->wrongEntries);
    }

    void testFirstBrowserOwnsLink() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(!approve("another", "other"));
        const auto owned = link(id).value();
        CPPUNIT_ASSERT_EQUAL(std::string("browser"), owned.browserHash);
        CPPUNIT_ASSERT(owned.status == LinkStatus::authorizing);
        const auto authorization = openAuthorization(sealer(), owned);
        CPPUNIT_ASSERT_EQUAL(std::string("state"), revealed(authorization.state));
        CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state"), revealed(authorization.codeVerifier));
    }

    void testSameBrowserMayApproveAgain() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(approve("browser", "second"));
        CPPUNIT_ASSERT(!take("state"));
        CPPUNIT_ASSERT(take("second").has_value());
    }

    void testOnlyTheFirstApprovalExtendsTheLife() {
        (void)add(makeLink("1", now()));
        advance(590s);
        CPPUNIT_ASSERT(approve("browser", "state"));
        const auto expiry = now() + approvedLinkLife;
        CPPUNIT_ASSERT(link(id)->expiresAt == expiry);
        advance(119s);
        CPPUNIT_ASSERT(approve("browser", "second"));
        CPPUNIT_ASSERT(link(id)->expiresAt == expiry);
        advance(1s);
        CPPUNIT_ASSERT(!approve("browser", "third"));
    }

    void testNobodyApprovesAfterStateCameBack() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(take("state").has_value());
        CPPUNIT_ASSERT(!approve("browser", "second"));
        CPPUNIT_ASSERT(!approve("", "second"));
        CPPUNIT_ASSERT(link(id)->authorization.empty());
    }

    void testExpiredLinkIsNotApproved() {
        CPPUNIT_ASSERT_MESSAGE("there is none", !approve("browser", "state"));
        (void)add(makeLink("1", now()));
        advance(600s);
        CPPUNIT_ASSERT(!approve("browser", "state"));
    }

    void testStateIsTakenOnce() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        const auto taken = take("state");
        CPPUNIT_ASSERT(taken.has_value());
        CPPUNIT_ASSERT(taken->link.id == id);
        CPPUNIT_ASSERT_EQUAL(std::string("browser"), taken->link.browserHash);
        CPPUNIT_ASSERT_EQUAL(std::string("verifier-of-state"), revealed(taken->authorization.codeVerifier));
        CPPUNIT_ASSERT(!take("state"));
        CPPUNIT_ASSERT_MESSAGE("an empty state is none", !transact([&](Transaction& transaction) {
                                   return takeState(transaction, sealer(), {}, now()).has_value();
                               }));
    }

    void testStateSurvivesRestart() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        _backend->reopen();
        CPPUNIT_ASSERT(take("state").has_value());
        _backend->reopen();
        CPPUNIT_ASSERT(!take("state"));
    }

    void testStateOfEndedLinkIsGone() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(end(id));
        CPPUNIT_ASSERT(!take("state"));
        CPPUNIT_ASSERT(link(id)->authorization.empty() && link(id)->stateHash.empty());
    }

    void testUndecryptableStateEndsLink() {
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(approve("browser", "state"));
        auto odd = link(id).value();
        odd.authorization.blob = "odd";
        put(odd);
        CPPUNIT_ASSERT(!take("state"));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::ended);
        CPPUNIT_ASSERT(link(id)->reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(link(id)->authorization.empty());
    }

    void testStagesFromAuthorizingOnly() {
        CPPUNIT_ASSERT_MESSAGE("there is none", !keep(makeGrant("1", now()), 120s));
        (void)add(makeLink("1", now()));
        CPPUNIT_ASSERT(!keep(makeGrant("1", now()), 120s));
        CPPUNIT_ASSERT(approve("browser", "state"));
        CPPUNIT_ASSERT(keep(makeGrant("1", now()), 120s));
        CPPUNIT_ASSERT(!keep(makeGrant("1", now()), 120s));
        CPPUNIT_ASSERT(!take("state"));
        CPPUNIT_ASSERT(end(id));
        CPPUNIT_ASSERT(!keep(makeGrant("1", now()), 120s));
    }

    void testStageSetsNewExpiry() {
        (void)approveLink(place(), makeLink("1", now()));
        CPPUNIT_ASSERT(keep(makeGrant("1", now()), 900s));
        CPPUNIT_ASSERT(link(id)->expiresAt == now() + 900s);
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::staged);
        CPPUNIT_ASSERT(link(id)->grantedAt == now());
        CPPUNIT_ASSERT(link(id)->authorization.empty());
    }

    void testGrantOfSeveralSitesWaitsForItsSite() {
        StagedGrant several = makeGrant("1", now());
        several.sites.push_back({"site-2", "Two", "https://two.example", {}});
        several.chosenSite.clear();
        (void)approveLink(place(), makeLink("1", now()));
        CPPUNIT_ASSERT(keep(several, 120s));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::choosing);
        CPPUNIT_ASSERT(deliver(id, "acc_1").outcome == DeliveryOutcome::notReady);
        advance(120s);
        CPPUNIT_ASSERT_MESSAGE("expired", !choose("site-2"));
        advance(-1s);
        CPPUNIT_ASSERT(choose("site-2"));
        CPPUNIT_ASSERT(!choose("site-1"));
        CPPUNIT_ASSERT(link(id)->status == LinkStatus::staged);
        CPPUNIT_ASSERT(link(id)->expiresAt == now() + 900s);
        const auto delivery = deliver(id, "acc_1");
        CPPUNIT_ASSERT_EQUAL(std::string("site-2"), delivery.account.chosenSite);
        CPPUNIT_ASSERT_EQUAL(std::string("access-1"), revealed(delivery.tokens.accessToken));
    }

    void testUndecryptableGrantTakesNoSite() {
        StagedGrant open = makeGrant("1", now());
        open.chosenSite.clear();
        (void)stage(makeLink("1", now()), open);
        spoilStage();
        CPPUNIT_ASSERT(!choose("site-1"));
        CPPUNIT_ASSERT(link(id)->reason == EndReason::upstreamError);
        CPPUNIT_ASSERT(stageState(id) == StageState::dropped);
    }

    void testWaitingGrantShowsNoTokens() {
        (void)approveLink(place(), makeLink("1", now()));
        CPPUNIT_ASSERT(!waiting());
        CPPUNIT_ASSERT(keep(makeGrant("1", now()), 120s));
        const auto shown = waiting();
        CPPUNIT_ASSERT(shown.has_value());
        CPPUNIT_ASSERT(shown->accessToken.empty() && shown->refreshToken.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("Ann Example"), shown->identity.displayName);
        CPPUNIT_ASSERT_EQUAL(std::string("https://one.example"), shown->sites.at(0).url);
        spoilStage();
        CPPUNIT_ASSERT_MESSAGE("it can't be opened", !waiting());
    }

private:
    std::optional<Link> add(const Link& link) {
        return transact([&](Transaction& transaction) { return addLink(transaction, link); });
    }
    std::optional<Link> tryWrong(int limit) {
        return transact(
            [&](Transaction& transaction) { return domain::enterWrongCode(transaction, id, limit, now()); });
    }
    Link enterWrong(int limit) {
        const auto entered = tryWrong(limit);
        CPPUNIT_ASSERT(entered.has_value());
        return *entered;
    }
    bool approve(const std::string& browserHash, const std::string& state) {
        return transact([&](Transaction& transaction) {
            return domain::approveLink(transaction, sealer(), id, browserHash, {"hash-of-" + state},
                                       makeAuthorization(state), now());
        });
    }
    std::optional<TakenState> take(const std::string& state) {
        return transact([&](Transaction& transaction) {
            return takeState(transaction, sealer(), {"hash-of-" + state}, now());
        });
    }
    bool keep(const StagedGrant& grant, std::chrono::seconds life) {
        return transact([&](Transaction& transaction) {
            return stageGrant(transaction, sealer(), id, grant, now(), now() + life);
        });
    }
    bool choose(const std::string& site) {
        return transact([&](Transaction& transaction) {
            return domain::chooseSite(transaction, sealer(), id, site, now(), now() + 900s);
        });
    }
    std::optional<StagedGrant> waiting() {
        return read([&](const ReadView& view) {
            return waitingGrant(view, sealer(), view.find(LinkKey(id)).value());
        });
    }
    void spoilStage() {
        auto odd = stageOf(id).value();
        odd.grant.blob = "odd";
        put(odd);
    }

    const LinkId id{"lnk_1"};
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkingTest);
