// SPDX-License-Identifier: Apache-2.0
// The host of the public URL: what may serve beside it is warned of.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

using namespace central_oauth::test;

class PublicHostTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PublicHostTest);
    CPPUNIT_TEST(testPortOfItsOwnIsOneWarning);
    CPPUNIT_TEST(testUsualPortsAndLoopbackAreNone);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
    }

    void tearDown() override {
        _service.reset();
        _simulator.reset();
    }

    void testPortOfItsOwnIsOneWarning() {
        const auto log = logAt("https://link.example.com:8443");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(log, std::size_t(1), count(log, "browsers share cookies"));
        const auto line = lineWith(log, "browsers share cookies");
        for (const std::string part :
             {R"("level":"WARNING")", R"("setting":"CENTRAL_OAUTH_PUBLIC_URL")", "another port",
              "take a person's grant", "Use a host name that serves nothing else, and its port 443"})
            CPPUNIT_ASSERT_MESSAGE(line, line.find(part) != std::string::npos);
        const auto checked = _service->run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL(0, checked.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1),
                             count(checked.errors, "warning: CENTRAL_OAUTH_PUBLIC_URL names a port"));
    }

    void testUsualPortsAndLoopbackAreNone() {
        for (const std::string url :
             {"https://link.example.com", "https://link.example.com:443/", "http://localhost:8080",
              "https://localhost:8443", "https://127.0.0.1:8443"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, std::size_t(0), count(logAt(url), "browsers share cookies"));
    }

private:
    // What the daemon logs of a start with that public URL, behind a proxy.
    [[nodiscard]] std::string logAt(const std::string& publicUrl) {
        (void)_service->stop();
        const auto before = _service->log().size();
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = publicUrl;
        _service->environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        _service->start();
        return _service->log().substr(before);
    }

    static std::size_t count(const std::string& text, const std::string& part) {
        std::size_t found = 0;
        for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
            ++found;
        return found;
    }

    static std::vector<std::string> linesOf(const std::string& log) {
        std::vector<std::string> lines;
        std::istringstream text(log);
        for (std::string line; std::getline(text, line);)
            lines.push_back(line);
        return lines;
    }

    static std::string lineWith(const std::string& log, const std::string& part) {
        for (const auto& line : linesOf(log))
            if (line.find(part) != std::string::npos)
                return line;
        return {};
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublicHostTest);
