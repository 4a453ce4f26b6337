// SPDX-License-Identifier: Apache-2.0
// Each kind of record is read as it was put, is replaced under its id, and is erased.
#include "StoreContract.h"

#include <cppunit/extensions/HelperMacros.h>
#include <tuple>

using namespace central_oauth;
using namespace central_oauth::domain;
using namespace central_oauth::memory;
using namespace std::chrono_literals;

namespace {

const std::string oddBytes("\0\x01\xFF'\n", 5);
const std::string oddText = "caf\xc3\xa9 \"quoted\" 'x'; -- \\ %_";

auto fieldsOf(const Client& c) {
    return std::tie(c.id, c.name, c.kind, c.contact, c.scopes, c.linksPerMinute, c.liveLinks, c.maxAccounts,
                    c.writesPerMinute, c.checksPerMinute, c.requireSubject, c.requireOnBehalfOf, c.createdAt);
}
auto fieldsOf(const ClientKey& k) {
    return std::tie(k.keyId, k.clientId, k.name, k.hash, k.scopes, k.expiresAt, k.createdAt, k.issuer,
                    k.originalExpiry);
}
auto fieldsOf(const GrantToken& t) {
    return std::tie(t.keyId, t.account, t.hash, t.label, t.scopes, t.createdAt, t.lastUsedAt, t.expiresAt,
                    t.issuer, t.issuerEnds, t.parent);
}
auto fieldsOf(const Account& a) {
    return std::tuple_cat(std::tie(a.id, a.client, a.provider, a.subject, a.identity.upstreamId,
                                   a.identity.displayName, a.identity.email, a.label, a.chosenSite, a.sites,
                                   a.scopes, a.requiredScopes),
                          std::tie(a.status, a.reason, a.since, a.problem, a.problemSince, a.createdAt,
                                   a.linkedAt, a.grantedBy, a.lastRefreshAt, a.lastUsedAt, a.tokenVersion));
}
auto fieldsOf(const Grant& g) {
    return std::tie(g.account, g.accessToken, g.refreshToken.blob, g.accessExpiresAt, g.granted.wall,
                    g.granted.steady, g.granted.era, g.version);
}
auto fieldsOf(const PendingRefresh& r) {
    return std::tie(r.account, r.state, r.version, r.firstSent.wall, r.firstSent.steady, r.firstSent.era);
}
auto fieldsOf(const Link& l) {
    return std::tuple_cat(
        std::tie(l.id, l.client, l.provider, l.subject, l.label, l.onBehalfOf, l.wantedSite, l.requiredScopes,
                 l.relinkAccount, l.expectedUpstreamId, l.loginHint, l.codeHash, l.handleHash, l.proof,
                 l.secretHash, l.issuer, l.requesterAddress, l.requesterProgram, l.createdAt, l.expiresAt),
        std::tie(l.issuerEnds, l.status, l.reason, l.cause, l.browserHash, l.stateHash, l.authorization,
                 l.wrongEntries, l.grantedAt, l.endedAt, l.account, l.firstDeliveredAt, l.reads));
}
auto fieldsOf(const Stage& s) {
    return std::tie(s.link, s.client, s.provider, s.subject, s.state, s.grant, s.clientName, s.account,
                    s.revocation);
}

template <class Record>
void assertSame(const Record& expected, const std::optional<Record>& found, const std::string& what) {
    CPPUNIT_ASSERT_MESSAGE(what + " is not there", found.has_value());
    CPPUNIT_ASSERT_MESSAGE(what + " is another", fieldsOf(expected) == fieldsOf(*found));
}

} // namespace

