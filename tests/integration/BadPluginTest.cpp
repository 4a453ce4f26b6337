// SPDX-License-Identifier: Apache-2.0
// A plugin that throws, hangs and floods in the real daemon; Jira's plugin keeps working beside it. POSIX.
#include "../support/DaemonFixture.h"

#include <atomic>
#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <future>
#include <thread>

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t mebibyte = 1024 * 1024;

/// An upstream that answers each request with 1 GiB, at the reader's speed, until the other side closes.
class FloodServer {
public:
    FloodServer() : _listener(Poco::Net::SocketAddress("127.0.0.1", 0)), _thread([this] { serve(); }) {}
    ~FloodServer() {
        _isStopping = true;
        _thread.join();
    }
    FloodServer(const FloodServer&) = delete;
    FloodServer& operator=(const FloodServer&) = delete;

    [[nodiscard]] std::string url() const {
        return "http://127.0.0.1:" + std::to_string(_listener.address().port());
    }
    [[nodiscard]] std::size_t sent() const noexcept { return _sent; }

private:
    void serve() {
        while (!_isStopping) {
            if (_listener.poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_READ))
                flood(_listener.acceptConnection());
        }
    }

    void flood(Poco::Net::StreamSocket socket) {
        const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        const std::string chunk = "100000\r\n" + std::string(mebibyte, 'x') + "\r\n";
        try {
            socket.setSendTimeout(Poco::Timespan(20, 0));
            sendAll(socket, head);
            for (int i = 0; i < 1024; ++i) {
                sendAll(socket, chunk);
                _sent += mebibyte;
            }
        } catch (const Poco::Exception&) {
            // The other side has closed the connection.
        }
    }

    static void sendAll(Poco::Net::StreamSocket& socket, const std::string& text) {
        for (std::size_t at = 0; at < text.size();)
            at += static_cast<std::size_t>(
                socket.sendBytes(text.data() + at, static_cast<int>(text.size() - at)));
    }

    Poco::Net::ServerSocket _listener;
    std::atomic<bool> _isStopping{false};
    std::atomic<std::size_t> _sent{0};
    std::thread _thread;
};

/// Returns the peak memory of a process in bytes.
std::size_t highWater(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:"))
            return std::stoul(line.substr(line.find_first_of("0123456789"))) * 1024;
    }
    throw std::runtime_error("no VmHWM");
}

} // namespace

class BadPluginTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(BadPluginTest);
    CPPUNIT_TEST(testThrowingPluginEndsItsOwnLinks);
    CPPUNIT_TEST(testUnfitAnswersEndTheirOwnLinks);
    CPPUNIT_TEST(testEndlessLifeIsADay);
    CPPUNIT_TEST(testFloodFillsNoMemory);
    CPPUNIT_TEST(testHangingPluginStopsNobodyElse);
    CPPUNIT_TEST(testHangingUrlStopsNobodyElse);
    CPPUNIT_TEST(testPluginThatCantBeUsedStopsTheStart);
    CPPUNIT_TEST(testPluginThatCantTellWhoConsentedIsWarnedOf);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        fs::permissions(_plugins.path(), fs::perms(0755));
        install(pluginFile("jira"));
        install(fixturePlugin("fixture-misbehaving"));
        _simulator = std::make_unique<Simulator>();
    }

    void testThrowingPluginEndsItsOwnLinks() {
        start({"throw-number", "throw-foreign", "huge-error"});
        for (const std::string mode : {"throw-number", "throw-foreign"}) {
            assertLinkFails(mode);
            assertLogged("broke its contract: it threw something else than ProviderError", mode);
        }
        assertLinkFails("huge-error");
        CPPUNIT_ASSERT(_service->completeLog().find("canary") == std::string::npos);
        assertOthersGoOn();
    }

    void testUnfitAnswersEndTheirOwnLinks() {
        start({"huge-token", "huge-sites", "no-identity"});
        for (const std::string mode : {"huge-token", "huge-sites", "no-identity"}) {
            assertLinkFails(mode);
            assertLogged("broke its contract: its answer is refused", mode);
        }
        assertOthersGoOn();
    }

    // The new refresh token may have replaced the old one, so an unexpected lifetime must not cost the grant.
    void testEndlessLifeIsADay() {
        start({"endless-token"});
        const auto link = _service->createLink(R"({"provider":"endless-token"})");
        WebBrowser browser;
        const auto page = browser.open(callbackOf(browser, link, "endless-token"));
        CPPUNIT_ASSERT_MESSAGE(page.html, page.contains("Undo"));
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(polled.body, 200, polled.status);
        const auto life = polled.json()->getValue<int>("expires_in");
        CPPUNIT_ASSERT_MESSAGE(std::to_string(life), life > 86'000 && life <= 86'400);
    }

    void testFloodFillsNoMemory() {
        const FloodServer upstream;
        start({"flood"}, upstream.url());
        assertOthersGoOn();
        const auto before = highWater(_service->process().pid());
        assertLinkFails("flood");
        const auto grown = highWater(_service->process().pid()) - before;
        CPPUNIT_ASSERT_MESSAGE("grown by " + std::to_string(grown), grown < 32 * mebibyte);
        CPPUNIT_ASSERT_MESSAGE("sent " + std::to_string(upstream.sent()), upstream.sent() < 64 * mebibyte);
        assertOthersGoOn();
    }

    void testHangingPluginStopsNobodyElse() {
        start({"hang"});
        const auto link = _service->createLink(R"({"provider":"hang"})");
        WebBrowser browser;
        const auto address = callbackOf(browser, link, "hang");
        auto held = std::async(std::launch::async, [&] { return browser.open(address); });
        awaitLog("the plugin hangs now");
        assertOthersGoOn();
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        // The deadline is 20 s and 2 s of grace; a busy machine needs more.
        CPPUNIT_ASSERT(held.wait_for(std::chrono::seconds(50)) == std::future_status::ready);
        CPPUNIT_ASSERT(held.get().contains("did not complete the sign-in"));
        CPPUNIT_ASSERT_EQUAL(std::string("upstream_error"), _service->poll(link).text("reason"));
        assertLogged("did not answer by the deadline; its call is abandoned", "hang");
        assertOthersGoOn();
        const auto begin = std::chrono::steady_clock::now();
        (void)_service->stop();
        CPPUNIT_ASSERT_MESSAGE("a stop takes 10 s at most, with some for the machine",
                               std::chrono::steady_clock::now() - begin < std::chrono::seconds(15));
        CPPUNIT_ASSERT(_service->log().find("\"calls_left\":1") != std::string::npos);
    }

    void testHangingUrlStopsNobodyElse() {
        start({"hang-url"});
        const auto link = _service->createLink(R"({"provider":"hang-url"})");
        auto held = std::async(std::launch::async, [&] {
            WebBrowser browser;
            return _service->approve(browser, link);
        });
        awaitLog("the plugin hangs now");
        assertOthersGoOn();
        CPPUNIT_ASSERT_EQUAL(503, held.get().status);
        assertOthersGoOn();
        _service->kill();
    }

    void testPluginThatCantBeUsedStopsTheStart() {
        install(fixturePlugin("fixture-bad-settings"));
        start({});
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "jira,fixture-bad-settings,absent";
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        for (const std::string reason :
             {"plugin fixture-bad-settings: it declares its setting BASE twice; rename one of the two",
              "plugin absent: there is no readable file "})
            CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(reason) != std::string::npos);
    }

    void testPluginThatCantTellWhoConsentedIsWarnedOf() {
        install(fixturePlugin("fixture-good"));
        start({});
        (void)_service->stop();
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "jira,fixture-good";
        _service->environment["CENTRAL_OAUTH_FIXTURE_GOOD_BASE"] = "https://base.example";
        const auto finished = _service->run({"--check-config"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string("warning: CENTRAL_OAUTH_PROVIDERS names fixture-good, whose plugin "
                                         "does not offer central_oauth.identity/1: nobody can be linked "
                                         "there\n"),
                             finished.errors);
    }

private:
    void install(const fs::path& library) const {
        const auto file = _plugins.path() / library.filename();
        fs::copy_file(library, file);
        fs::permissions(file, fs::perms(0644));
    }

    // Starts Jira, and one provider for each mode, named like it.
    void start(const std::vector<std::string>& modes, const std::string& upstream = "https://base.example") {
        ChildProcess::Environment settings{{"CENTRAL_OAUTH_PLUGIN_DIR", _plugins.path().string()}};
        std::string providers = "jira";
        for (const auto& mode : modes) {
            providers += "," + mode + "=fixture-misbehaving";
            std::string name = "CENTRAL_OAUTH_" + mode;
            for (char& c : name)
                c = c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
            settings[name + "_BASE"] = upstream;
            settings[name + "_MODE"] = mode;
        }
        settings["CENTRAL_OAUTH_PROVIDERS"] = providers;
        _service = std::make_unique<ServiceUnderTest>(*_simulator, settings);
    }

    // Approves and consents as the person; returns the callback address that the browser opens next.
    [[nodiscard]] std::string callbackOf(WebBrowser& browser, const TestLink& link,
                                         const std::string& provider) const {
        const auto target = _service->approve(browser, link).refreshTarget();
        const auto state = target.substr(target.find("state=") + 6);
        return _service->url() + "/callback/" + provider + "?code=c&state=" + state;
    }

    void assertLinkFails(const std::string& provider) const {
        const auto link = _service->createLink(R"({"provider":")" + provider + "\"}");
        WebBrowser browser;
        const auto page = browser.open(callbackOf(browser, link, provider));
        CPPUNIT_ASSERT_MESSAGE(provider + ": " + page.html, page.contains("did not complete the sign-in"));
        const auto polled = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(provider, 403, polled.status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(provider, std::string("upstream_error"), polled.text("reason"));
    }

    void assertOthersGoOn() const {
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/healthz", {}).status);
        const auto granted = _service->linkAccount();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(granted.body, 200, granted.status);
        const auto read = _service->get("/v1/tokens/" + granted.text("account_id"), _service->key());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, 200, read.status);
    }

    // Asserts that one line of the log has both.
    void assertLogged(const std::string& message, const std::string& provider) const {
        std::istringstream lines(_service->log());
        bool found = false;
        for (std::string line; std::getline(lines, line);)
            found = found || (line.find(message) != std::string::npos &&
                              line.find("\"provider\":\"" + provider + "\"") != std::string::npos &&
                              line.find("\"plugin\":\"fixture-misbehaving\"") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(message + " of " + provider + " is not in the log", found);
    }

    void awaitLog(const std::string& text) const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (_service->log().find(text) == std::string::npos) {
            CPPUNIT_ASSERT_MESSAGE(text, std::chrono::steady_clock::now() < end);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }

    TemporaryFolder _plugins;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BadPluginTest);
