// SPDX-License-Identifier: Apache-2.0
// The client at a terminal: the same exit statuses as in a pipe, and no foreign text that controls the
// screen.
#include "ClientFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>

using namespace central_oauth::test;

namespace {

// Clears the screen, renames the window, answers a question, reverses the text, overwrites the line.
const std::string acting = "Eve\x1b[2J\x1b]0;x\x07\u009b2J\r\n\x08\x08Linked \u202eyou\u2066 <b>\U0001F48E";

/// A server that answers every request with one error.
class WordyServer {
public:
    explicit WordyServer(const std::string& body)
        : _socket(Poco::Net::SocketAddress("127.0.0.1", 0)),
          _server(new Factory(body), _socket, new Poco::Net::HTTPServerParams) {
        _server.start();
    }
    ~WordyServer() { _server.stopAll(true); }
    WordyServer(const WordyServer&) = delete;
    WordyServer& operator=(const WordyServer&) = delete;

    [[nodiscard]] std::string url() const { return "http://" + _socket.address().toString(); }

private:
    class Handler final : public Poco::Net::HTTPRequestHandler {
    public:
        explicit Handler(const std::string& body) : _body(body) {}
        void handleRequest(Poco::Net::HTTPServerRequest&, Poco::Net::HTTPServerResponse& response) override {
            response.setStatus(Poco::Net::HTTPResponse::HTTP_FORBIDDEN);
            response.setContentType("application/json");
            response.sendBuffer(_body.data(), _body.size());
        }

    private:
        const std::string& _body;
    };

    class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
    public:
        explicit Factory(std::string body) : _body(std::move(body)) {}
        Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest&) override {
            return new Handler(_body);
        }

    private:
        std::string _body;
    };

    Poco::Net::ServerSocket _socket;
    Poco::Net::HTTPServer _server;
};

// Returns `text` as a JSON string.
std::string quoted(const std::string& text) {
    std::string json = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        constexpr const char* digits = "0123456789abcdef";
        if (byte < 0x20)
            json += std::string("\\u00") + digits[byte / 16] + digits[byte % 16];
        else
            json += (c == '"' || c == '\\' ? "\\" : "") + std::string(1, c);
    }
    return json + '"';
}

} // namespace

class ClientTerminalTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientTerminalTest);
    CPPUNIT_TEST(testEachExitStatusIsTheSameInAPipe);
    CPPUNIT_TEST(testNamesDoNotActOnTheScreen);
    CPPUNIT_TEST(testTextsOfTheServerDoNotActOnTheScreen);
    CPPUNIT_TEST(testHostileLabelsAreRefused);
    CPPUNIT_TEST(testTokenStandsAloneOnTheScreen);
    CPPUNIT_TEST_SUITE_END();

