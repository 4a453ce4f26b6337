// SPDX-License-Identifier: Apache-2.0
// Valid values of the TLS listener's settings, and their effect on other settings.
#include "HostSettingsFixture.h"

using namespace central_oauth;
using namespace central_oauth::config;
using namespace central_oauth::config::test;

class TlsSettingsTest : public HostSettingsFixture {
    CPPUNIT_TEST_SUITE(TlsSettingsTest);
    CPPUNIT_TEST(testATlsListenerNeedsNoProxy);
    CPPUNIT_TEST(testATlsListenerNeedsAnHttpsUrl);
    CPPUNIT_TEST(testRefusesHalfOfTls);
    CPPUNIT_TEST(testRefusesUnreadablePemFiles);
    CPPUNIT_TEST(testJudgesTheRightsOfTheTlsKey);
    CPPUNIT_TEST(testTlsFilesAreJudgedAgain);
    CPPUNIT_TEST_SUITE_END();

public:
    void testATlsListenerNeedsNoProxy() {
        const PemFiles files;
        const auto settings =
            accepted(files.with({{"PUBLIC_URL", "https://a.example"}, {"BIND", "0.0.0.0:443"}}));
        CPPUNIT_ASSERT_EQUAL(files.certificate(), settings.tls.value().certificate.string());
        CPPUNIT_ASSERT_EQUAL(files.key(), settings.tls.value().key.string());
        CPPUNIT_ASSERT_MESSAGE(
            "it may have one",
            !accepted(files.with({{"TRUSTED_PROXIES", "10.0.0.1"}})).trustedProxies.empty());
        CPPUNIT_ASSERT_MESSAGE("loopback needs no URL", !accepted(files.with({})).publicUrl);
    }

    void testATlsListenerNeedsAnHttpsUrl() {
        const PemFiles files;
        assertFault("PUBLIC_URL is not https, and the listener speaks TLS; write it with https",
                    files.with({{"PUBLIC_URL", "http://localhost:8080"}}));
        assertFault("PUBLIC_URL is required, because the bind address is not loopback",
                    files.with({{"BIND", "0.0.0.0:443"}}));
    }

    void testRefusesHalfOfTls() {
        const PemFiles files;
        assertFault("TLS_KEY is required, because CENTRAL_OAUTH_TLS_CERT is set; ",
                    {{"TLS_CERT", files.certificate()}});
        assertFault("TLS_CERT is required, because CENTRAL_OAUTH_TLS_KEY is set; ",
                    {{"TLS_KEY", files.key()}});
        assertFault("TLS_KEY_FILE is not a setting; set CENTRAL_OAUTH_TLS_KEY: it takes the path itself",
                    {{"TLS_KEY_FILE", files.key()}});
        assertFault("TLS_CERT_FILE is not a setting; set CENTRAL_OAUTH_TLS_CERT: it takes the path itself",
                    {{"TLS_CERT_FILE", files.certificate()}});
    }

    void testRefusesUnreadablePemFiles() {
        const PemFiles files;
        for (const auto& odd :
             {std::string("/nonexistent/tls.pem"), std::filesystem::temp_directory_path().string()}) {
            for (const char* name : {"TLS_CERT", "TLS_KEY"}) {
                auto values = files.with({});
                values[name] = odd;
                const auto fault = faultOf(values);
                const std::string begin = std::string(name) + " names a file that ";
                CPPUNIT_ASSERT_MESSAGE(fault, fault.starts_with(begin + "cannot be opened: ") ||
                                                  fault.starts_with(begin + "is not a regular file"));
                CPPUNIT_ASSERT_MESSAGE("no value in it: " + fault, fault.find(odd) == std::string::npos);
            }
        }
    }

    void testJudgesTheRightsOfTheTlsKey() {
        using std::filesystem::perms;
        const PemFiles files;
        for (const auto right : {perms::group_write, perms::others_write}) {
            std::filesystem::permissions(files.key(), perms::owner_read | right);
            assertFault(
                "TLS_KEY names a file that can be written by others; remove that permission (chmod go-w)",
                files.with({}));
        }
        std::filesystem::permissions(files.key(), perms::owner_read | perms::others_read);
        const auto report = loaded(files.with({})).report;
        CPPUNIT_ASSERT(!report.hasFaults());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report.warnings.size());
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_TLS_KEY"), report.warnings[0].setting);
        CPPUNIT_ASSERT_EQUAL(
            std::string("names a file that can be read by everybody on this machine; remove that "
                        "permission (chmod o-r)"),
            report.warnings[0].text);
        std::filesystem::permissions(files.key(), perms::owner_read | perms::group_read);
        CPPUNIT_ASSERT_MESSAGE("a group of its own is a usual way",
                               loaded(files.with({})).report.warnings.empty());
        // The certificate is public, and often renewed by a user of another group.
        std::filesystem::permissions(files.certificate(), perms(0644));
        CPPUNIT_ASSERT(loaded(files.with({})).report.warnings.empty());
        std::filesystem::permissions(files.certificate(), perms(0664));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, loaded(files.with({})).report.warnings.size());
        std::filesystem::permissions(files.certificate(), perms(0666));
        assertFault("TLS_CERT names a file that can be written by others; ", files.with({}));
    }

    void testTlsFilesAreJudgedAgain() {
        const PemFiles files;
        const auto settings = accepted(files.with({}));
        Report report;
        checkTlsFiles(*settings.tls, report);
        CPPUNIT_ASSERT(!report.hasFaults() && report.warnings.empty());
        std::filesystem::remove(files.key());
        checkTlsFiles(*settings.tls, report);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, report.faults.size());
        CPPUNIT_ASSERT_EQUAL(std::string("CENTRAL_OAUTH_TLS_KEY"), report.faults[0].setting);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsSettingsTest);
