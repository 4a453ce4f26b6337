// SPDX-License-Identifier: Apache-2.0
// The output of `central-oauth token --format …`, read by its consumers: git, jq, sh, an HTTP API.
#include "ClientFixture.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <thread>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

using namespace central_oauth::test;

namespace {

namespace fs = std::filesystem;

const std::string bitbucket = "protocol=https\nhost=bitbucket.org\n\n";

// A person's name with quotes, a command, line ends, an emoji and a text direction.
const std::string hostileName =
    R"(Eve'; touch \"$HOME/pwned\" #\n`touch \"$HOME/pwned\"`\u001b[2J\ud83d\udc8e\u202e)";

bool isAscii(const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x7f; });
}

} // namespace

class ClientFormatTest : public ClientFixture {
    CPPUNIT_TEST_SUITE(ClientFormatTest);
    CPPUNIT_TEST(testRawIsTheTokenAndALineEnd);
    CPPUNIT_TEST(testJsonIsTheServersPayload);
    CPPUNIT_TEST(testHeadersOpenTheApi);
    CPPUNIT_TEST(testHeadersWithoutASite);
    CPPUNIT_TEST(testAssignmentsInARealShell);
    CPPUNIT_TEST(testAssignmentsOfConfluence);
    CPPUNIT_TEST(testAssignmentsOfBothInOneShell);
    CPPUNIT_TEST(testAssignmentsThatFailStopTheShell);
    CPPUNIT_TEST(testTokenGivesUpInTime);
    CPPUNIT_TEST(testAssignmentsNeedASite);
    CPPUNIT_TEST(testGitTakesTheCredential);
    CPPUNIT_TEST(testGitHelperKeepsSilentElsewhere);
    CPPUNIT_TEST(testGitHelperAnswersLoopbackOverHttp);
    CPPUNIT_TEST(testTokenIsRefreshedOnDemand);
    CPPUNIT_TEST(testFormatsOfADeadGrant);
    CPPUNIT_TEST_SUITE_END();

public:
    void testRawIsTheTokenAndALineEnd() {
        const auto token = _service->linkAccount().text("access_token");
        CPPUNIT_ASSERT(run({"token"}).output == token + "\n");
        CPPUNIT_ASSERT(run({"token", "--format", "raw"}).output == token + "\n");
        CPPUNIT_ASSERT(shell("printf %s \"$(central-oauth token)\"", clientEnvironment()).output == token);
        auto screen = onTerminal({"token"}, withPipedOutput);
        CPPUNIT_ASSERT_EQUAL(0, screen->wait());
        CPPUNIT_ASSERT(screen->standardOutput() == token + "\n");
        CPPUNIT_ASSERT_EQUAL(std::string(), screen->screen());
    }