public:
    void testEachExitStatusIsTheSameInAPipe() {
        const auto normal = clientEnvironment();
        expectStatus(0, {"--version"}, normal);
        expectStatus(0, {"accounts"}, normal);
        expectStatus(1, {"token"}, normal);
        expectStatus(6, {"token", "acc_nobody"}, normal);
        expectStatus(64, {"frobnicate"}, normal);
        expectStatus(64, {"login", "trello"}, normal);
        expectStatus(3, {"accounts"}, with("CENTRAL_OAUTH_URL", "http://127.0.0.1:1"));
        expectStatus(5, {"accounts"}, with("CENTRAL_OAUTH_CLIENT_KEY", "cok_" + std::string(61, 'q')));
        expectStatus(70, {"accounts"}, with("CENTRAL_OAUTH_URL", _simulator->url() + "/authorize"));
        (void)linkWithTokenOf(90);
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        expectStatus(2, {"token"}, normal);
        // ClientLoginTest covers 4 and 130, which need a person.
    }

    void testNamesDoNotActOnTheScreen() {
        const auto name = quoted(acting);
        // The longest name that the plugin accepts.
        const auto endless = quoted("Eve\x1b[31m" + std::string(1000, 'e'));
        for (const auto& [shown, label] : {std::pair(name, std::string("<script>alert(1)</script>")),
                                           std::pair(endless, std::string("\\\"';`$(id)`\u00e9"))}) {
            _simulator->control("POST", "users", R"({"handle":"ada","sites":[],"name":)" + shown + "}");
            _simulator->control(
                "POST", "sites",
                R"({"url":"https://eve.example","products":["jira"],"users":["ada"],"name":)" + shown + "}");
            const auto linked =
                _service->linkAccount(R"({"provider":"jira","subject":"'; rm -rf \"$HOME\" #",)"
                                      R"("label":)" +
                                      quoted(label) + "}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.body.substr(0, 300), 200, linked.status);
            const auto account = linked.text("account_id");
            const auto table = screenOf({"accounts"}, 0);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("a name made a line of its own: " + table, 2L,
                                         std::count(table.begin(), table.end(), '\n'));
            expectText(screenOf({"explain", account}, 0), "Eve");
            auto question = onTerminal({"revoke", account}, with("NO_COLOR", "1"));
            question->waitForText("[y/N]");
            question->send("y\n");
            CPPUNIT_ASSERT_EQUAL(0, question->wait());
            expectHarmless(question->screen());
        }
    }

    void testTextsOfTheServerDoNotActOnTheScreen() {
        const auto text = quoted(acting + std::string(10 * 1024, 'x'));
        const WordyServer server(R"({"error":"access_denied","error_description":)" + text + R"(,"reason":)" +
                                 text + R"(,"hint":)" + text + R"(,"request_id":)" + text + "}");
        const auto environment = with("CENTRAL_OAUTH_URL", server.url());
        for (const Arguments& arguments : {Arguments{"accounts"}, {"token", "acc_1"}, {"login", "jira"}}) {
            auto screen = onTerminal(arguments, plain(environment));
            CPPUNIT_ASSERT_MESSAGE(screen->screen(), screen->wait() != 0);
            expectHarmless(screen->screen());
            expectText(screen->screen(), "Eve");
            CPPUNIT_ASSERT_MESSAGE("too much of it", screen->screen().size() < 4000);
            const auto piped = run(arguments, environment);
            CPPUNIT_ASSERT(piped.exitCode != 0);
            expectHarmless(piped.errors);
        }
    }

    void testHostileLabelsAreRefused() {
        for (const std::string hostile : {"red\x1b[31m\nCancelled", "\u202edellecnaC"}) {
            expectFailure(64, run({"login", "jira", "--label", hostile}));
            (void)screenOf({"login", "jira", "--label", hostile}, 64);
        }
        (void)screenOf({"token", acting}, 64);
        (void)screenOf({acting}, 64);
        (void)screenOf({"config", "set", acting, acting}, 64);
        // Control characters in a name from upstream are not shown, either.
        _simulator->control("POST", "users", R"({"handle":"ada","name":)" + quoted(acting) + "}");
        auto login =
            startLogin({"login", "jira", "--label", "<script>\"'", "--subject", "'; rm -rf \"$HOME\" #"});
        WebBrowser browser;
        CPPUNIT_ASSERT(!browser.open(login.link.url).contains("<script>\"'"));
        approve(login.link);
        const auto linked = end(login);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(linked.errors, 0, linked.exitCode);
        expectText(linked.errors, "Linked Eve");
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        _service->advanceClock(3500);
        const auto dead = run({"token", accountOf(linked)});
        CPPUNIT_ASSERT_EQUAL(2, dead.exitCode);
        expectText(dead.errors, R"(--subject ''\''; rm -rf "$HOME" #')");
    }

    // A token copied from the screen must not contain colour codes.
    void testTokenStandsAloneOnTheScreen() {
        const auto token = _service->linkAccount().text("access_token");
        auto screen = onTerminal({"token"});
        CPPUNIT_ASSERT_EQUAL(0, screen->wait());
        CPPUNIT_ASSERT(screen->screen() == token + "\n");
    }

private:
    [[nodiscard]] Environment with(const std::string& name, const std::string& value) const {
        auto environment = clientEnvironment();
        environment[name] = value;
        return environment;
    }

    // Without the program's own colours every escape code is foreign.
    static Environment plain(Environment environment) {
        environment["NO_COLOR"] = "1";
        return environment;
    }

    void expectStatus(int code, const Arguments& arguments, const Environment& environment) const {
        const auto piped = run(arguments, environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(piped.errors, code, piped.exitCode);
        auto screen = onTerminal(arguments, plain(environment));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(screen->screen(), code, screen->wait());
        expectHarmless(screen->screen());
        expectNoSecrets(screen->screen());
        if (code != 0)
            expectText(screen->screen(), "\n  next: ");
    }

    [[nodiscard]] std::string screenOf(const Arguments& arguments, int code) const {
        auto screen = onTerminal(arguments, plain(clientEnvironment()));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(screen->screen(), code, screen->wait());
        expectHarmless(screen->screen());
        return screen->screen();
    }

    // Asserts that there is no escape, bell, backspace, C1 control or text direction.
    static void expectHarmless(const std::string& screen) {
        expectPlain(screen);
        for (const std::string& part : {std::string("\u2066"), std::string("\u009b"), std::string("\x9b")}) {
            const auto at = screen.find(part);
            // As part of another character this byte is harmless.
            CPPUNIT_ASSERT_MESSAGE("a control was printed",
                                   at == std::string::npos ||
                                       (part.size() == 1 && at > 0 && (screen[at - 1] & 0x80) != 0));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientTerminalTest);
