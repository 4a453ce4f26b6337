// SPDX-License-Identifier: Apache-2.0
// Providers by name.
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

private:
    ScriptedProvider _provider;
    ProviderCatalog _catalog{{configured("jira", _provider), configured("confluence", _provider)}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(ProviderCatalogTest);
