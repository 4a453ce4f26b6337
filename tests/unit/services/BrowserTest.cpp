// SPDX-License-Identifier: Apache-2.0
// Proofs hold for one browser, one link and one purpose.
#include "central_oauth/services/Browser.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;
using provider::Secret;

class BrowserTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BrowserTest);
    CPPUNIT_TEST(testOwnProofsAreTaken);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenLinks);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenBrowsers);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenPurposes);
    CPPUNIT_TEST(testProofsDoNotTransferBetweenServers);
    CPPUNIT_TEST(testBrowserWithoutIdProvesNothing);
    CPPUNIT_TEST(testBrokenProofsProveNothing);
    CPPUNIT_TEST(testLinkAndBrowserAreNotShiftedAgainstEachOther);
    CPPUNIT_TEST(testBrowserIdsAreFresh);
    CPPUNIT_TEST(testHashTellsBrowsersApartAndHidesThem);
    CPPUNIT_TEST_SUITE_END();

public:
    void testOwnProofsAreTaken() {
        const auto browser = opened("browser-1", _one);
        CPPUNIT_ASSERT(_proofs.hasOpened(browser, _one));
        CPPUNIT_ASSERT(_proofs.isFormToken(browser, _one, _proofs.formToken(browser, _one)));
    }

    void testProofsDoNotTransferBetweenLinks() {
        const auto browser = opened("browser-1", _one);
        CPPUNIT_ASSERT(!_proofs.hasOpened(browser, _two));
        CPPUNIT_ASSERT(!_proofs.isFormToken(browser, _two, _proofs.formToken(browser, _one)));
    }

    void testProofsDoNotTransferBetweenBrowsers() {
        const auto browser = opened("browser-1", _one);
        const Browser thief{Secret("browser-2"), browser.opened.clone(), {}};
        CPPUNIT_ASSERT(!_proofs.hasOpened(thief, _one));
        CPPUNIT_ASSERT(!_proofs.isFormToken(thief, _one, _proofs.formToken(browser, _one)));
    }

    void testProofsDoNotTransferBetweenPurposes() {
        auto browser = opened("browser-1", _one);
        CPPUNIT_ASSERT(!_proofs.isFormToken(browser, _one, browser.opened.reveal()));
        browser.opened = Secret(_proofs.formToken(browser, _one));
        CPPUNIT_ASSERT(!_proofs.hasOpened(browser, _one));
    }

    void testProofsDoNotTransferBetweenServers() {
        const crypto::KeyedHasher other{Secret(std::string(crypto::KeyedHasher::keySize, 'o'))};
        const auto browser = opened("browser-1", _one);
        CPPUNIT_ASSERT(!BrowserProofs(other).hasOpened(browser, _one));
    }

    void testBrowserWithoutIdProvesNothing() {
        // The right proof of an empty id: anybody could have had it made.
        const Browser nobody{Secret(), _proofs.openedProof("", _one), {}};
        CPPUNIT_ASSERT(!_proofs.hasOpened(nobody, _one));
        CPPUNIT_ASSERT(!_proofs.isFormToken(nobody, _one, _proofs.formToken(nobody, _one)));
        CPPUNIT_ASSERT(!_proofs.hasOpened({}, _one));
    }

    void testBrokenProofsProveNothing() {
        auto browser = opened("browser-1", _one);
        const std::string good(browser.opened.reveal());
        for (const auto& bad : {std::string(), good.substr(1), good + "A", "A" + good.substr(1) + "A"}) {
            browser.opened = Secret(bad);
            CPPUNIT_ASSERT(!_proofs.hasOpened(browser, _one));
        }
        CPPUNIT_ASSERT(!_proofs.isFormToken(browser, _one, ""));
    }

    void testLinkAndBrowserAreNotShiftedAgainstEachOther() {
        const auto proof = _proofs.openedProof("2x", base::LinkId("lnk_1"));
        CPPUNIT_ASSERT(proof.reveal() != _proofs.openedProof("x", base::LinkId("lnk_12")).reveal());
    }

    void testBrowserIdsAreFresh() {
        const auto one = BrowserProofs::makeBrowserId();
        CPPUNIT_ASSERT_EQUAL(std::size_t(43), one.size());
        CPPUNIT_ASSERT(one.reveal() != BrowserProofs::makeBrowserId().reveal());
    }

    void testHashTellsBrowsersApartAndHidesThem() {
        const Browser one{Secret("browser-1"), {}, {}};
        const Browser two{Secret("browser-2"), {}, {}};
        CPPUNIT_ASSERT(BrowserProofs::hashOf(one) != BrowserProofs::hashOf(two));
        CPPUNIT_ASSERT_EQUAL(std::size_t(32), BrowserProofs::hashOf(one).size());
        CPPUNIT_ASSERT(BrowserProofs::hashOf(one).find("browser") == std::string::npos);
    }

private:
    Browser opened(const std::string& id, const base::LinkId& link) const {
        return {Secret(id), _proofs.openedProof(id, link), "192.0.2.7"};
    }

    const base::LinkId _one{"lnk_1"};
    const base::LinkId _two{"lnk_2"};
    const crypto::KeyedHasher _hasher{Secret(std::string(crypto::KeyedHasher::keySize, 'k'))};
    const BrowserProofs _proofs{_hasher};
};

CPPUNIT_TEST_SUITE_REGISTRATION(BrowserTest);
