// SPDX-License-Identifier: Apache-2.0
// Tests the look-up of providers by name.
#include "central_oauth/services/ProviderCatalog.h"

#include "ServiceFixture.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth;
using namespace central_oauth::services;

class ProviderCatalogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ProviderCatalogTest);
    CPPUNIT_TEST(testFindsByExactName);
    CPPUNIT_TEST(testListsInTheOrderOfNames);
    CPPUNIT_TEST(testProvidersOfOneAppAskForTheScopesOfAll);
    CPPUNIT_TEST(testRequiredSiteIsReachedAndAllowed);
    CPPUNIT_TEST_SUITE_END();

public:
    void testFindsByExactName() {
        CPPUNIT_ASSERT_EQUAL(std::string("jira"), _catalog.find("jira")->name);
        for (const std::string& unknown : {std::string(), std::string("Jira"), std::string("jir")})
            CPPUNIT_ASSERT(_catalog.find(unknown) == nullptr);
    }

    void testListsInTheOrderOfNames() {
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), _catalog.all().size());
        CPPUNIT_ASSERT_EQUAL(std::string("confluence"), _catalog.all().front().name);
    }

    void testProvidersOfOneAppAskForTheScopesOfAll() {
        const auto of = [this](const std::string& name, const std::string& app,
                               const std::vector<std::string>& scopes) {
            auto provider = configured(name, _provider);
            provider.app = app;
            provider.properties.scopes = provider.scopes = scopes;
            return provider;
        };
        const ProviderCatalog catalog({of("jira", "app", {"read:me", "read:jira-work"}),
                                       of("confluence", "app", {"read:me", "search:confluence"}),
                                       of("other", "another app", {"x"}), of("alone", "", {"y"}),
                                       of("also-alone", "", {"z"})});
        using Scopes = std::vector<std::string>;
        CPPUNIT_ASSERT((Scopes{"read:me", "read:jira-work", "search:confluence"}) ==
                       catalog.find("jira")->scopes);
        CPPUNIT_ASSERT((Scopes{"read:me", "search:confluence", "read:jira-work"}) ==
                       catalog.find("confluence")->scopes);
        CPPUNIT_ASSERT((Scopes{"read:me", "read:jira-work"}) == catalog.find("jira")->properties.scopes);
        for (const std::string name : {"other", "alone", "also-alone"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{1}, catalog.find(name)->scopes.size());
    }

    void testRequiredSiteIsReachedAndAllowed() {
        domain::Account account;
        account.provider = "jira";
        account.sites = {{"a-1", "Alpha", "https://alpha.example", {}},
                         {"B-2", "Beta", "https://Beta.example/", {}}};
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), requireSite(account, "https://beta.example", _catalog).id);
        ASSERT_REFUSED(base::ErrorCode::siteNotAllowed, requireSite(account, "c-3", _catalog));
        auto limited = configured("jira", _provider);
        limited.allowedSites = {"B-2"};
        const ProviderCatalog catalog({limited});
        CPPUNIT_ASSERT_EQUAL(std::string("B-2"), requireSite(account, "B-2", catalog).id);
        ASSERT_REFUSED(base::ErrorCode::siteNotAllowed, requireSite(account, "a-1", catalog));
        account.provider = "not configured";
        CPPUNIT_ASSERT_EQUAL(std::string("a-1"), requireSite(account, "a-1", catalog).id);
    }

private:
    ScriptedProvider _provider;
    ProviderCatalog _catalog{{configured("jira", _provider), configured("confluence", _provider)}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderCatalogTest);
