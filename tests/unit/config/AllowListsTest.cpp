// SPDX-License-Identifier: Apache-2.0
// The sites and people that may be linked: valid entries, and that no invalid entry becomes "any".
#include "central_oauth/config/ProviderSettings.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth::config;

class AllowListsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AllowListsTest);
    CPPUNIT_TEST(testUnsetAllowsAll);
    CPPUNIT_TEST(testReadsSites);
    CPPUNIT_TEST(testReadsEmailDomains);
    CPPUNIT_TEST(testRefusesSites);
    CPPUNIT_TEST(testRefusesEmailDomains);
    CPPUNIT_TEST(testNamesTheEntry);
    CPPUNIT_TEST_SUITE_END();

    using Texts = std::vector<std::string>;

    static AllowLists read(const std::string& key, const std::string& value, Report& report) {
        return readAllowLists(Environment({{"CENTRAL_OAUTH_ACME_JIRA_" + key, value}}), "acme-jira", report);
    }

    static void assertRefused(const std::string& key, const std::string& value, const std::string& problem) {
        Report report;
        (void)read(key, value, report);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(value, std::size_t{1}, report.faults.size());
        CPPUNIT_ASSERT_EQUAL("CENTRAL_OAUTH_ACME_JIRA_" + key, report.faults[0].setting);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(value, problem, report.faults[0].problem);
        CPPUNIT_ASSERT(!report.faults[0].fix.empty());
    }

public:
    void testUnsetAllowsAll() {
        Report report;
        const auto lists = read("ALLOWED_SITES", "", report);
        CPPUNIT_ASSERT(lists.sites.empty() && lists.emailDomains.empty() && !report.hasFaults());
    }

    void testReadsSites() {
        Report report;
        const auto lists = read("ALLOWED_SITES",
                                "1324a887-45DB-1bf4-1e99-ef0ff456d421, https://Acme.atlassian.net/,"
                                "https://b.example:443,https://c.example:8443,http://127.0.0.1:80,"
                                "HTTPS://acme.atlassian.net",
                                report);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
        CPPUNIT_ASSERT(
            (lists.sites == Texts{"1324a887-45db-1bf4-1e99-ef0ff456d421", "https://acme.atlassian.net",
                                  "https://b.example", "https://c.example:8443", "http://127.0.0.1"}));
        CPPUNIT_ASSERT(lists.emailDomains.empty());
    }

    void testReadsEmailDomains() {
        Report report;
        const auto lists =
            read("ALLOWED_EMAIL_DOMAINS", "Example.COM , sub.example.org,xn--bcher-kva.example,corp", report);
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(report));
        CPPUNIT_ASSERT(
            (lists.emailDomains == Texts{"example.com", "sub.example.org", "xn--bcher-kva.example", "corp"}));
        CPPUNIT_ASSERT(lists.sites.empty());
    }

    void testRefusesSites() {
        const auto refused = [](const std::string& problem, std::initializer_list<const char*> values) {
            for (const auto* value : values)
                assertRefused("ALLOWED_SITES", value, "has an entry 1 that " + problem);
        };
        refused("is neither a cloud id nor a URL",
                {"acme.atlassian.net", "acme", "Acme-Corp", "*", ",", "a b", "acme/"});
        refused("is not https", {"http://acme.atlassian.net", "ftp://acme.atlassian.net"});
        refused("holds a path", {"https://acme.atlassian.net/jira", "https://acme.atlassian.net//"});
        refused("holds a user name or password", {"https://x@acme.atlassian.net"});
        refused("is not an absolute URL", {"https://*.atlassian.net\\"});
        refused("has no valid host and port", {"https://*.atlassian.net", "https://a..b"});
        refused("is neither a cloud id nor a URL", {std::string(65, '1').c_str()});
    }

    void testRefusesEmailDomains() {
        for (const auto* odd : {"@example.com", "*", "*.example.com", "ada@example.com", "example.com.",
                                "1.2.3.4", "::1", "[::1]", ",", "a b",
                                "b\xC3\xBC"
                                "cher.example",
                                "https://example.com", "."})
            assertRefused("ALLOWED_EMAIL_DOMAINS", odd,
                          "has an entry 1 that is not the domain of an e-mail address");
    }

    void testNamesTheEntry() {
        assertRefused("ALLOWED_SITES", "abc1,https://a.example,acme.net",
                      "has an entry 3 that is neither a cloud id nor a URL");
        assertRefused("ALLOWED_EMAIL_DOMAINS", "a.example,",
                      "has an entry 2 that is not the domain of an e-mail address");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AllowListsTest);
