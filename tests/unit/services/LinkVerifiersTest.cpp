// SPDX-License-Identifier: Apache-2.0
// The table of proofs: who proves what, and how much of it is kept.
#include "central_oauth/services/LinkVerifiers.h"

#include "ServiceFixture.h"
#include "central_oauth/crypto/Digest.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/services/LinkRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using namespace std::chrono_literals;
using base::ErrorCode;
using domain::PollProof;

class LinkVerifiersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LinkVerifiersTest);
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
    CPPUNIT_TEST_SUITE_END();

    static constexpr LinkVerifiers::Room room{20, 100};

public:
    void setUp() override {
        _fixture = std::make_unique<ServiceFixture>();
        _table = std::make_unique<LinkVerifiers>(std::vector<store::LinkProof>(), _fixture->hasher,
                                                 _fixture->base.clock, room);
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
        CPPUNIT_ASSERT(!table().prove("no code", secretOf(1)));
        CPPUNIT_ASSERT(!table().prove("", {PollProof::secret, std::string(32, '\0'), {}}));
        CPPUNIT_ASSERT(!prove(1, {PollProof::secret, {}, {}}));
    }

    void testCodeIsReadAsPeopleWriteIt() {
        add(1);
        CPPUNIT_ASSERT(table().prove("0000-0000 0001", secretOf(1)) == std::optional(idOf(1)));
        CPPUNIT_ASSERT(!table().prove("0000-0000 000l", secretOf(1)));
    }

    void testVerifierProvesWithTheOwnClientsKeyOnly() {
        add(1, PollProof::verifier);
        CPPUNIT_ASSERT(prove(1, verifierOf(1)) == std::optional(idOf(1)));
        CPPUNIT_ASSERT(!prove(1, verifierOf(2)));
        CPPUNIT_ASSERT_MESSAGE("the right verifier with another client's key",
                               !prove(1, verifierOf(1, "cli_beta")));
        CPPUNIT_ASSERT(!prove(2, verifierOf(1)));
    }

    void testProofsOfTheTwoKindsAreNotExchanged() {
        add(1, PollProof::verifier);
        add(2, PollProof::secret);
        CPPUNIT_ASSERT(!prove(1, {PollProof::secret, hashOf(1), {}}));
        CPPUNIT_ASSERT(!prove(1, {PollProof::secret, hashOf(1), base::ClientId("cli_alpha")}));
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
        table().finish(idOf(1));
        table().finish(idOf(1));
        table().finish(idOf(2));
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
    }

    void testIsKeptUntilNobodyMayAsk() {
        add(1);
        // Approved, granted and its site chosen at the last moment each, and then taken back at the last one.
        const auto longest = 600s + domain::approvedLinkLife + 2 * deliveryTime + undoTime;
        _fixture->advance(longest - 1s);
        table().purge();
        CPPUNIT_ASSERT(prove(1, secretOf(1)));
        _fixture->advance(1s);
        table().purge();
        CPPUNIT_ASSERT(!prove(1, secretOf(1)));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), table().count());
        table().finish(idOf(1));
        add(1);
        CPPUNIT_ASSERT_MESSAGE("the code may be issued again", prove(1, secretOf(1)));
    }

    void testIsPendingUntilApprovedFinishedOrExpired() {
        for (const std::size_t number : {1U, 2U, 3U})
            add(number);
        CPPUNIT_ASSERT(!table().isPending(idOf(4)));
        table().approve(idOf(1));
        table().finish(idOf(2));
        table().approve(idOf(4));
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
                table().finish(idOf(number));
        }
        CPPUNIT_ASSERT_EQUAL(room.finished + 2, table().count());
        table().finish(idOf(2));
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
        std::vector<store::LinkProof> known;
        for (std::size_t number = 0; number < most + 5; ++number) {
            known.push_back(proofOf(number, PollProof::secret));
            // The last of the list expire first.
            known.back().expiresAt -= std::chrono::seconds(number / 10);
        }
        const LinkVerifiers loaded(known, _fixture->hasher, _fixture->base.clock, room);
        CPPUNIT_ASSERT_EQUAL(most, loaded.count());
        CPPUNIT_ASSERT(loaded.prove(codeOf(0), secretOf(0)));
        CPPUNIT_ASSERT(loaded.prove(codeOf(most - 11), secretOf(most - 11)));
        int left = 0;
        for (std::size_t number = most - 10; number < most + 5; ++number)
            left += loaded.prove(codeOf(number), secretOf(number)) ? 0 : 1;
        CPPUNIT_ASSERT_EQUAL_MESSAGE("five of those that expire first", 5, left);
    }

private:
    [[nodiscard]] LinkVerifiers& table() { return *_table; }

    static std::string codeOf(std::size_t number) {
        const auto digits = std::to_string(number);
        return std::string(12 - digits.size(), '0') + digits;
    }
    static std::string hashOf(std::size_t number) {
        return crypto::sha256("secret " + std::to_string(number));
    }
    static base::LinkId idOf(std::size_t number) { return base::LinkId("lnk_" + std::to_string(number)); }

    [[nodiscard]] store::LinkProof proofOf(std::size_t number, PollProof proof) const {
        return {idOf(number),
                base::ClientId("cli_alpha"),
                proof,
                _fixture->hasher.hash(purpose::linkCode, codeOf(number)),
                hashOf(number),
                _fixture->now() + 600s,
                true};
    }

    void add(std::size_t number, PollProof proof = PollProof::secret) { table().add(proofOf(number, proof)); }

    static PollCredential secretOf(std::size_t number) { return {PollProof::secret, hashOf(number), {}}; }
    static PollCredential verifierOf(std::size_t number, const std::string& client = "cli_alpha") {
        return {PollProof::verifier, hashOf(number), base::ClientId(client)};
    }

    std::optional<base::LinkId> prove(std::size_t number, const PollCredential& credential) {
        return table().prove(codeOf(number), credential);
    }

    std::unique_ptr<ServiceFixture> _fixture;
    std::unique_ptr<LinkVerifiers> _table;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LinkVerifiersTest);
