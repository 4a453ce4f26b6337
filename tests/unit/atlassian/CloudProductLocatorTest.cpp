// SPDX-License-Identifier: Apache-2.0
// The names that may become part of a URL that tokens are sent to.
#include "central_oauth/atlassian/CloudProductLocator.h"

#include <cppunit/extensions/HelperMacros.h>
#include <string>

using central_oauth::atlassian::CloudProductLocator;

class CloudProductLocatorTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudProductLocatorTest);
    CPPUNIT_TEST(testBuildsFromSettingsAndCloudId);
    CPPUNIT_TEST(testTakesNoOddCloudId);
    CPPUNIT_TEST(testTakesNoProductOfAnother);
    CPPUNIT_TEST_SUITE_END();

    const CloudProductLocator _jira{"https://api.example",
                                    {"jira", central_oauth::atlassian::Container::jira, "/ex/jira/", ""}};

public:
    void testBuildsFromSettingsAndCloudId() {
        CPPUNIT_ASSERT_EQUAL(std::string("https://api.example/ex/jira/a11ce0de-0000-4000-8000-000000000001"),
                             _jira.apiBaseUrl("jira", "a11ce0de-0000-4000-8000-000000000001"));
    }

    void testTakesNoOddCloudId() {
        for (const std::string& id :
             {std::string(), std::string("."), std::string(".."), std::string("../../admin"),
              std::string("a/b"), std::string("a%2fb"), std::string("a?b"), std::string("a#b"),
              std::string("a@thief.example"), std::string("a b"), std::string("a\n"), std::string("a\\b"),
              std::string("a:b"), std::string("\xc3\xa4"), std::string("a\0b", 3), std::string(65, 'a')})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(id, std::string(), _jira.apiBaseUrl("jira", id));
        CPPUNIT_ASSERT(!_jira.apiBaseUrl("jira", std::string(64, 'a')).empty());
    }

    void testTakesNoProductOfAnother() {
        for (const char* product : {"", "confluence", "JIRA", "jira/../x"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(product, std::string(), _jira.apiBaseUrl(product, "a-1"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudProductLocatorTest);
