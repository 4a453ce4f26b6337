// SPDX-License-Identifier: Apache-2.0
// Tests which credential authenticates a poll of which link, and how many links are known.
#include "central_oauth/services/links/PollAuthenticator.h"

#include "../ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/services/links/LinkRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::LinkStatus;
using domain::PollMethod;

class PollAuthenticatorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PollAuthenticatorTest);
    CPPUNIT_TEST(testSecretProvesItsLinkOnly);
    CPPUNIT_TEST(testCodeIsReadAsPeopleWriteIt);
    CPPUNIT_TEST(testVerifierProvesWithTheOwnClientsKeyOnly);
    CPPUNIT_TEST(testProofsOfTheTwoKindsAreNotExchanged);
    CPPUNIT_TEST(testMalformedVerifierIsRefused);
    CPPUNIT_TEST(testVerifierNeedsTheScope);
    CPPUNIT_TEST(testFinishedLinkIsStillProven);
    CPPUNIT_TEST(testIsKeptUntilNobodyMayAsk);
    CPPUNIT_TEST(testIsPendingUntilApprovedFinishedOrExpired);
    CPPUNIT_TEST(testOldestFinishedGoesFirst);
    CPPUNIT_TEST(testExpiredGivesWayToLive);
    CPPUNIT_TEST(testLoadsNoMoreThanThereIsRoomFor);
    CPPUNIT_TEST(testIsLoadedOnTheFirstCallThatNeedsIt);
    CPPUNIT_TEST(testFailedLoadIsRepeated);
    CPPUNIT_TEST(testChangeDuringTheLoadIsApplied);
    CPPUNIT_TEST_SUITE_END();

    static constexpr PollAuthenticator::Room room{20, 100};

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        makeTable();
        _table->load();
    }

    void testSecretProvesItsLinkOnly() {
        CPPUNIT_ASSERT_MESSAGE("nothing is known yet", !prove(1, secretOf(1)));
        add(1);
        CPPUNIT_ASSERT_MESSAGE("not even where there is no other link", !prove(3, secretOf(1)));
        add(2);
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
        CPPUNIT_ASSERT(prove(2, secretOf(2)));
        CPPUNIT_ASSERT(!prove(1, secretOf(2)));
        CPPUNIT_ASSERT(!prove(3, secretOf(1)));
        CPPUNIT_ASSERT(!table().authenticate("no code", secretOf(1)));
        CPPUNIT_ASSERT(!table().authenticate("", {PollMethod::secret, std::string(32, '\0'), {}}));
        CPPUNIT_ASSERT(!prove(1, {PollMethod::secret, {}, {}}));
    }

    void testCodeIsReadAsPeopleWriteIt() {
        add(1);
        CPPUNIT_ASSERT(table().authenticate("0000-0000 0001", secretOf(1)) == std::optional(idOf(1)));
        CPPUNIT_ASSERT(!table().authenticate("0000-0000 000l", secretOf(1)));
    }

    void testVerifierProvesWithTheOwnClientsKeyOnly() {
        add(1, PollMethod::verifier);
        CPPUNIT_ASSERT(prove(1, verifierOf(1)) == std::optional(idOf(1)));
        CPPUNIT_ASSERT(!prove(1, verifierOf(2)));
        CPPUNIT_ASSERT_MESSAGE("the right verifier with another client's key",
                               !prove(1, verifierOf(1, "cli_beta")));
        CPPUNIT_ASSERT(!prove(2, verifierOf(1)));
    }

    void testProofsOfTheTwoKindsAreNotExchanged() {
        add(1, PollMethod::verifier);
        add(2, PollMethod::secret);
        CPPUNIT_ASSERT(!prove(1, {PollMethod::secret, hashOf(1), {}}));
        CPPUNIT_ASSERT(!prove(1, {PollMethod::secret, hashOf(1), base::ClientId("cli_alpha")}));
        CPPUNIT_ASSERT(!prove(2, verifierOf(2)));
    }

    void testMalformedVerifierIsRefused() {
        const auto caller = _fixture->caller();
        for (const std::string& wrong :
             {std::string(), std::string(42, 'v'), std::string(129, 'v'), std::string(42, 'v') + "+",
              std::string(42, 'v') + " ", std::string(41, 'v') + "\xc3\xbc"})
            ASSERT_REFUSED(ErrorCode::invalidRequest, PollCredential::ofVerifier(caller, wrong));
        // RFC 7636 appendix B.
        const std::string verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        const auto credential = PollCredential::ofVerifier(caller, verifier);
        CPPUNIT_ASSERT(credential.hash == crypto::sha256(verifier));
        CPPUNIT_ASSERT(credential.client == caller.client.id);
        (void)PollCredential::ofVerifier(caller, std::string(128, '~'));
    }

    void testVerifierNeedsTheScope() {
        ASSERT_REFUSED(ErrorCode::insufficientScope,
                       PollCredential::ofVerifier(_fixture->callerWith({"token"}), std::string(43, 'v')));
    }

    void testFinishedLinkIsStillProven() {
        add(1);
        commit(idOf(1), LinkStatus::ended);
        commit(idOf(1), LinkStatus::ended);
        commit(idOf(2), LinkStatus::ended);
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
    }

    void testIsKeptUntilNobodyMayAsk() {
        add(1);
        // Approval, grant and choice of the site each come at the last moment, and so does the withdrawal.
        const auto longest = 600s + domain::approvedLinkLife + 2 * deliveryTime + undoTime;
        _fixture->advance(longest - 1s);
        table().purge();
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
        _fixture->advance(1s);
        table().purge();
        CPPUNIT_ASSERT(!prove(1, secretOf(1)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), table().count());
        commit(idOf(1), LinkStatus::ended);
        add(1);
        CPPUNIT_ASSERT_MESSAGE("the code may be issued again", prove(1, secretOf(1)));
    }

    void testIsPendingUntilApprovedFinishedOrExpired() {
        for (const std::size_t number : {1U, 2U, 3U})
            add(number);
        CPPUNIT_ASSERT(!table().isPending(idOf(4)));
        commit(idOf(1), LinkStatus::authorizing);
        commit(idOf(2), LinkStatus::ended);
        commit(idOf(4), LinkStatus::authorizing);
        CPPUNIT_ASSERT(!table().isPending(idOf(1)) && !table().isPending(idOf(2)));
        _fixture->advance(599s);
        CPPUNIT_ASSERT(table().isPending(idOf(3)));
        _fixture->advance(1s);
        CPPUNIT_ASSERT(!table().isPending(idOf(3)));
    }

    void testOldestFinishedGoesFirst() {
        add(0);
        for (std::size_t number = 1; number <= room.finished + 1; ++number) {
            add(number);
            if (number != 2)
                commit(idOf(number), LinkStatus::ended);
        }
        CPPUNIT_ASSERT_EQUAL(room.finished + 2, table().count());
        commit(idOf(2), LinkStatus::ended);
        CPPUNIT_ASSERT_EQUAL(room.finished + 1, table().count());
        CPPUNIT_ASSERT(!prove(1, secretOf(1)));
        for (const std::size_t kept : {std::size_t(0), std::size_t(2), std::size_t(3)})
            CPPUNIT_ASSERT(prove(kept, secretOf(kept)));
    }

    void testExpiredGivesWayToLive() {
        const auto most = room.live + room.finished;
        for (std::size_t number = 0; number < most; ++number)
            add(number);
        _fixture->advance(600s);
        add(most);
        CPPUNIT_ASSERT(prove(most, secretOf(most)));
        for (std::size_t number = most + 1; number <= most + room.live; ++number)
            add(number);
        CPPUNIT_ASSERT_EQUAL(most, table().count());
        for (std::size_t number = most; number <= most + room.live; ++number)
            CPPUNIT_ASSERT(prove(number, secretOf(number)));
    }

    void testLoadsNoMoreThanThereIsRoomFor() {
        const auto most = room.live + room.finished;
        std::vector<domain::Link> known;
        for (std::size_t number = 0; number < most + 5; ++number) {
            known.push_back(linkOf(number, PollMethod::secret));
            // The last links of the list expire first.
            known.back().expiresAt -= std::chrono::seconds(number / 10);
        }
        const PollAuthenticator loaded([&] { return known; }, _fixture->hasher, _fixture->clock, room);
        CPPUNIT_ASSERT_EQUAL(most, loaded.count());
        CPPUNIT_ASSERT(loaded.authenticate(codeOf(0), secretOf(0)));
        CPPUNIT_ASSERT(loaded.authenticate(codeOf(most - 11), secretOf(most - 11)));
        int left = 0;
        for (std::size_t number = most - 10; number < most + 5; ++number)
            left += loaded.authenticate(codeOf(number), secretOf(number)) ? 0 : 1;
        CPPUNIT_ASSERT_EQUAL_MESSAGE("five of those that expire first", 5, left);
    }

    void testIsLoadedOnTheFirstCallThatNeedsIt() {
        makeTable();
        _loads = 0;
        _stored = {linkOf(1, PollMethod::secret)};
        add(1);
        commit(idOf(1), LinkStatus::ended);
        table().purge();
        CPPUNIT_ASSERT_EQUAL(0, _loads);
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
        CPPUNIT_ASSERT(!prove(2, secretOf(2)));
        CPPUNIT_ASSERT_EQUAL(1, _loads);
    }

    void testFailedLoadIsRepeated() {
        makeTable();
        _stored = {linkOf(1, PollMethod::secret)};
        _isStoreBroken = true;
        ASSERT_REFUSED(ErrorCode::storeUnavailable, prove(1, secretOf(1)));
        ASSERT_REFUSED(ErrorCode::storeUnavailable, table().isPending(idOf(1)));
        _isStoreBroken = false;
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
    }

    // A link is approved while the table is loaded, after its row was read.
    void testChangeDuringTheLoadIsApplied() {
        std::thread other;
        _stored = {linkOf(1, PollMethod::secret)};
        makeTable();
        _whileLoading = [&] { other = std::thread([this] { commit(idOf(1), LinkStatus::authorizing); }); };
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
        other.join();
        CPPUNIT_ASSERT(!table().isPending(idOf(1)));
    }

