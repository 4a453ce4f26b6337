// SPDX-License-Identifier: Apache-2.0
// The cause that is reported when upstream fails: a fault of the service's own network or settings is the
// operator's, an outage is the provider's.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>

using namespace central_oauth::test;

namespace {

// A fault of the operator's network, and the text by which the log names it.
struct LocalFault {
    ChildProcess::Environment settings;
    std::string problem;
    std::string words;
};

std::vector<LocalFault> localFaults() {
    // RFC 6761 section 6.4: no name under .invalid resolves, so nothing is ever sent to it.
    const ChildProcess::Environment away{{"CENTRAL_OAUTH_JIRA_AUTH_BASE", "https://auth.invalid"},
                                         {"CENTRAL_OAUTH_JIRA_API_BASE", "https://api.invalid"}};
    auto refusing = away;
    refusing["HTTPS_PROXY"] = "http://user:pr0xyS3cret@127.0.0.1:1";
    auto unknown = away;
    unknown["HTTPS_PROXY"] = "http://proxy.invalid:3128";
    return {
        {away, "dns_failed", "auth.invalid: the name can't be resolved"},
        {refusing, "proxy_failed", "the proxy 127.0.0.1:1 (HTTPS_PROXY): Connection refused"},
        {unknown, "proxy_failed", "the proxy proxy.invalid:3128 (HTTPS_PROXY): the name can't be resolved"}};
}

} // namespace

class LocalFaultTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LocalFaultTest);
    CPPUNIT_TEST(testLinkThatOurNetworkFailed);
    CPPUNIT_TEST(testRefreshThatOurNetworkFailed);
    CPPUNIT_TEST(testOutageIsTheProviders);
    CPPUNIT_TEST(testWrongSecretIsTheOperators);
    CPPUNIT_TEST(testAccountWithoutAnySite);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override { _simulator = std::make_unique<Simulator>(); }

    void testLinkThatOurNetworkFailed() {
        for (const auto& fault : localFaults()) {
            _service = std::make_unique<ServiceUnderTest>(*_simulator, fault.settings);
            const auto link = _service->createLink();
            WebBrowser browser;
            const auto target = _service->approve(browser, link).refreshTarget();
            auto state = target.substr(target.find("state=") + 6);
            state = state.substr(0, state.find('&'));
            const auto page = browser.open(_service->url() + "/callback/jira?code=c&state=" + state);
            CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("The operator of this service"));
            CPPUNIT_ASSERT_MESSAGE("nothing is Atlassian's here", !page.contains("Atlassian"));
            const auto polled = _service->poll(link);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 403, polled.status);
            CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), polled.text("reason"));
            CPPUNIT_ASSERT_EQUAL(std::string("operator"), polled.text("cause"));
            expectLogged(fault);
        }
    }

    void testRefreshThatOurNetworkFailed() {
        for (const auto& fault : localFaults()) {
            _service = std::make_unique<ServiceUnderTest>(*_simulator);
            const auto linked = _service->linkAccount();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body, 200, linked.status);
            CPPUNIT_ASSERT_EQUAL(0, _service->stop());
            for (const auto& [name, value] : fault.settings)
                _service->environment[name] = value;
            _service->start();
            _service->passTime(3601);
            const auto read = _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, 503, read.status);
            CPPUNIT_ASSERT_EQUAL(std::string("operator"), read.text("cause"));
            CPPUNIT_ASSERT_MESSAGE(read.body, read.text("hint").find("The operator") != std::string::npos);
            const auto problem = _service->get("/v1/accounts/" + linked.text("account_id"), _service->key())
                                     .json()
                                     ->getObject("problem");
            CPPUNIT_ASSERT_EQUAL(fault.problem, problem->getValue<std::string>("code"));
            CPPUNIT_ASSERT_EQUAL(std::string("operator"), problem->getValue<std::string>("who"));
            const auto explained = _service->runClient({"explain", linked.text("account_id")});
            CPPUNIT_ASSERT_MESSAGE(explained.output,
                                   explained.output.find("the operator of the server") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(explained.output, explained.output.find("Atlassian") == std::string::npos);
            expectLogged(fault);
        }
    }

    void testOutageIsTheProviders() {
        expectCause(R"({"target":"auth","kind":"outage"})", 503, "provider");
        expectCause(R"({"target":"token","kind":"rate_limit"})", 503, "provider");
    }

    void testWrongSecretIsTheOperators() {
        expectCause(R"({"target":"token","kind":"oauth_error","status":401,"error":"access_denied"})", 502,
                    "operator");
    }

    void testAccountWithoutAnySite() {
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        _simulator->control("POST", "sites", R"({"user":"ada","count":0})");
        const auto link = _service->createLink();
        WebBrowser browser;
        const auto page = ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("has no site of this product"));
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL(403, polled.status);
        CPPUNIT_ASSERT_EQUAL(std::string("no_site"), polled.text("reason"));
        CPPUNIT_ASSERT_MESSAGE(polled.body, polled.text("hint").find("no site at all") != std::string::npos);
    }

private:
    void expectCause(const std::string& fault, int status, const std::string& cause) {
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        const auto linked = _service->linkAccount();
        _service->passTime(3601);
        _simulator->control("POST", "faults", fault);
        const auto read = _service->get("/v1/tokens/" + linked.text("account_id"), _service->key());
        _simulator->control("POST", "faults/clear", "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, status, read.status);
        CPPUNIT_ASSERT_EQUAL(cause, read.text("cause"));
    }

    void expectLogged(const LocalFault& fault) const {
        const auto log = _service->log();
        CPPUNIT_ASSERT_MESSAGE(log, log.find(fault.words) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(log, log.find("\"problem\":\"" + fault.problem + "\"") != std::string::npos);
        CPPUNIT_ASSERT(log.find("pr0xyS3cret") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LocalFaultTest);
