// SPDX-License-Identifier: Apache-2.0
// Proofs hold for one browser, one link, one form and one purpose.
#include "central_oauth/services/links/Browser.h"

#include "../ServiceFixture.h"
#include "central_oauth/domain/Link.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>
#include <vector>

using namespace central_oauth;
using namespace central_oauth::services;
using provider::Secret;

class BrowserTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrowserTest);
    CPPUNIT_TEST(testOwnProofsAreTaken);
    CPPUNIT_TEST(testOpeningsAndFormsAreFresh);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenLinks);
    CPPUNIT_TEST(testFormsDoNotTransferBetweenOpenings);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenPurposes);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenServers);
    CPPUNIT_TEST(testWhatIsNoOpeningOpensNothing);
    CPPUNIT_TEST(testBrokenFormTokensAreNone);
    CPPUNIT_TEST(testOfSeveralCookiesTheProvenOneCounts);
    CPPUNIT_TEST(testFormsAreOfTheNewestOpening);
    CPPUNIT_TEST(testOwnerIdBelongsToOneForm);
    CPPUNIT_TEST(testOwnerIsWhoTheLinkSays);
    CPPUNIT_TEST(testOwnersFormsAreTheOwners);
    CPPUNIT_TEST(testPartsAreNotShiftedAgainstEachOther);
    CPPUNIT_TEST(testHashTellsOwnersApartAndHidesThem);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOwnProofsAreTaken() {
        const auto browser = opened(_one);
        CPPUNIT_ASSERT(_proofs.hasOpened(browser, _one));
        CPPUNIT_ASSERT(_proofs.ownerIdOf(browser, _one, _proofs.approvalToken(browser, _one)));
    }

    void testOpeningsAndFormsAreFresh() {
        CPPUNIT_ASSERT(_proofs.makeOpening(_one).reveal() != _proofs.makeOpening(_one).reveal());
        const auto browser = opened(_one);
        CPPUNIT_ASSERT(_proofs.approvalToken(browser, _one) != _proofs.approvalToken(browser, _one));
    }

    void testProofsDoNotTransferBetweenLinks() {
        const auto browser = opened(_one);
        CPPUNIT_ASSERT(!_proofs.hasOpened(browser, _two));
        CPPUNIT_ASSERT(_proofs.approvalToken(browser, _two).empty());
        const auto token = _proofs.approvalToken(browser, _one);
        CPPUNIT_ASSERT(!_proofs.ownerIdOf(opened(_two), _two, token));
    }

    void testFormsDoNotTransferBetweenOpenings() {
        const auto browser = opened(_one);
        CPPUNIT_ASSERT(!_proofs.ownerIdOf(opened(_one), _one, _proofs.approvalToken(browser, _one)));
    }

    void testProofsDoNotTransferBetweenPurposes() {
        const auto browser = opened(_one);
        const auto ownerId = _proofs.ownerIdOf(browser, _one, _proofs.approvalToken(browser, _one)).value();
        for (const auto& other : {memory::revealed(ownerId), _proofs.approvalToken(browser, _one)})
            CPPUNIT_ASSERT(!_proofs.hasOpened(holding({other}), _one));
    }

    void testProofsDoNotTransferBetweenServers() {
        const crypto::KeyedHasher other{Secret(std::string(crypto::KeyedHasher::keySize, 'o'))};
        CPPUNIT_ASSERT(!BrowserProofs(other).hasOpened(opened(_one), _one));
    }

    void testWhatIsNoOpeningOpensNothing() {
        const auto good = memory::revealed(_proofs.makeOpening(_one));
        CPPUNIT_ASSERT(!_proofs.hasOpened({}, _one));
        for (const auto& bad :
             {std::string(), std::string("."), good.substr(1), good + "A", "A" + good, good.substr(0, 43),
              good.substr(44), std::string(87, 'A'), std::string(43, 'A') + "." + good.substr(44),
              good.substr(0, 43) + "." + std::string(43, 'A'), std::string(10'000, '.')})
            CPPUNIT_ASSERT_MESSAGE(bad.substr(0, 100), !_proofs.hasOpened(holding({bad}), _one));
    }

    void testBrokenFormTokensAreNone() {
        const auto browser = opened(_one);
        const auto good = _proofs.approvalToken(browser, _one);
        for (const auto& bad :
             {std::string(), std::string("."), good.substr(1), good + "A", good.substr(0, 22),
              std::string(22, 'A') + good.substr(22), good.substr(0, 23) + std::string(43, 'A'),
              std::string(22, ' ') + good.substr(22)})
            CPPUNIT_ASSERT_MESSAGE(bad, !_proofs.ownerIdOf(browser, _one, bad));
    }

    // A neighbouring site can plant cookies of the same name before and after the browser's own.
    void testOfSeveralCookiesTheProvenOneCounts() {
        const auto own = memory::revealed(_proofs.makeOpening(_one));
        const auto browser = holding({"", "planted", own, std::string(87, 'A')});
        CPPUNIT_ASSERT(_proofs.hasOpened(browser, _one));
        const auto token = _proofs.approvalToken(browser, _one);
        CPPUNIT_ASSERT(_proofs.ownerIdOf(holding({own}), _one, token));
        // An opening that the neighbour got for himself counts, too. The form then belongs to that opening.
        const auto foreign = memory::revealed(_proofs.makeOpening(_one));
        const auto both = holding({foreign, own});
        CPPUNIT_ASSERT(_proofs.ownerIdOf(both, _one, token));
        CPPUNIT_ASSERT(_proofs.ownerIdOf(both, _one, _proofs.approvalToken(both, _one)));
    }

    void testFormsAreOfTheNewestOpening() {
        const auto older = memory::revealed(_proofs.makeOpening(_one));
        const auto newest = memory::revealed(_proofs.makeOpening(_one));
        const auto token = _proofs.approvalToken(holding({"planted", newest, older}), _one);
        CPPUNIT_ASSERT(_proofs.ownerIdOf(holding({newest}), _one, token));
        CPPUNIT_ASSERT(!_proofs.ownerIdOf(holding({older}), _one, token));
    }

    void testOwnerIdBelongsToOneForm() {
        const auto browser = opened(_one);
        const auto token = _proofs.approvalToken(browser, _one);
        const auto id = memory::revealed(_proofs.ownerIdOf(browser, _one, token).value());
        CPPUNIT_ASSERT_EQUAL(id, memory::revealed(_proofs.ownerIdOf(browser, _one, token).value()));
        const auto other = _proofs.ownerIdOf(browser, _one, _proofs.approvalToken(browser, _one)).value();
        CPPUNIT_ASSERT(id != memory::revealed(other));
    }

    void testOwnerIsWhoTheLinkSays() {
        auto link = linkOf("owner-1");
        CPPUNIT_ASSERT(BrowserProofs::owns(ownedBy({"owner-1"}), link));
        CPPUNIT_ASSERT(BrowserProofs::owns(ownedBy({"planted", "owner-1", ""}), link));
        for (const auto& other : {ownedBy({}), ownedBy({""}), ownedBy({"owner-2"}), holding({"owner-1"})})
            CPPUNIT_ASSERT(!BrowserProofs::owns(other, link));
        link.browserHash.clear();
        CPPUNIT_ASSERT_MESSAGE("nobody approved", !BrowserProofs::owns(ownedBy({"", "owner-1"}), link));
    }

    void testOwnersFormsAreTheOwners() {
        const auto link = linkOf("owner-1");
        const auto owner = ownedBy({"planted", "owner-1"});
        const auto token = _proofs.ownerToken(owner, link);
        CPPUNIT_ASSERT(_proofs.isOwnerToken(owner, link, token));
        CPPUNIT_ASSERT(!_proofs.isOwnerToken(ownedBy({"owner-2"}), link, token));
        CPPUNIT_ASSERT(_proofs.ownerToken(ownedBy({"owner-2"}), link).empty());
        CPPUNIT_ASSERT(!_proofs.isOwnerToken(ownedBy({"owner-2"}), link, ""));
        const auto opening = opened(link.id);
        CPPUNIT_ASSERT(!_proofs.isOwnerToken(owner, link, _proofs.approvalToken(opening, link.id)));
        CPPUNIT_ASSERT(!_proofs.ownerIdOf(opening, link.id, token));
    }

    void testPartsAreNotShiftedAgainstEachOther() {
        const auto opening = memory::revealed(_proofs.makeOpening(base::LinkId("lnk_1")));
        CPPUNIT_ASSERT(!_proofs.hasOpened(holding({opening}), base::LinkId("lnk_")));
        CPPUNIT_ASSERT(!_proofs.hasOpened(holding({"1" + opening.substr(0, 42) + opening.substr(43)}),
                                          base::LinkId("lnk_")));
    }

    void testHashTellsOwnersApartAndHidesThem() {
        const auto one = BrowserProofs::hashOf(Secret("owner-1"));
        CPPUNIT_ASSERT(one != BrowserProofs::hashOf(Secret("owner-2")));
        CPPUNIT_ASSERT_EQUAL(std::size_t(32), one.size());
        CPPUNIT_ASSERT(one.find("owner") == std::string::npos);
    }

private:
    static Browser holding(const std::vector<std::string>& openings) {
        Browser browser;
        for (const auto& opening : openings)
            browser.opened.emplace_back(opening);
        return browser;
    }

    static Browser ownedBy(const std::vector<std::string>& ids) {
        Browser browser;
        for (const auto& id : ids)
            browser.owner.emplace_back(id);
        return browser;
    }

    Browser opened(const base::LinkId& link) const {
        return holding({memory::revealed(_proofs.makeOpening(link))});
    }

    domain::Link linkOf(const std::string& owner) const {
        domain::Link link;
        link.id = _one;
        link.browserHash = BrowserProofs::hashOf(Secret(owner));
        return link;
    }

    const base::LinkId _one{"lnk_1"};
    const base::LinkId _two{"lnk_2"};
    const crypto::KeyedHasher _hasher{Secret(std::string(crypto::KeyedHasher::keySize, 'k'))};
    const BrowserProofs _proofs{_hasher};
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrowserTest);