private:
    void makeTable() {
        const auto load = [this] {
            ++_loads;
            if (_isStoreBroken)
                throw base::Error(ErrorCode::storeUnavailable, {}, "disk full");
            if (_whileLoading)
                _whileLoading();
            return _stored;
        };
        _table = std::make_unique<PollAuthenticator>(load, _fixture->hasher, _fixture->clock, room);
    }

    [[nodiscard]] PollAuthenticator& table() { return *_table; }

    static std::string codeOf(std::size_t number) {
        const auto digits = std::to_string(number);
        return std::string(12 - digits.size(), '0') + digits;
    }
    static std::string hashOf(std::size_t number) {
        return crypto::sha256("secret " + std::to_string(number));
    }
    static base::LinkId idOf(std::size_t number) { return base::LinkId("lnk_" + std::to_string(number)); }

    [[nodiscard]] domain::Link linkOf(std::size_t number, PollMethod method) const {
        auto link = memory::makeLink(std::to_string(number), _fixture->now());
        link.proof = method;
        link.codeHash = _fixture->hasher.hash(purpose::linkCode, codeOf(number));
        link.secretHash = hashOf(number);
        return link;
    }

    void commit(const base::LinkId& link, LinkStatus status) { table().committed({{{link, status}}, {}}); }

    void add(std::size_t number, PollMethod proof = PollMethod::secret) {
        table().add(linkOf(number, proof));
    }

    static PollCredential secretOf(std::size_t number) { return {PollMethod::secret, hashOf(number), {}}; }
    static PollCredential verifierOf(std::size_t number, const std::string& client = "cli_alpha") {
        return {PollMethod::verifier, hashOf(number), base::ClientId(client)};
    }

    std::optional<base::LinkId> prove(std::size_t number, const PollCredential& credential) {
        return table().authenticate(codeOf(number), credential);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::vector<domain::Link> _stored; ///< what the table loads
    int _loads = 0;
    bool _isStoreBroken = false;
    std::function<void()> _whileLoading;
    std::unique_ptr<PollAuthenticator> _table;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PollAuthenticatorTest);
