// SPDX-License-Identifier: Apache-2.0
// The settings that an operator may and may not use.
#include "central_oauth/atlassian/CloudConfiguration.h"

#include "central_oauth/oauth2/Encoding.h"
#include "central_oauth/provider/ProviderError.h"

#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <string>

using namespace central_oauth;
using atlassian::CloudConfiguration;

namespace {

const atlassian::Product product{"jira", atlassian::Container::jira, "/ex/jira/", "read:me read:jira-work"};

provider::Settings settings(const std::string& secret = "s") {
    provider::Settings settings;
    settings.set("CLIENT_ID", "client");
    settings.setSecret("CLIENT_SECRET", provider::Secret(secret));
    return settings;
}

CloudConfiguration read(const provider::Settings& settings) {
    return atlassian::readCloudConfiguration(settings, product);
}

std::string refusalOf(const provider::Settings& settings) {
    try {
        static_cast<void>(read(settings));
    } catch (const provider::ProviderError& error) {
        CPPUNIT_ASSERT(error.kind() == provider::ProviderErrorKind::misconfigured);
        return error.what();
    }
    return "accepted";
}

std::string refusalOf(const std::string& key, const std::string& value) {
    auto changed = settings();
    changed.set(key, value);
    return refusalOf(changed);
}

} // namespace

class CloudConfigurationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CloudConfigurationTest);
    CPPUNIT_TEST(testDefaultsAreAtlassians);
    CPPUNIT_TEST(testDeclaresEverySettingOfTheOperatorsTable);
    CPPUNIT_TEST(testAlwaysAddsOfflineAccessOnce);
    CPPUNIT_TEST(testRefusesIdentityScopes);
    CPPUNIT_TEST(testRefusesCommasBetweenScopes);
    CPPUNIT_TEST(testRefusesFiftyScopes);
    CPPUNIT_TEST(testTakesTwoSecretsNewestFirst);
    CPPUNIT_TEST(testRefusesMalformedSecrets);
    CPPUNIT_TEST(testRefusesOtherDeployments);
    CPPUNIT_TEST(testRevokesUpstreamOnlyWhereSwitchedOn);
    CPPUNIT_TEST(testGovernmentCloudListsSitesAtTheAuthHost);
    CPPUNIT_TEST_SUITE_END();

    void testDefaultsAreAtlassians() {
        const auto configuration = read(settings());
        CPPUNIT_ASSERT_EQUAL(std::string("https://auth.atlassian.com"), configuration.authBase);
        CPPUNIT_ASSERT_EQUAL(std::string("https://api.atlassian.com"), configuration.apiBase);
        CPPUNIT_ASSERT_EQUAL(std::string("api.atlassian.com"), configuration.audience);
        CPPUNIT_ASSERT_EQUAL(std::string("https://api.atlassian.com/oauth/token/accessible-resources"),
                             configuration.sitesUrl());
        CPPUNIT_ASSERT_EQUAL(std::string("read:me read:jira-work offline_access"),
                             oauth2::joinScopes(configuration.scopes));
        auto changed = settings();
        changed.set("AUTH_BASE", "http://127.0.0.1:9000//");
        CPPUNIT_ASSERT_EQUAL(std::string("http://127.0.0.1:9000"), read(changed).authBase);
    }

    void testDeclaresEverySettingOfTheOperatorsTable() {
        std::string keys;
        for (const auto& spec : atlassian::cloudSettingSpecs(product)) {
            keys += spec.key + " ";
            CPPUNIT_ASSERT_MESSAGE(spec.key, spec.help.ends_with("."));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(spec.key, spec.key == "CLIENT_SECRET",
                                         spec.type == provider::SettingType::secret);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(spec.key, spec.key.starts_with("CLIENT_"), spec.required);
        }
        CPPUNIT_ASSERT_EQUAL(
            std::string("CLIENT_ID CLIENT_SECRET SCOPES DEPLOYMENT AUTH_BASE API_BASE AUDIENCE REDIRECT_URI "
                        "UPSTREAM_REVOKE "),
            keys);
    }

    void testAlwaysAddsOfflineAccessOnce() {
        auto changed = settings();
        changed.set("SCOPES", "offline_access  a a");
        CPPUNIT_ASSERT_EQUAL(std::string("offline_access a"), oauth2::joinScopes(read(changed).scopes));
    }

    void testRefusesIdentityScopes() {
        for (const char* scope : {"openid", "profile", "email"})
            CPPUNIT_ASSERT_EQUAL(std::string("SCOPES contains ") + scope +
                                     ", which makes Atlassian's consent page fail; remove it, read:me "
                                     "identifies who consented",
                                 refusalOf("SCOPES", std::string("read:me ") + scope));
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOf("SCOPES", "read:email-address:jira"));
    }

    void testRefusesCommasBetweenScopes() {
        for (const char* list : {"read:me,read:jira-work", "read:me, read:jira-work", "read:me,"})
            CPPUNIT_ASSERT_EQUAL(std::string("SCOPES has a comma; write spaces between the scopes"),
                                 refusalOf("SCOPES", list));
    }

    void testRefusesFiftyScopes() {
        std::string scopes;
        for (int i = 0; i < 48; ++i)
            scopes += "scope" + std::to_string(i) + " ";
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOf("SCOPES", scopes));
        CPPUNIT_ASSERT_EQUAL(std::string("SCOPES has 50 scopes; Atlassian takes fewer than 50, remove some"),
                             refusalOf("SCOPES", scopes + "one"));
    }

    void testTakesTwoSecretsNewestFirst() {
        const auto configuration = read(settings("newest , older"));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), configuration.clientSecrets.size());
        CPPUNIT_ASSERT(configuration.clientSecrets.at(0).reveal() == "newest");
        CPPUNIT_ASSERT(configuration.clientSecrets.at(1).reveal() == "older");
    }

    void testRefusesMalformedSecrets() {
        for (const char* list : {",", "a,", ",a", "a,b,c", "a, ,b"}) {
            const std::string refusal = refusalOf(settings(list));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                list,
                std::string(
                    "CLIENT_SECRET must be one secret, or two with one comma between them, the newest first"),
                refusal);
        }
        CPPUNIT_ASSERT(refusalOf(settings("")).starts_with("CLIENT_SECRET is not set"));
        CPPUNIT_ASSERT(refusalOf("CLIENT_ID", "").starts_with("CLIENT_ID is not set"));
    }

    void testRefusesOtherDeployments() {
        CPPUNIT_ASSERT_EQUAL(std::string("accepted"), refusalOf("DEPLOYMENT", "cloud"));
        CPPUNIT_ASSERT(refusalOf("DEPLOYMENT", "datacenter").starts_with("DEPLOYMENT must be cloud"));
    }

    void testRevokesUpstreamOnlyWhereSwitchedOn() {
        CPPUNIT_ASSERT(!read(settings()).revokesUpstream);
        for (const bool on : {false, true}) {
            auto changed = settings();
            changed.set("UPSTREAM_REVOKE", on ? "on" : "off");
            CPPUNIT_ASSERT_EQUAL(on, read(changed).revokesUpstream);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("UPSTREAM_REVOKE must be on or off"),
                             refusalOf("UPSTREAM_REVOKE", "yes"));
        const auto specs = atlassian::cloudSettingSpecs(product);
        const auto& spec = specs.back();
        CPPUNIT_ASSERT_EQUAL(std::string("UPSTREAM_REVOKE off"), spec.key + " " + spec.defaultValue);
        CPPUNIT_ASSERT(spec.type == provider::SettingType::flag);
    }

    void testGovernmentCloudListsSitesAtTheAuthHost() {
        auto changed = settings();
        changed.set("AUTH_BASE", "https://auth.atlassian-us-gov-mod.com");
        changed.set("API_BASE", "https://api.atlassian-us-gov-mod.com");
        CPPUNIT_ASSERT_EQUAL(
            std::string("https://auth.atlassian-us-gov-mod.com/oauth/token/accessible-resources"),
            read(changed).sitesUrl());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CloudConfigurationTest);