class RecordTest : public contract::StoreContract {
    CPPUNIT_TEST_SUITE(RecordTest);
    CPPUNIT_TEST(testClients);
    CPPUNIT_TEST(testKeys);
    CPPUNIT_TEST(testGrantTokens);
    CPPUNIT_TEST(testAccounts);
    CPPUNIT_TEST(testGrants);
    CPPUNIT_TEST(testPendingRefreshes);
    CPPUNIT_TEST(testPendingRefreshGoesWithItsAccount);
    CPPUNIT_TEST(testLinks);
    CPPUNIT_TEST(testLinksInEveryStatus);
    CPPUNIT_TEST(testLinksAreFoundEveryWay);
    CPPUNIT_TEST(testStages);
    CPPUNIT_TEST(testLongValuesStayWhole);
    CPPUNIT_TEST_SUITE_END();

public:
    void testClients() {
        Client full = makeClient("full", now());
        full.kind = ClientKind::publicClient;
        full.contact = oddText;
        full.scopes = {};
        full.linksPerMinute = 7;
        full.liveLinks = 8;
        full.maxAccounts = 9;
        full.writesPerMinute = 10;
        full.checksPerMinute = 11;
        full.requireSubject = true;
        full.requireOnBehalfOf = true;
        putAndReopen(full);
        assertSame(full, client("cli_full"), "the client");
        full.name = "renamed";
        full.kind = ClientKind::confidential;
        full.requireSubject = false;
        put(full);
        assertSame(full, client("cli_full"), "the replaced client");
        erase(full.id);
        CPPUNIT_ASSERT(!client("cli_full"));
        CPPUNIT_ASSERT(client("cli_alpha").has_value());
    }

    void testKeys() {
        ClientKey full = makeKey(makeClient("alpha", now()), "k1");
        full.name = oddText;
        full.hash = oddBytes;
        putAndReopen(full);
        assertSame(full, key("k1"), "the key");
        full.expiresAt = now() - 1h;
        full.originalExpiry = now() + 1h;
        full.issuer = "key-alpha";
        full.scopes = {"token", "link"};
        put(full);
        assertSame(full, key("k1"), "the replaced key");
        transact([](Transaction& transaction) { transaction.eraseKey("k1"); });
        CPPUNIT_ASSERT(!key("k1"));
        CPPUNIT_ASSERT(key("key-alpha").has_value());
    }

    void testGrantTokens() {
        put(makeAccount("1", now()));
        GrantToken full = makeGrantToken("t1", AccountId("acc_1"), now());
        full.hash = oddBytes;
        full.label = oddText;
        putAndReopen(full);
        assertSame(full, grantToken("t1"), "the token");
        full.lastUsedAt += 60s;
        full.issuer = "key-alpha";
        full.issuerEnds = now() + 2h;
        full.parent = "t0";
        put(full);
        assertSame(full, grantToken("t1"), "the replaced token");
        transact([](Transaction& transaction) { transaction.eraseGrantToken("t1"); });
        CPPUNIT_ASSERT(!grantToken("t1"));
    }

    void testAccounts() {
        Account full = makeAccount("1", now());
        putAndReopen(full);
        assertSame(full, account("acc_1"), "the account");
        assertSame(full, byIdentity(full), "the account of that identity");
        full.identity.displayName = oddText;
        full.label = oddText;
        full.sites.push_back({"site-2", oddText, "", {"jira", "confluence"}});
        full.chosenSite.clear();
        full.requiredScopes = {"read:jira-work"};
        full.status = AccountStatus::needsReauth;
        full.reason = "revoked_or_expired";
        full.since = now();
        full.problem = "transient";
        full.problemSince = now() - 1s;
        full.grantedBy = {};
        full.lastRefreshAt = now();
        full.lastUsedAt = now() + 1s;
        full.tokenVersion = 1'000'000'000'000;
        put(full);
        assertSame(full, account("acc_1"), "the replaced account");
        Account other = full;
        other.identity.upstreamId = "person-other";
        CPPUNIT_ASSERT(!byIdentity(other));
        erase(full.id);
        CPPUNIT_ASSERT(!account("acc_1"));
        CPPUNIT_ASSERT(!byIdentity(full));
    }

