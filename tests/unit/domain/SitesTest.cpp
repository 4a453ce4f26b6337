// SPDX-License-Identifier: Apache-2.0
// Selecting sites by the client's wish and the operator's list.
#include "../../support/Spellings.h"
#include "central_oauth/domain/GrantRules.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::domain;

class SitesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SitesTest);
    CPPUNIT_TEST(testFindsById);
    CPPUNIT_TEST(testFindsByUrlWithoutCaseAndSlash);
    CPPUNIT_TEST(testEverySpellingOfTheUrl);
    CPPUNIT_TEST(testIdsAreExact);
    CPPUNIT_TEST(testEmptyWishFindsNoSite);
    CPPUNIT_TEST(testSiteWithoutUrlIsFoundByItsIdOnly);
    CPPUNIT_TEST(testSiteIsNotFoundByItsName);
    CPPUNIT_TEST(testTheOnlySiteIsEligible);
    CPPUNIT_TEST(testAllThatAreReachedAreEligible);
    CPPUNIT_TEST(testWantedSiteMustBeReached);
    CPPUNIT_TEST(testNoListAllowsEverySite);
    CPPUNIT_TEST(testAllowedByIdOrUrl);
    CPPUNIT_TEST(testWantedSiteMustBeAllowed);
    CPPUNIT_TEST(testOnlyAllowedSitesAreEligible);
    CPPUNIT_TEST_SUITE_END();

    using Sites = std::vector<Site>;

    static std::string idOf(const std::optional<Site>& site) { return site ? site->id : "none"; }

    static std::string idsOf(const Sites& sites) {
        std::string ids;
        for (const auto& site : sites)
            ids += (ids.empty() ? "" : " ") + site.id;
        return ids;
    }

public:
    void testFindsById() { CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(findSite(both, "B-2"))); }

    void testFindsByUrlWithoutCaseAndSlash() {
        for (const std::string wanted :
             {"https://beta.example", "https://beta.example/", "HTTPS://Beta.Example//"})
            CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idOf(findSite(both, wanted)));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "https://beta.example/jira")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "beta.example")));
    }

    void testEverySpellingOfTheUrl() {
        const auto spellings = central_oauth::test::originSpellingsOf(true, "beta.example", 443, true);
        for (const auto& url : spellings.same) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::string("B-2"), idOf(findSite(both, url)));
            CPPUNIT_ASSERT_MESSAGE(url, isAllowedSite(both.back(), {url}));
            CPPUNIT_ASSERT_MESSAGE(url,
                                   isAllowedSite({"B-2", "Beta", url + "/", {}}, {"https://beta.example"}));
        }
        for (const auto& url : spellings.others) {
            const bool copied = url == "https://beta.example/"; // an extra slash names the same site
            CPPUNIT_ASSERT_MESSAGE(url, copied || !findSite(both, url));
            CPPUNIT_ASSERT_MESSAGE(url, copied || !isAllowedSite(both.back(), {url}));
        }
    }

    void testIdsAreExact() {
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "b-2")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "B-2/")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(both, "B-")));
    }

    void testEmptyWishFindsNoSite() {
        CPPUNIT_ASSERT(!findSite(both, ""));
        CPPUNIT_ASSERT(!findSite({}, "a-1"));
    }

    void testSiteWithoutUrlIsFoundByItsIdOnly() {
        const Sites bare{{"a-1", "Alpha", "", {}}, {"b-2", "Beta", "/", {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idOf(findSite(bare, "a-1")));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), idOf(findSite(bare, "/")));
        CPPUNIT_ASSERT_EQUAL(std::string(), idsOf(eligibleSites(bare, "//", {})));
    }

    void testSiteIsNotFoundByItsName() { CPPUNIT_ASSERT(!findSite(both, "Beta")); }

    void testTheOnlySiteIsEligible() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idsOf(eligibleSites({both.front()}, "", {})));
    }

    void testAllThatAreReachedAreEligible() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-1 B-2"), idsOf(eligibleSites(both, "", {})));
        CPPUNIT_ASSERT(eligibleSites({}, "", {}).empty());
    }

    void testWantedSiteMustBeReached() {
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idsOf(eligibleSites(both, "https://beta.example/", {})));
        CPPUNIT_ASSERT_MESSAGE("the only site is not good enough for another wish",
                               eligibleSites({both.front()}, "B-2", {}).empty());
    }

    void testNoListAllowsEverySite() { CPPUNIT_ASSERT(isAllowedSite(both.front(), {})); }

    void testAllowedByIdOrUrl() {
        for (const std::string one : {"a-1", "https://alpha.example/", "HTTPS://ALPHA.example"})
            CPPUNIT_ASSERT_MESSAGE(one, isAllowedSite(both.front(), {"c-3", one}));
        for (const std::string one : {"B-2", "Alpha", "alpha.example", ""})
            CPPUNIT_ASSERT_MESSAGE(one, !isAllowedSite(both.front(), {one}));
    }

    void testWantedSiteMustBeAllowed() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), idsOf(eligibleSites(both, "a-1", {"a-1"})));
        CPPUNIT_ASSERT_EQUAL(std::string(), idsOf(eligibleSites(both, "a-1", {"B-2"})));
    }

    void testOnlyAllowedSitesAreEligible() {
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), idsOf(eligibleSites(both, "", {"B-2", "c-3"})));
        CPPUNIT_ASSERT_EQUAL(std::string("a-1 B-2"), idsOf(eligibleSites(both, "", {"a-1", "B-2"})));
        CPPUNIT_ASSERT_EQUAL(std::string(), idsOf(eligibleSites(both, "", {"c-3"})));
        CPPUNIT_ASSERT_EQUAL(std::string(), idsOf(eligibleSites({both.front()}, "", {"c-3"})));
    }

private:
    const Sites both{{"a-1", "Alpha", "https://alpha.example", {}},
                     {"B-2", "Beta", "https://Beta.example/", {}}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(SitesTest);
