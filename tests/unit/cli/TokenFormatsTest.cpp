// SPDX-License-Identifier: Apache-2.0
// The token in the formats of scripts, MCP clients and git: each output is read back by its consumer.
//
// sh itself reads the assignments; on a platform without sh (Windows) that test is left out.
#include "../../support/Spellings.h"
#include "ScriptedServer.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::cli::test;

class TokenFormatsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TokenFormatsTest);
    CPPUNIT_TEST(testJsonIsTheServersPayload);
    CPPUNIT_TEST(testEnvNamesTheProductsVariables);
    CPPUNIT_TEST(testEnvUnsetsTheSharedTokenBesideAnotherSite);
    CPPUNIT_TEST(testEnvOfAnAccountWithBothProducts);
    CPPUNIT_TEST(testEnvThatFailsStopsTheShell);
    CPPUNIT_TEST(testEnvNeedsASite);
    CPPUNIT_TEST(testEnvNeedsAProductWithVariables);
    CPPUNIT_TEST(testEnvRefusesAUrlThatIsNone);
    CPPUNIT_TEST(testEnvSurvivesAnyUrl);
    CPPUNIT_TEST(testMcpHeadersAreOneObject);
    CPPUNIT_TEST(testGitAnswersItsHost);
    CPPUNIT_TEST(testGitComparesAuthorities);
    CPPUNIT_TEST(testGitIgnoresOtherHosts);
    CPPUNIT_TEST(testGitReadsTheAttributesOnly);
    CPPUNIT_TEST(testGitReportsErrorsAside);
    CPPUNIT_TEST_SUITE_END();

    static std::string replaced(std::string text, const std::string& from, const std::string& to) {
        const std::size_t at = text.find(from);
        CPPUNIT_ASSERT_MESSAGE(from, at != std::string::npos);
        return text.replace(at, from.size(), to);
    }

    static ProgramRun ran(const std::string& body, const std::string& format) {
        ProgramRun program;
        program.http.answer(200, body);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(format, 0, program.run({"token", "acc_1", "--format", format}));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
        return program;
    }

    static Poco::JSON::Object::Ptr parsed(const std::string& json) {
        CPPUNIT_ASSERT_EQUAL(json.size() - 1, json.find('\n')); // one line
        for (const char c : json.substr(0, json.size() - 1))
            CPPUNIT_ASSERT(c >= ' ' && c < '\x7f');
        return Poco::JSON::Parser().parse(json).extract<Poco::JSON::Object::Ptr>();
    }

    static std::string withoutSite() {
        return replaced(
            replaced(tokenBody(), R"({"cloud_id":"c-1","name":"Acme","url":"https://acme.example"})", "null"),
            R"({"jira":{"api_base_url":"https://api.example/ex/jira/c-1"}})", "{}");
    }

    static std::deque<std::string> asking(const std::string& protocol, const std::string& host) {
        return {"protocol=" + protocol, "host=" + host, ""};
    }

public:
    void testJsonIsTheServersPayload() {
        const std::string body =
            replaced(tokenBody("Zo\u00eb \\u001b[2J\u202e\U0001F600"), "3540", " 3540.50e1 ");
        ProgramRun refused; // not a whole number of seconds
        refused.http.answer(200, body);
        CPPUNIT_ASSERT_EQUAL(70, refused.run({"token", "acc_1", "--format", "json"}));

        const std::string text =
            ran(replaced(tokenBody("Zo\u00eb \\u001b[2J\u202e\U0001F600"), R"("token_version":1)",
                         R"("token_version": 12345678901234567)"),
                "json")
                .output;
        const auto object = parsed(text);
        CPPUNIT_ASSERT_EQUAL(std::string("Zo\u00eb \x1b[2J\u202e\U0001F600"),
                             object->getObject("upstream")->getValue<std::string>("display_name"));
        CPPUNIT_ASSERT_EQUAL(accessToken, object->getValue<std::string>("access_token"));
        CPPUNIT_ASSERT(text.find(R"("token_version":12345678901234567,)") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), text.find(R"({"account_id":"acc_1","provider":"jira",)"));
    }

    void testEnvNamesTheProductsVariables() {
        CPPUNIT_ASSERT_EQUAL(
            "unset ATLASSIAN_OAUTH_CLIENT_ID ATLASSIAN_OAUTH_CLIENT_SECRET ATLASSIAN_OAUTH_REDIRECT_URI "
            "ATLASSIAN_OAUTH_SCOPE JIRA_OAUTH_CLIENT_ID JIRA_OAUTH_CLIENT_SECRET JIRA_OAUTH_REDIRECT_URI "
            "JIRA_OAUTH_SCOPE\n"
            "export JIRA_URL='https://acme.example'\n"
            "export JIRA_OAUTH_ACCESS_TOKEN='" +
                accessToken +
                "'\n"
                "export ATLASSIAN_OAUTH_CLOUD_ID='c-1'\n"
                "export ATLASSIAN_OAUTH_ACCESS_TOKEN='" +
                accessToken + "'\n",
            ran(tokenBody(), "env").output);
        const std::string confluence =
            replaced(tokenBody(), R"("products":{"jira")", R"("products":{"confluence")");
        for (const char* url :
             {"https://acme.example", "https://acme.example/", "https://acme.example/wiki"}) {
            const std::string text = ran(replaced(confluence, "https://acme.example", url), "env").output;
            CPPUNIT_ASSERT(text.find("\nexport CONFLUENCE_URL='https://acme.example/wiki'\n") !=
                           std::string::npos);
            CPPUNIT_ASSERT(text.find("\nexport CONFLUENCE_OAUTH_ACCESS_TOKEN='" + accessToken + "'\n") !=
                           std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string::npos, text.find("JIRA"));
        }
    }

    void testEnvUnsetsTheSharedTokenBesideAnotherSite() {
        struct Case {
            std::string other;
            std::string cloudId;
            bool isShared;
            bool warns;
        };
        for (const Case& each :
             {Case{"", "", true, false}, Case{"https://b.example/wiki", "", false, false},
              Case{"https://b.example/wiki", "c-1", false, false},
              Case{"https://b.example/wiki", "c-2", false, true}, Case{"", "c-2", true, false}}) {
            ProgramRun program;
            program.variables["JIRA_URL"] = "https://old.example";
            program.variables["CONFLUENCE_URL"] = each.other;
            program.variables["ATLASSIAN_OAUTH_CLOUD_ID"] = each.cloudId;
            program.http.answer(200, tokenBody());
            CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "acc_1", "--format", "env"}));
            const std::string shared = "ATLASSIAN_OAUTH_ACCESS_TOKEN";
            const auto firstLine = program.output.substr(0, program.output.find('\n'));
            CPPUNIT_ASSERT_EQUAL(each.isShared, program.output.find("\nexport " + shared + "='" +
                                                                    accessToken) != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(!each.isShared, firstLine.find(' ' + shared) != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(each.warns, program.says("another site (c-2)"));
        }
    }

    void testEnvOfAnAccountWithBothProducts() {
        const std::string text =
            ran(replaced(
                    tokenBody(), R"("products":{)",
                    R"("products":{"confluence":{"api_base_url":"https://api.example/ex/confluence/c-1"},)"),
                "env")
                .output;
        for (const char* name : {"JIRA", "CONFLUENCE", "ATLASSIAN"})
            CPPUNIT_ASSERT_MESSAGE(text, text.find(std::string("\nexport ") + name + "_OAUTH_ACCESS_TOKEN='" +
                                                   accessToken + "'\n") != std::string::npos);
    }

    void testEnvThatFailsStopsTheShell() {
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"token", "--format", "env", "--nonsense"},
              {"token", "--format=env", "--min-ttl", "x"},
              {"token", "a", "b", "--format", "env"},
              {"token", "--format", "env", "--subject", "cok_x"},
              {"token", "--format", "Env"},
              {"token", "--form", "env"},
              {"token", "-f", "env"},
              {"token", "--format"},
              {"token", "--formatenv"},
              {"tokne", "--format", "env"},
              {"Token"},
              {"--no-input", "token", "nosuch", "--format", "env"},
              {"help", "token", "--format", "env"}}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 64, program.run(words));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), std::string("false\n"), program.output);
        }
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"token", "--format", "env", "--help"},
              {"token", "-h", "--format=env"},
              {"--help", "token", "--format", "env"},
              {"--version", "--format", "env"}}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 0, program.run(words));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), std::string("false\n"), program.output);
            CPPUNIT_ASSERT(program.says("central-oauth"));
        }
        for (const std::vector<std::string>& words :
             {std::vector<std::string>{"token", "--format", "json", "--odd"},
              {"token", "--format=git", "a", "b", "c"},
              {"accounts", "--odd"}}) {
            ProgramRun program;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), 64, program.run(words));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(words.back(), std::string(), program.output);
        }
        ProgramRun keyless;
        keyless.variables.erase("CENTRAL_OAUTH_CLIENT_KEY");
        CPPUNIT_ASSERT_EQUAL(64, keyless.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), keyless.output);
        ProgramRun away;
        away.http.fail(central_oauth::provider::HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, away.run({"token", "acc_1", "--format", "env"}));
        CPPUNIT_ASSERT_EQUAL(std::string("false\n"), away.output);
        ProgramRun interrupted;
        interrupted.http.answer(503, errorBody("busy"));
        interrupted.waiter.interruptedWait = 1;
        CPPUNIT_ASSERT_EQUAL(130, interrupted.run({"token", "acc_1", "--format", "env"}));
        CPPUNIT_ASSERT_EQUAL(std::string("false\n"), interrupted.output);
        ProgramRun raw;
        raw.http.fail(central_oauth::provider::HttpFailure::notSent);
        CPPUNIT_ASSERT_EQUAL(3, raw.run({"token", "acc_1"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), raw.output);
    }

    void testEnvNeedsASite() {
        ProgramRun program;
        program.http.answer(200, withoutSite());
        CPPUNIT_ASSERT_EQUAL(64, program.run({"token", "acc_1", "--format", "env"}));
        CPPUNIT_ASSERT_EQUAL(std::string("false\n"), program.output);
        CPPUNIT_ASSERT(program.says("no site is chosen for acc_1, which reaches 1"));
        CPPUNIT_ASSERT(program.says("central-oauth login jira --site URL"));
        CPPUNIT_ASSERT(program.says("PATCH /v1/accounts/acc_1"));
    }

    void testEnvNeedsAProductWithVariables() {
        ProgramRun program;
        program.http.answer(200,
                            replaced(tokenBody(), R"("products":{"jira")", R"("products":{"bitbucket")"));
        CPPUNIT_ASSERT_EQUAL(64, program.run({"token", "acc_1", "--format", "env"}));
        CPPUNIT_ASSERT_EQUAL(std::string("false\n"), program.output);
        CPPUNIT_ASSERT(program.says("knows no variables"));
    }

    void testEnvRefusesAUrlThatIsNone() {
        for (const char* url : {"", "javascript:1", R"(https://a\nexport PATH=)", R"(https://\u202ea)",
                                "https://a b", R"(https://a\u0000)"}) {
            ProgramRun program;
            program.http.answer(200, replaced(tokenBody(), "https://acme.example", url));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(url, 70, program.run({"token", "acc_1", "--format", "env"}));
            CPPUNIT_ASSERT_EQUAL(std::string("false\n"), program.output);
            CPPUNIT_ASSERT(program.says("the site's url is no web address"));
        }
    }

    void testEnvSurvivesAnyUrl() {
        const std::string hostile = R"(https://a/'$(echo${IFS}gone)`echo`$HOME!*?[x];&|<>(){}#~"\'')";
        const std::string body =
            replaced(tokenBody(), "https://acme.example",
                     R"(https://a/'$(echo${IFS}gone)`echo`$HOME!*?[x];&|<>(){}#~\"\\'')");
        namespace fs = std::filesystem;
        const fs::path folder =
            fs::temp_directory_path() / ("central-oauth-env-" + std::to_string(std::random_device()()));
        fs::create_directory(folder);
        std::ofstream(folder / "script")
            << "set -eu\nJIRA_OAUTH_ACCESS_TOKEN=old\n"
            << ran(body, "env").output << R"(printf '%s\n' "$JIRA_URL" "$ATLASSIAN_OAUTH_CLOUD_ID" )"
            << R"("$ATLASSIAN_OAUTH_ACCESS_TOKEN" "${JIRA_OAUTH_ACCESS_TOKEN-unset}")";
        const std::string command = "sh '" + (folder / "script").string() + "' >'" +
                                    (folder / "result").string() + "' 2>&1 </dev/null";
        CPPUNIT_ASSERT_EQUAL(0, std::system(command.c_str()));
        std::ifstream result(folder / "result");
        const std::string read{std::istreambuf_iterator<char>(result), std::istreambuf_iterator<char>()};
        fs::remove_all(folder);
        CPPUNIT_ASSERT_EQUAL(hostile + "\nc-1\n" + accessToken + "\n" + accessToken + "\n", read);
    }

    void testMcpHeadersAreOneObject() {
        const auto headers = parsed(ran(tokenBody(), "mcp-headers").output);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, headers->size());
        CPPUNIT_ASSERT_EQUAL("Bearer " + accessToken, headers->getValue<std::string>("Authorization"));
        CPPUNIT_ASSERT_EQUAL(std::string("c-1"), headers->getValue<std::string>("X-Atlassian-Cloud-Id"));
        const auto siteless = parsed(ran(withoutSite(), "mcp-headers").output);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, siteless->size());
        const auto quoting =
            parsed(ran(replaced(tokenBody(), R"("cloud_id":"c-1","name")", R"("cloud_id":"c\"},\\","name")"),
                       "mcp-headers")
                       .output);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(c"},\)"), quoting->getValue<std::string>("X-Atlassian-Cloud-Id"));
    }

    void testGitAnswersItsHost() {
        // git-credential(1); 1795502657 is 2026-11-24T06:44:17Z.
        const std::string answer =
            "username=x-token-auth\npassword=" + accessToken + "\npassword_expiry_utc=1795502657\n";
        struct Case {
            std::vector<std::string> more;
            std::string protocol;
            std::string host;
        };
        for (const Case& each : {Case{{"get"}, "https", "bitbucket.org"}, Case{{}, "https", "bitbucket.org"},
                                 Case{{"get"}, "https", "BitBucket.org"},
                                 Case{{"--git-host", "git.example:8443", "get"}, "https", "git.example:8443"},
                                 Case{{"--git-host", "127.0.0.1:81", "get"}, "http", "127.0.0.1:81"},
                                 Case{{"--git-host", "localhost", "get"}, "http", "localhost"},
                                 Case{{"--git-host", "[::1]:81", "get"}, "http", "[::1]:81"}}) {
            ProgramRun program;
            program.input = asking(each.protocol, each.host);
            program.http.answer(200, tokenBody());
            std::vector<std::string> arguments{"token", "--account", "acc_1", "--format", "git"};
            arguments.insert(arguments.end(), each.more.begin(), each.more.end());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(each.host, 0, program.run(arguments));
            CPPUNIT_ASSERT_EQUAL(answer, program.output);
            CPPUNIT_ASSERT_EQUAL(std::string(), program.messages);
        }
    }

    void testGitComparesAuthorities() {
        const auto ran = [](const std::string& gitHost, const std::string& host, bool answers) {
            ProgramRun program;
            program.input = asking("https", host);
            if (answers)
                program.http.answer(200, tokenBody());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                gitHost + " and " + host, 0,
                program.run({"token", "--account=acc_1", "--format=git", "--git-host", gitHost, "get"}));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(gitHost + " and " + host, answers, !program.output.empty());
        };
        for (const int port : {443, 8443}) {
            const auto spellings = central_oauth::test::spellingsOf("git.example", port, port == 443);
            for (const auto& gitHost : spellings.same)
                for (const auto& host : spellings.same)
                    ran(gitHost, host, true);
            for (const auto& host : spellings.others)
                if (!host.ends_with('\r')) // part of a line end
                    ran(spellings.same.front(), host, false);
        }
        for (const std::string odd : {"git.example..", "user@git.example", "git.example/", "git.example:0",
                                      "::1", "https://git.example", "*.example"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(
                odd, 64, ProgramRun().run({"token", "--format=git", "--git-host", odd, "get"}));
    }

    void testGitIgnoresOtherHosts() {
        struct Case {
            std::string action;
            std::deque<std::string> input;
        };
        for (const Case& each :
             {Case{"get", asking("https", "github.com")},
              Case{"get", asking("https", "bitbucket.org.evil.example")},
              Case{"get", asking("https", "evil.bitbucket.org")},
              Case{"get", asking("https", "bitbucket.org:444")}, Case{"get", asking("http", "bitbucket.org")},
              Case{"get", asking("ssh", "bitbucket.org")}, Case{"get", asking("", "bitbucket.org")},
              Case{"get", asking("https", "")},
              Case{"get", {"protocol=https", "host=bitbucket.org", "host=evil.example"}},
              Case{"get", {"protocol=https", "host=evil.example", "host=bitbucket.org"}},
              Case{"get", {"protocol=http", "protocol=https", "host=bitbucket.org"}},
              Case{"get", {"protocol=https", "host=", "host=bitbucket.org"}},
              Case{"get", {"protocol=https", "", "host=bitbucket.org"}}, Case{"get", {}},
              Case{"store", {"protocol=https", "host=bitbucket.org", "password=old", ""}},
              Case{"erase", {"protocol=https", "host=bitbucket.org", "password=old", ""}},
              Case{"capability", asking("https", "bitbucket.org")}}) {
            ProgramRun program;
            program.input = each.input;
            CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "--account=acc_1", "--format=git", each.action}));
            CPPUNIT_ASSERT_EQUAL(std::string(), program.output + program.messages);
            CPPUNIT_ASSERT(program.http.sent.empty());
        }
        ProgramRun loopback; // git can only mean another machine here
        loopback.input = asking("http", "127.0.0.1.example");
        CPPUNIT_ASSERT_EQUAL(0, loopback.run({"token", "--account=acc_1", "--format=git",
                                              "--git-host=127.0.0.1.example", "get"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), loopback.output);
    }

    void testGitReadsTheAttributesOnly() {
        ProgramRun program;
        program.input = {"capability[]=authtype\r",
                         "protocol=https\r",
                         "host=bitbucket.org\r",
                         "path=team/repository.git",
                         "username=ada",
                         "nonsense",
                         "",
                         "after the end"};
        program.http.answer(200, tokenBody());
        CPPUNIT_ASSERT_EQUAL(0, program.run({"token", "--account=acc_1", "--format=git", "get"}));
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), program.output.find("username=x-token-auth\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, program.input.size());
    }

    void testGitReportsErrorsAside() {
        ProgramRun program;
        program.input = asking("https", "bitbucket.org");
        program.http.answer(412, errorBody("needs_reauth", R"("relink":{"provider":"jira"})"));
        CPPUNIT_ASSERT_EQUAL(2, program.run({"token", "--account=acc_1", "--format=git", "get"}));
        CPPUNIT_ASSERT_EQUAL(std::string(), program.output);
        CPPUNIT_ASSERT(program.says("link it again with: central-oauth login jira"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TokenFormatsTest);