    void testGrants() {
        put(makeAccount("1", now()), makeAccount("2", now()));
        Grant full{.account = AccountId("acc_1"),
                   .accessToken = {oddBytes, "11111111"},
                   .refreshToken = {"other" + oddBytes, "11111111"},
                   .accessExpiresAt = now() + 1h,
                   .version = 3};
        putAndReopen(full);
        assertSame(full, grant("acc_1"), "the grant");
        full.accessToken = {"new", "22222222"};
        full.refreshToken = {"newer", "22222222"};
        full.granted.wall = now();
        full.granted.steady = 123'456'789;
        full.granted.era = "era-1";
        full.version = 4;
        put(full);
        assertSame(full, grant("acc_1"), "the replaced grant");
        CPPUNIT_ASSERT(!grant("acc_2"));
    }

    void testPendingRefreshes() {
        put(makeAccount("1", now()), makeAccount("2", now()));
        PendingRefresh full{.account = AccountId("acc_2"), .version = 1};
        putAndReopen(full);
        assertSame(full, pending("acc_2"), "the pending refresh");
        full.state = RefreshState::suspended;
        full.version = 7;
        full.firstSent = {now(), 123'456'789, "era-1"};
        put(full);
        assertSame(full, pending("acc_2"), "the replaced pending refresh");
        CPPUNIT_ASSERT(!pending("acc_1"));
        put(PendingRefresh{.account = AccountId("acc_1"), .version = 1});
        const auto all = read([](const ReadView& view) { return view.pendingRefreshes(); });
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), all.size());
        CPPUNIT_ASSERT_MESSAGE("oldest first", all.front().account == AccountId("acc_2"));
        transact([](Transaction& transaction) { transaction.erasePendingRefresh(AccountId("acc_2")); });
        transact([](Transaction& transaction) { transaction.erasePendingRefresh(AccountId("acc_2")); });
        CPPUNIT_ASSERT(!pending("acc_2") && pending("acc_1"));
    }

    void testPendingRefreshGoesWithItsAccount() {
        put(makeAccount("1", now()), makeAccount("2", now()));
        put(PendingRefresh{.account = AccountId("acc_1"), .version = 1},
            PendingRefresh{.account = AccountId("acc_2"), .version = 1});
        erase(AccountId("acc_1"));
        CPPUNIT_ASSERT(!pending("acc_1") && pending("acc_2"));
        erase(ClientId("cli_alpha"));
        CPPUNIT_ASSERT(!pending("acc_2"));
        // Without its account there is no row to put.
        CPPUNIT_ASSERT_THROW(put(PendingRefresh{.account = AccountId("acc_1"), .version = 1}), base::Error);
    }

    void testLinks() {
        Link full = makeLink("1", now());
        putAndReopen(full);
        assertSame(full, link(full.id), "the new link");
        full.label = full.loginHint = full.onBehalfOf = full.requesterProgram = oddText;
        full.subject = full.wantedSite = full.requesterAddress = "";
        full.requiredScopes = {"a", "b c"};
        full.relinkAccount = AccountId("acc_9");
        full.expectedUpstreamId = "person-9";
        full.codeHash = full.handleHash = full.secretHash = full.browserHash = full.stateHash = oddBytes;
        full.proof = PollMethod::verifier;
        full.issuer = "key-alpha";
        full.issuerEnds = now() + 1h;
        full.authorization = {oddBytes, "11111111"};
        full.wrongEntries = 4;
        full.grantedAt = now() + 1s;
        full.endedAt = now() + 2s;
        full.account = AccountId("acc_1");
        full.firstDeliveredAt = now() + 3s;
        full.reads = 2;
        full.expiresAt = now() + 7s;
        put(full);
        assertSame(full, link(full.id), "the full link");
        full.stateHash.clear();
        full.authorization = {};
        full.issuerEnds.reset();
        put(full);
        assertSame(full, link(full.id), "the link without a state");
        erase(full.id);
        CPPUNIT_ASSERT(!link(full.id));
    }

    void testLinksInEveryStatus() {
        int number = 0;
        const auto keep = [&](LinkStatus status, std::optional<EndReason> reason,
                              std::optional<EndCause> cause) {
            Link each = makeLink(std::to_string(++number), now());
            each.status = status;
            each.reason = reason;
            each.cause = cause;
            put(each);
            assertSame(each, link(each.id), each.id.value());
        };
        for (const auto status : {LinkStatus::pending, LinkStatus::authorizing, LinkStatus::choosing,
                                  LinkStatus::staged, LinkStatus::delivered})
            keep(status, {}, {});
        for (const auto reason :
             {EndReason::declined, EndReason::upstreamError, EndReason::tooManyEntries,
              EndReason::differentPerson, EndReason::siteNotAllowed, EndReason::noSite,
              EndReason::scopesMissing, EndReason::noRefreshToken, EndReason::undone, EndReason::cancelled})
            keep(LinkStatus::ended, reason, {});
        for (const auto cause :
             {EndCause::appRefused, EndCause::scopeRefused, EndCause::codeRefused, EndCause::misconfigured,
              EndCause::busy, EndCause::unavailable, EndCause::notUnderstood, EndCause::foreignCallback,
              EndCause::serviceNetwork})
            keep(LinkStatus::ended, EndReason::upstreamError, cause);
    }

    void testLinksAreFoundEveryWay() {
        Link waiting = makeLink("1", now());
        waiting.codeHash = oddBytes;
        waiting.stateHash = "state" + oddBytes;
        put(waiting, makeLink("2", now()));
        assertSame(waiting, link(CodeHash{waiting.codeHash}), "by its code");
        assertSame(waiting, link(HandleHash{waiting.handleHash}), "by its handle");
        assertSame(waiting, link(StateHash{waiting.stateHash}), "by its state");
        CPPUNIT_ASSERT(!link(LinkId("lnk_3")));
        CPPUNIT_ASSERT(!link(CodeHash{"handle-2"}));
        CPPUNIT_ASSERT(!link(HandleHash{""}));
        CPPUNIT_ASSERT_MESSAGE("an empty state finds no link", !link(StateHash{""}));
    }

    void testStages() {
        Stage full;
        full.link = LinkId("lnk_1");
        full.client = ClientId("cli_gone");
        full.provider = "jira";
        full.subject = oddText;
        full.grant = {oddBytes, "11111111"};
        putAndReopen(full);
        assertSame(full, stageOf(full.link), "the stage");
        full.state = StageState::dropped;
        full.clientName = oddText;
        full.account = AccountId("acc_1");
        full.revocation = Revocation::always;
        put(full);
        assertSame(full, stageOf(full.link), "the dropped stage");
        transact([&](Transaction& transaction) { transaction.eraseStage(full.link); });
        CPPUNIT_ASSERT(!stageOf(full.link));
    }

    void testLongValuesStayWhole() {
        put(makeAccount("1", now()));
        const Grant grants{.account = AccountId("acc_1"),
                           .accessToken = {std::string(64 * 1024, '\xFE'), "11111111"},
                           .refreshToken = {std::string(64 * 1024, '\0'), "11111111"},
                           .accessExpiresAt = now(),
                           .version = 1};
        put(grants);
        assertSame(grants, grant("acc_1"), "the grant");
    }

private:
    template <class Record>
    void putAndReopen(const Record& record) {
        put(record);
        _backend->reopen();
    }

    std::optional<PendingRefresh> pending(const std::string& account) {
        return read([&](const ReadView& view) { return view.pendingRefreshOf(AccountId(account)); });
    }

    std::optional<Account> byIdentity(const Account& wanted) {
        return read([&](const ReadView& view) {
            return view.find(
                AccountIdentity{wanted.client, wanted.provider, wanted.subject, wanted.identity.upstreamId});
        });
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecordTest);