    void testJsonIsTheServersPayload() {
        name(R"({"handle":"ada","name":")" + hostileName + "\"}");
        const auto account = _service->linkAccount().text("account_id");
        const auto json = run({"token", "--format", "json"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(json.errors, 0, json.exitCode);
        CPPUNIT_ASSERT_MESSAGE("not ASCII", isAscii(json.output));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("more than a line", json.output.size() - 1, json.output.find('\n'));
        const auto served = _service->get("/v1/tokens/" + account, _service->key());
        // The remaining lifetime differs from call to call.
        const std::string same = "jq -Se 'del(.expires_in)' ";
        const auto read =
            shell("cd \"$HOME/work\"\n" + same + "printed.json >a\n" + same + "served.json >b\ncmp a b\n",
                  inFolder({{"printed.json", json.output}, {"served.json", served.body}}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.errors + read.output, 0, read.exitCode);
    }

    void testHeadersOpenTheApi() {
        const auto linked = _service->linkAccount();
        const auto printed = shell("cd \"$HOME/work\"\n"
                                   "central-oauth token --format mcp-headers >headers.json\n"
                                   "jq -e 'to_entries | all(.value | type == \"string\")' headers.json\n"
                                   "jq -r 'keys | join(\" \")' headers.json\n"
                                   "jq -r .Authorization headers.json\n"
                                   "jq -r '.[\"X-Atlassian-Cloud-Id\"]' headers.json\n",
                                   inFolder({}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(printed.errors, 0, printed.exitCode);
        std::istringstream lines(printed.output);
        std::string ok, names, authorization, cloud;
        for (auto* line : {&ok, &names, &authorization, &cloud})
            std::getline(lines, *line);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), ok);
        CPPUNIT_ASSERT_EQUAL(std::string("Authorization X-Atlassian-Cloud-Id"), names);
        CPPUNIT_ASSERT_EQUAL(siteOf(linked, "cloud_id"), cloud);
        const auto me = exchange({"GET",
                                  _simulator->url() + "/ex/jira/" + cloud + "/rest/api/3/myself",
                                  {{"Authorization", authorization}},
                                  {}});
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the API must take the header", 200, me.status);
    }

    void testHeadersWithoutASite() {
        linkWithoutSite();
        const auto printed = shell("central-oauth token --format mcp-headers | jq -r 'keys | join(\" \")'",
                                   clientEnvironment());
        CPPUNIT_ASSERT_EQUAL(std::string("Authorization\n"), printed.output);
    }

    void testAssignmentsInARealShell() {
        name(R"({"handle":"ada","name":")" + hostileName + "\"}");
        name(R"({"handle":"ada","name":"Eve","sites":[]})");
        _simulator->control("POST", "sites",
                            R"({"name":"o'brien","url":"https://x.example/'$(touch${IFS}pwned)`id>pwned`",)"
                            R"("products":["jira"],"users":["ada"]})");
        const auto linked = _service->linkAccount();
        auto environment = inFolder({});
        environment.insert({{"ATLASSIAN_OAUTH_CLIENT_ID", "other"}, {"JIRA_OAUTH_ACCESS_TOKEN", "other"}});
        const auto printed = shell(R"sh(cd "$HOME/work"
eval "$(central-oauth token --format env)"
env | grep -E '^(JIRA|ATLASSIAN)_' | LC_ALL=C sort | grep -v '_OAUTH_ACCESS_TOKEN='
printf '%s\n' "$ATLASSIAN_OAUTH_ACCESS_TOKEN" "$JIRA_OAUTH_ACCESS_TOKEN"
)sh",
                                   environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(printed.errors, 0, printed.exitCode);
        CPPUNIT_ASSERT_EQUAL("ATLASSIAN_OAUTH_CLOUD_ID=" + siteOf(linked, "cloud_id") +
                                 "\nJIRA_URL=" + siteOf(linked, "url") + "\n" + linked.text("access_token") +
                                 "\n" + linked.text("access_token") + "\n",
                             printed.output);
        CPPUNIT_ASSERT_MESSAGE("a name was run", !fs::exists(inHome("work/pwned")));
    }

    void testAssignmentsOfConfluence() {
        addConfluence();
        const auto linked = _service->linkAccount(R"({"provider":"confluence"})");
        const auto printed = shell("eval \"$(central-oauth token confluence --format env)\"\n"
                                   "printf '%s\\n' \"$CONFLUENCE_URL\" \"${JIRA_URL-none}\"",
                                   clientEnvironment());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(printed.errors, 0, printed.exitCode);
        CPPUNIT_ASSERT_EQUAL(siteOf(linked, "url") + "/wiki\nnone\n", printed.output);
    }

    void testAssignmentsOfBothInOneShell() {
        addConfluence();
        const auto jira = _service->linkAccount();
        const auto confluence = _service->linkAccount(R"({"provider":"confluence"})");
        for (const std::string order : {"jira confluence", "confluence jira", "jira confluence jira"}) {
            const auto printed =
                shell("for product in " + order +
                          "; do\n"
                          "t=$(central-oauth token $product --format env) && eval \"$t\" || exit\n"
                          "done\n"
                          "printf '%s\\n' \"$JIRA_URL\" \"$JIRA_OAUTH_ACCESS_TOKEN\" "
                          "\"$CONFLUENCE_URL\" \"$CONFLUENCE_OAUTH_ACCESS_TOKEN\"",
                      clientEnvironment());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(printed.errors, 0, printed.exitCode);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(order,
                                         siteOf(jira, "url") + "\n" + jira.text("access_token") + "\n" +
                                             siteOf(confluence, "url") + "/wiki\n" +
                                             confluence.text("access_token") + "\n",
                                         printed.output);
            CPPUNIT_ASSERT_EQUAL(std::string(), printed.errors);
        }
    }

    // Without a key, a server or an account the shell must stop.
    void testAssignmentsThatFailStopTheShell() {
        auto keyless = clientEnvironment();
        keyless.erase("CENTRAL_OAUTH_CLIENT_KEY");
        auto serverless = clientEnvironment();
        serverless["CENTRAL_OAUTH_URL"] = "http://127.0.0.1:1";
        for (const auto& environment : {keyless, serverless, clientEnvironment()})
            for (const std::string script :
                 {"eval \"$(central-oauth token --format env)\" && echo went on",
                  "set -e; eval \"$(central-oauth token --format=env)\"; echo went on",
                  "eval \"$(central-oauth token --format env --odd)\" && echo went on"}) {
                const auto ended = shell(script, environment);
                CPPUNIT_ASSERT_MESSAGE(script, ended.exitCode != 0);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(script, std::string(), ended.output);
            }
    }

    // A server that accepts the request only, and one whose answer never ends.
    void testTokenGivesUpInTime() {
        for (const std::string start : {"", "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{"}) {
            Poco::Net::ServerSocket listener(Poco::Net::SocketAddress("127.0.0.1", 0));
            std::atomic<bool> over{false};
            std::thread peer([&] {
                Poco::Net::StreamSocket socket = listener.acceptConnection();
                try {
                    socket.sendBytes(start.data(), static_cast<int>(start.size()));
                    while (!over && !socket.poll(Poco::Timespan(0, 50'000), Poco::Net::Socket::SELECT_ERROR))
                        if (!start.empty())
                            socket.sendBytes(" ", 1);
                } catch (const Poco::Net::NetException&) {
                    return; // the client gave up first, as it should
                }
            });
            auto environment = clientEnvironment();
            environment["CENTRAL_OAUTH_URL"] =
                "http://127.0.0.1:" + std::to_string(listener.address().port());
            const auto begin = std::chrono::steady_clock::now();
            const auto ended = run({"token", "acc_1", "--timeout", "1"}, environment);
            const auto took = std::chrono::steady_clock::now() - begin;
            over = true;
            peer.join();
            expectFailure(3, ended);
            CPPUNIT_ASSERT_MESSAGE(ended.errors, took < std::chrono::seconds(5));
        }
    }

    void testAssignmentsNeedASite() {
        linkWithoutSite();
        const auto printed = run({"token", "--format", "env"});
        expectFailure(64, printed, "false\n");
        expectText(printed.errors, "--site");
    }

    void testGitTakesTheCredential() {
        const auto linked = _service->linkAccount();
        const auto filled = git("fill", bitbucket, "credential.https://bitbucket.org.helper");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(filled.errors, 0, filled.exitCode);
        expectText(filled.output, "username=x-token-auth\n");
        expectText(filled.output, "password=" + linked.text("access_token") + "\n");
        const auto credential = filled.output + "\n";
        for (const std::string action : {"approve", "reject"}) {
            const auto told = git(action, credential, "credential.helper");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(told.errors, 0, told.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::string(), told.output + told.errors);
        }
        CPPUNIT_ASSERT_EQUAL(0, run({"token"}).exitCode);
    }

    void testGitHelperKeepsSilentElsewhere() {
        (void)_service->linkAccount();
        const auto elsewhere = git("fill", "protocol=https\nhost=github.example\n\n", "credential.helper");
        CPPUNIT_ASSERT_EQUAL(128, elsewhere.exitCode);
        expectText(elsewhere.errors, "could not read Username");
        const Arguments get{"token", "--format", "git", "get"};
        for (const std::string& asked :
             {std::string("protocol=http\nhost=bitbucket.org\n\n"),
              std::string("protocol=https\nhost=bitbucket.org.evil.example\n\n"),
              std::string("protocol=https\nhost=evil.example\npath=bitbucket.org\n\n"),
              std::string("protocol=ssh\nhost=bitbucket.org\n\n"), std::string("\n"), std::string(),
              std::string(200'000, 'x')})
            expectSilence(runWithInput(get, clientEnvironment(), asked));
        for (const std::string action : {"store", "erase"})
            expectSilence(runWithInput({"token", "--format", "git", action}, clientEnvironment(), bitbucket));
        // An action of a later git: helpers must ignore it (gitcredentials(7)).
        expectSilence(runWithInput({"token", "--account", "jira", "--format", "git", "novelty"},
                                   clientEnvironment(), bitbucket));
        // Only `get` needs to look up the account.
        expectSilence(runWithInput({"token", "--account", "nobody", "--format", "git", "erase"},
                                   clientEnvironment(), bitbucket));
    }

    void testGitHelperAnswersLoopbackOverHttp() {
        const auto linked = _service->linkAccount();
        const auto given = runWithInput({"token", "--format", "git", "--git-host", "127.0.0.1:7990", "get"},
                                        clientEnvironment(), "protocol=http\nhost=127.0.0.1:7990\n\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(given.errors, 0, given.exitCode);
        expectText(given.output, "password=" + linked.text("access_token") + "\n");
        const auto expiry = given.output.find("password_expiry_utc=");
        CPPUNIT_ASSERT(expiry != std::string::npos);
        const auto left = std::stoll(given.output.substr(expiry + 20)) -
                          std::chrono::duration_cast<std::chrono::seconds>(
                              std::chrono::system_clock::now().time_since_epoch())
                              .count();
        CPPUNIT_ASSERT_MESSAGE(std::to_string(left), left > 3000 && left <= 3600);
    }

    void testTokenIsRefreshedOnDemand() {
        const auto linked = linkWithTokenOf(400);
        const auto first = run({"token"});
        CPPUNIT_ASSERT(first.output == linked.text("access_token") + "\n");
        for (const std::string format : {"raw", "mcp-headers"}) {
            const auto longer = run({"token", "--min-ttl", "500", "--format", format});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(longer.errors, 0, longer.exitCode);
            CPPUNIT_ASSERT(longer.output.find(linked.text("access_token")) == std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), longer.errors);
            CPPUNIT_ASSERT_EQUAL(1, _simulator->tokenCalls("refresh_token"));
        }
    }

    void testFormatsOfADeadGrant() {
        (void)linkWithTokenOf(90);
        _simulator->control("POST", "revoke_grant", R"({"user":"ada"})");
        for (const std::string format : {"raw", "json", "env", "mcp-headers"})
            expectFailure(2, run({"token", "--format", format}), format == "env" ? "false\n" : "");
        const auto git = runWithInput({"token", "--format", "git", "get"}, clientEnvironment(), bitbucket);
        expectFailure(2, git);
    }

private:
    void addConfluence() {
        _service.reset();
        _service = std::make_unique<ServiceUnderTest>(
            *_simulator, Environment{{"CENTRAL_OAUTH_PROVIDERS", "jira,confluence"},
                                     {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID", "demo-client-id"},
                                     {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET", "demo-client-secret"},
                                     {"CENTRAL_OAUTH_CONFLUENCE_AUTH_BASE", _simulator->url()},
                                     {"CENTRAL_OAUTH_CONFLUENCE_API_BASE", _simulator->url()}});
    }

    void name(const std::string& person) const { _simulator->control("POST", "users", person); }

    static std::string siteOf(const HttpAnswer& payload, const std::string& field) {
        return payload.json()->getObject("site")->getValue<std::string>(field);
    }

    void linkWithoutSite() const {
        const auto account = _service->linkAccount().text("account_id");
        const auto changed = callApi("PATCH", _service->url() + "/v1/accounts/" + account, _service->key(),
                                     R"({"site":null})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(changed.body, 200, changed.status);
    }

    // Returns the client's environment with a working folder that holds those files.
    [[nodiscard]] Environment inFolder(const std::map<std::string, std::string>& files) const {
        fs::create_directories(inHome("work"));
        for (const auto& [file, text] : files)
            writeFile(inHome("work/" + file), text);
        return clientEnvironment();
    }

    // Runs `git credential ACTION` with our helper alone and without a terminal.
    [[nodiscard]] Finished git(const std::string& action, const std::string& input,
                               const std::string& setting) const {
        auto environment = inFolder({{"input", input}});
        environment.insert({{"GIT_CONFIG_NOSYSTEM", "1"},
                            {"GIT_TERMINAL_PROMPT", "0"},
                            {"GIT_ASKPASS", ""},
                            {"GIT_CONFIG_COUNT", "1"},
                            {"GIT_CONFIG_KEY_0", setting},
                            {"GIT_CONFIG_VALUE_0", "!central-oauth token --account jira --format git"}});
        return shell("git credential " + action + " <\"$HOME/work/input\"", environment);
    }

    static void expectSilence(const Finished& finished) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), finished.output + finished.errors);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientFormatTest);
