// SPDX-License-Identifier: Apache-2.0
// The host of the public URL: a warning if other services may share it, and a page that names both hosts to a
// browser that asks for another one.
#include "../support/DaemonFixture.h"
#include "../support/KeptConnection.h"
#include "../support/OddTexts.h"
#include "../support/RawConnection.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sstream>

using namespace central_oauth::test;

class PublicHostTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(PublicHostTest);
    CPPUNIT_TEST(testPortOfItsOwnIsOneWarning);
    CPPUNIT_TEST(testUsualPortsAndLoopbackAreNone);
    CPPUNIT_TEST(testPageNamesBothHosts);
    CPPUNIT_TEST(testWhateverIsAskedForIsShownHarmlessly);
    CPPUNIT_TEST_SUITE_END();

public:
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

    void testPageNamesBothHosts() {
        (void)logAt("https://link.example.com");
        const auto link = _service->createLink();
        for (const auto& path : {std::string("/"), link.url.substr(link.url.find("/link/")),
                                 std::string("/done/x"), std::string("/none")}) {
            const auto page = ask("other.example:8443", path);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 421, page.status);
            expectIn(page.body, "reached at link.example.com, and the request asked for other.example:8443.");
        }
    }

    void testWhateverIsAskedForIsShownHarmlessly() {
        (void)logAt("https://link.example.com");
        for (const auto& [asked, shown] : std::vector<std::pair<std::string, std::string>>{
                 {"<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"},
                 {"a.example\xE2\x80\xAEmoc", "a.examplemoc"},
                 {"a\xFF", "a\xEF\xBF\xBD"},
                 {"", "no host"},
                 {std::string(3000, 'a'), std::string(100, 'a') + "\xE2\x80\xA6"}}) {
            const auto page = ask(asked, "/");
            if (page.status == 400) // an invalid host name, which is refused first
                continue;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(shown, 421, page.status);
            expectIn(page.body, "the request asked for " + shown + ".");
            CPPUNIT_ASSERT(asked.empty() || asked == shown || page.body.find(asked) == std::string::npos);
        }
        for (const auto& asked : oddHeaderValues()) {
            const auto status = ask(asked, "/").status;
            CPPUNIT_ASSERT_MESSAGE(percentEncoded(asked), status == 421 || status == 400);
        }
        for (const auto& line : linesOf(_service->log()))
            CPPUNIT_ASSERT_MESSAGE(line.substr(0, 300), line.size() < 2000);
    }

private:
    // Returns the log of a start with that public URL, behind a proxy.
    [[nodiscard]] std::string logAt(const std::string& publicUrl) {
        (void)_service->stop();
        const auto before = _service->log().size();
        _service->environment["CENTRAL_OAUTH_PUBLIC_URL"] = publicUrl;
        _service->environment["CENTRAL_OAUTH_TRUSTED_PROXIES"] = "127.0.0.1";
        _service->start();
        return _service->log().substr(before);
    }

    [[nodiscard]] HttpAnswer ask(const std::string& host, const std::string& path) const {
        RawConnection connection(RawPlace::plain(portOf(_service->url())));
        connection.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        std::optional<HttpAnswer> answer;
        connection.receiveUntil([&] { return (answer = takeAnswer(connection.received())).has_value(); },
                                RawConnection::Clock::now() + std::chrono::seconds(10));
        CPPUNIT_ASSERT(answer);
        return *answer;
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

    static void expectIn(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE(part + " in " + text, text.find(part) != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PublicHostTest);
