// SPDX-License-Identifier: Apache-2.0
// Choosing a site: by what was wanted, or because there is no choice.
#include "central_oauth/services/Sites.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;

class SitesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SitesTest);
    CPPUNIT_TEST(testFindsById);
    CPPUNIT_TEST(testFindsByUrlWithoutCaseAndSlash);
    CPPUNIT_TEST(testIdsAreExact);
    CPPUNIT_TEST(testNothingIsWantedNothingIsFound);
    CPPUNIT_TEST(testSiteWithoutUrlIsFoundByItsIdOnly);
    CPPUNIT_TEST(testNameIsNoWayToASite);
    CPPUNIT_TEST(testTheOnlySiteIsChosen);
    CPPUNIT_TEST(testNeverByOrder);
    CPPUNIT_TEST(testWantedSiteMustBeReached);
    CPPUNIT_TEST(testNoListAllowsEverySite);
    CPPUNIT_TEST(testAllowedByIdOrUrl);
    CPPUNIT_TEST(testWantedSiteMustBeAllowed);
    CPPUNIT_TEST(testTheOnlyAllowedSiteIsChosen);
    CPPUNIT_TEST(testRequiredSiteIsReachedAndAllowed);
    CPPUNIT_TEST_SUITE_END();

    using Sites = std::vector<provider::Site>;

    static std::string idOf(const std::optional<provider::Site>& site) { return site ? site->id : "none"; }

public:
    void testFindsById() { CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(findSite(both, "B-2"))); }

    void testFindsByUrlWithoutCaseAndSlash() {
        for (const std::string wanted :
             {"https://beta.example", "https://beta.example/", "HTTPS://Beta.Example//"})
            CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(findSite(both, wanted)));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "https://beta.example/jira")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "beta.example")));
    }

    void testIdsAreExact() {
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "b-2")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "B-2/")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "B-")));
    }

    void testNothingIsWantedNothingIsFound() {
        CPPUNIT_ASSERT(!findSite(both, ""));
        CPPUNIT_ASSERT(!findSite({}, "a-1"));
    }

    void testSiteWithoutUrlIsFoundByItsIdOnly() {
        const Sites bare{{"a-1", "Alpha", "", {}}, {"b-2", "Beta", "/", {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idOf(findSite(bare, "a-1")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(bare, "/")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(chooseSite(bare, "//", {})));
    }

    void testNameIsNoWayToASite() { CPPUNIT_ASSERT(!findSite(both, "Beta")); }

    void testTheOnlySiteIsChosen() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idOf(chooseSite({both.front()}, "", {})));
    }

    void testNeverByOrder() {
        CPPUNIT_ASSERT(!chooseSite(both, "", {}));
        CPPUNIT_ASSERT(!chooseSite({}, "", {}));
    }

    void testWantedSiteMustBeReached() {
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(chooseSite(both, "https://beta.example/", {})));
        CPPUNIT_ASSERT_MESSAGE("the only site is not good enough for another wish",
                               !chooseSite({both.front()}, "B-2", {}));
    }

    void testNoListAllowsEverySite() { CPPUNIT_ASSERT(isAllowedSite(both.front(), {})); }

    void testAllowedByIdOrUrl() {
        for (const std::string one : {"a-1", "https://alpha.example/", "HTTPS://ALPHA.example"})
            CPPUNIT_ASSERT_MESSAGE(one, isAllowedSite(both.front(), {"c-3", one}));
        for (const std::string one : {"B-2", "Alpha", "alpha.example", ""})
            CPPUNIT_ASSERT_MESSAGE(one, !isAllowedSite(both.front(), {one}));
    }

    void testWantedSiteMustBeAllowed() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idOf(chooseSite(both, "a-1", {"a-1"})));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(chooseSite(both, "a-1", {"B-2"})));
    }

    void testTheOnlyAllowedSiteIsChosen() {
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(chooseSite(both, "", {"B-2", "c-3"})));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(chooseSite(both, "", {"a-1", "B-2"})));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(chooseSite(both, "", {"c-3"})));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(chooseSite({both.front()}, "", {"c-3"})));
    }

    void testRequiredSiteIsReachedAndAllowed() {
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), requireSite(both, "https://beta.example", {}).id);
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), requireSite(both, "B-2", {"B-2"}).id);
        ASSERT_REFUSED(base::ErrorCode::siteNotAllowed, requireSite(both, "c-3", {}));
        ASSERT_REFUSED(base::ErrorCode::siteNotAllowed, requireSite(both, "a-1", {"B-2"}));
    }

private:
    const Sites both{{"a-1", "Alpha", "https://alpha.example", {}},
                     {"B-2", "Beta", "https://Beta.example/", {}}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SitesTest);
