// SPDX-License-Identifier: Apache-2.0
// The daemon's check of upstream over real TLS: valid and invalid certificates, old protocols.
#include "../support/Certificates.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

class UpstreamCertificateTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamCertificateTest);
    CPPUNIT_TEST(testLinksAndRefreshesWithTheRightCertificate);
    CPPUNIT_TEST(testRefusesUnknownIssuer);
    CPPUNIT_TEST(testRefusesSelfSignedCertificate);
    CPPUNIT_TEST(testRefusesCertificateOfAnotherHost);
    CPPUNIT_TEST(testRefusesExpiredCertificate);
    CPPUNIT_TEST(testRefusesOldProtocols);
    CPPUNIT_TEST(testRefusedRefreshHarmsNoGrant);
    CPPUNIT_TEST(testUnreadableBundleIsAConfigurationFault);
    CPPUNIT_TEST_SUITE_END();

public:
    void testLinksAndRefreshesWithTheRightCertificate() {
        const auto files = _authority.issue();
        for (const std::string host : {"localhost", "127.0.0.1"}) {
            const Simulator simulator(SimulatorTls{files.certificate, files.key, {}, host});
            ServiceUnderTest service(simulator, trusting());
            const auto payload = linkWithShortToken(service);
            CPPUNIT_ASSERT(payload.text("access_token").size() > 100);
            const auto refreshed = token(service, payload);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(refreshed.body, 200, refreshed.status);
            CPPUNIT_ASSERT(refreshed.text("access_token") != payload.text("access_token"));
            CPPUNIT_ASSERT_EQUAL(1, simulator.tokenCalls("refresh_token"));
        }
    }

    void testRefusesUnknownIssuer() {
        const auto files = _authority.issue();
        expectRefusal(
            {files.certificate, files.key}, {},
            "127.0.0.1: TLS: the certificate's issuer is unknown here; if this is the right server, "
            "or a proxy of your network in front of it, name the file with its CA's certificate in "
            "CENTRAL_OAUTH_UPSTREAM_CA");
    }

    void testRefusesSelfSignedCertificate() {
        const auto files = _authority.selfSigned();
        expectRefusal({files.certificate, files.key}, trusting(),
                      "127.0.0.1: TLS: the certificate is self-signed");
    }

    void testRefusesCertificateOfAnotherHost() {
        const auto files = _authority.issueForAnotherHost();
        for (const std::string host : {"localhost", "127.0.0.1"})
            expectRefusal({files.certificate, files.key, {}, host}, trusting(),
                          host + ": TLS: the certificate is for another name");
    }

    void testRefusesExpiredCertificate() {
        const auto files = _authority.issueExpired();
        expectRefusal({files.certificate, files.key, {}, "localhost"}, trusting(),
                      "localhost: TLS: the certificate has expired");
    }

    void testRefusesOldProtocols() {
        const auto files = _authority.issue();
        for (const std::string version : {"1.0", "1.1"})
            expectRefusal({files.certificate, files.key, version}, trusting(),
                          "127.0.0.1: TLS: the server's protocol is too old; it must speak TLS 1.2 or newer");
    }

    void testRefusedRefreshHarmsNoGrant() {
        const auto files = _authority.issue();
        const Simulator simulator(SimulatorTls{files.certificate, files.key});
        ServiceUnderTest service(simulator, trusting());
        const auto payload = linkWithShortToken(service);
        service.advanceClock(100);
        restartWith(service, "");
        const auto refused = token(service, payload);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.body, 503, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("provider_unavailable"), refused.text("error"));
        CPPUNIT_ASSERT_EQUAL(std::string("operator"), refused.text("cause"));
        CPPUNIT_ASSERT_EQUAL(0, simulator.tokenCalls("refresh_token"));
        restartWith(service, _authority.bundle());
        const auto refreshed = token(service, payload);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refreshed.body, 200, refreshed.status);
        CPPUNIT_ASSERT_EQUAL(1, simulator.tokenCalls("refresh_token"));
    }

    void testUnreadableBundleIsAConfigurationFault() {
        const Simulator simulator;
        ServiceUnderTest service(simulator);
        (void)service.stop();
        service.environment["CENTRAL_OAUTH_UPSTREAM_CA"] = _authority.bundle() + ".missing";
        const auto check = service.run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(78, check.exitCode);
        CPPUNIT_ASSERT_MESSAGE(check.errors,
                               check.errors.find("CENTRAL_OAUTH_UPSTREAM_CA") != std::string::npos);
    }

private:
    [[nodiscard]] ChildProcess::Environment trusting() const {
        return {{"CENTRAL_OAUTH_UPSTREAM_CA", _authority.bundle()}};
    }

    static void restartWith(ServiceUnderTest& service, const std::string& bundle) {
        CPPUNIT_ASSERT_EQUAL(0, service.stop());
        service.environment.erase("CENTRAL_OAUTH_UPSTREAM_CA");
        if (!bundle.empty())
            service.environment["CENTRAL_OAUTH_UPSTREAM_CA"] = bundle;
        service.start();
    }

    // Returns the payload of a new account whose token is due for a refresh at once.
    static HttpAnswer linkWithShortToken(ServiceUnderTest& service) {
        auto payload = service.linkAccount();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(payload.body, 200, payload.status);
        service.passTime(3510);
        return payload;
    }

    static HttpAnswer token(const ServiceUnderTest& service, const HttpAnswer& payload) {
        return service.get("/v1/tokens/" + payload.text("account_id"), service.key());
    }

    // The person consents; the daemon refuses the server, reports it, and has sent it nothing.
    static void expectRefusal(const SimulatorTls& tls, const ChildProcess::Environment& settings,
                              const std::string& words) {
        const Simulator simulator(tls);
        const ServiceUnderTest service(simulator, settings);
        const auto link = service.createLink();
        WebBrowser browser;
        const auto page = ServiceUnderTest::consent(browser, service.approve(browser, link));
        CPPUNIT_ASSERT_EQUAL(service.url() + "/done/" + link.id, page.url);
        CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("did not complete the sign-in"));
        CPPUNIT_ASSERT_MESSAGE("how upstream is reached is not for everybody", !page.contains("certificate"));
        const auto polled = service.poll(link);
        CPPUNIT_ASSERT_EQUAL(403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("access_denied"), polled.text("error"));
        CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), polled.text("reason"));
        const bool isTheirs = words.find("protocol is too old") != std::string::npos;
        CPPUNIT_ASSERT_EQUAL(std::string(isTheirs ? "provider" : "operator"), polled.text("cause"));
        const auto routes = simulator.control("GET", "counters").json()->getObject("routes");
        CPPUNIT_ASSERT(routes->has("consent"));
        for (const std::string route : {"token", "me", "accessible-resources"})
            CPPUNIT_ASSERT_MESSAGE(route, !routes->has(route));
        CPPUNIT_ASSERT_MESSAGE(service.log(), service.log().find(words) != std::string::npos);
    }

    CertificateAuthority _authority;
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamCertificateTest);
