// SPDX-License-Identifier: Apache-2.0
// Named keys of a client, their rotation, and clients that must name a subject.
#include "../support/DaemonFixture.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <sstream>
#include <tuple>
#include <utility>

using namespace central_oauth::test;

class ClientKeyTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ClientKeyTest);
    CPPUNIT_TEST(testNamedKeyHasItsOwnScopes);
    CPPUNIT_TEST(testKeyExpires);
    CPPUNIT_TEST(testKeysAreRemovedWhileTheDaemonIsStopped);
    CPPUNIT_TEST(testWrongKeyCommands);
    CPPUNIT_TEST(testRotatedKeyTakesOver);
    CPPUNIT_TEST(testRotatedKeyTakesOverAtOnce);
    CPPUNIT_TEST(testRotationIsForClientKeys);
    CPPUNIT_TEST(testMalformedRotations);
    CPPUNIT_TEST(testWrongCredentialsGetAHint);
    CPPUNIT_TEST(testSubjectIsRequired);
    CPPUNIT_TEST(testSubjectMustFit);
    CPPUNIT_TEST(testContactIsListedAndShown);
    CPPUNIT_TEST_SUITE_END();

public:
    void testNamedKeyHasItsOwnScopes() {
        const auto reader = addKey({"--name", "reader", "--scopes", "accounts"});
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", reader).status);
        const auto refused = _service->post("/v1/link-code", reader, "{}");
        expect(403, "insufficient_scope", refused);
        CPPUNIT_ASSERT(refused.text("hint").find("scope link") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", _service->key(), "{}").status);
        CPPUNIT_ASSERT(_service->completeLog().find(reader) == std::string::npos);
    }

    void testKeyExpires() {
        const auto brief = addKey({"--name", "brief", "--expires", "1h"});
        _service->advanceClock(3590);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", brief).status);
        _service->advanceClock(10);
        const auto refused = _service->get("/v1/accounts", brief);
        expect(401, "invalid_credential", refused);
        CPPUNIT_ASSERT(refused.text("hint").find("expired") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", _service->key()).status);
        (void)_service->stop();
        CPPUNIT_ASSERT(lineOf("brief").find("\texpired") != std::string::npos);
        CPPUNIT_ASSERT(lineOf("default").find("\t-\tactive") != std::string::npos);
    }

    void testKeysAreRemovedWhileTheDaemonIsStopped() {
        const auto key = addKey({"--name", "laptop"});
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", key).status);
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"add", client, "--name", "x"},
              std::vector<std::string>{"list", client}, std::vector<std::string>{"remove", client, "x"}}) {
            const auto refused = runKey(command);
            CPPUNIT_ASSERT_EQUAL(75, refused.exitCode);
            CPPUNIT_ASSERT(refused.errors.find("stop the daemon") != std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), refused.output);
        }
        (void)_service->stop();
        const auto line = lineOf("laptop");
        const auto removed = runKey({"remove", client, line.substr(0, line.find('\t'))});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), lineOf("laptop"));
        _service->start();
        expect(401, "invalid_credential", _service->get("/v1/accounts", key));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", _service->key()).status);
    }

    void testWrongKeyCommands() {
        (void)_service->stop();
        for (const std::vector<std::string>& command :
             {std::vector<std::string>{"add", "nobody", "--name", "x"},
              std::vector<std::string>{"add", client}, std::vector<std::string>{"add", client, "--name", ""},
              std::vector<std::string>{"add", client, "--name", "default"},
              std::vector<std::string>{"add", client, "--name", "x", "--scopes", "admin"},
              std::vector<std::string>{"add", client, "--name", "x", "--expires", "soon"},
              std::vector<std::string>{"add", client, "--name", "x", "--expires", "0d"},
              std::vector<std::string>{"list", "nobody"}, std::vector<std::string>{"remove", client, "none"},
              std::vector<std::string>{"remove", "nobody", "none"}}) {
            const auto refused = runKey(command);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 64, refused.exitCode);
            CPPUNIT_ASSERT_EQUAL(std::string(), refused.output);
            CPPUNIT_ASSERT(refused.errors.find("central-oauthd: ") == 0);
        }
        const auto listed = runKey({"list", client});
        CPPUNIT_ASSERT_EQUAL(1L, std::count(listed.output.begin(), listed.output.end(), '\n'));
    }

    void testRotatedKeyTakesOver() {
        const auto old = addKey({"--name", "laptop", "--scopes", "accounts,token"});
        const auto rotated = _service->post(rotation, old, "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(rotated.body, 201, rotated.status);
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), rotated.header("Cache-Control"));
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), rotated.text("name"));
        CPPUNIT_ASSERT(rotated.json()->isNull("expires_at"));
        CPPUNIT_ASSERT_EQUAL(std::string("[\"accounts\",\"token\"]"), membersOf(rotated, "scopes"));
        const auto fresh = rotated.text("key");
        CPPUNIT_ASSERT(fresh != old);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", fresh).status);
        expect(403, "insufficient_scope", _service->post("/v1/link-code", fresh, "{}"));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", old).status);

        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->start();
        _service->advanceClock(24 * 3600 - 10);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", old).status);
        _service->advanceClock(10);
        expect(401, "invalid_credential", _service->get("/v1/accounts", old));
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/accounts", fresh).status);
        const auto log = _service->log();
        CPPUNIT_ASSERT(log.find("client.key_rotated") != std::string::npos);
        CPPUNIT_ASSERT(log.find(fresh) == std::string::npos);
        CPPUNIT_ASSERT(log.find(old) == std::string::npos);
    }

    void testRotatedKeyTakesOverAtOnce() {
        const auto rotated = _service->post(rotation, _service->key(), R"({"keep_hours":0})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(rotated.body, 201, rotated.status);
        expect(401, "invalid_credential", _service->get("/v1/accounts", _service->key()));
        expect(401, "invalid_credential", _service->post(rotation, _service->key(), "{}"));
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", rotated.text("key"), "{}").status);
    }

    void testRotationIsForClientKeys() {
        const auto account = _service->linkAccount().text("account_id");
        const auto issued =
            _service->post("/v1/accounts/" + account + "/grant-tokens", _service->key(), "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        const auto refused = _service->post(rotation, issued.text("grant_token"), "{}");
        expect(403, "insufficient_scope", refused);
        CPPUNIT_ASSERT(refused.text("hint").find("client key") != std::string::npos);
        expect(403, "insufficient_scope", _service->post("/v1/link-code", issued.text("grant_token"), "{}"));
        expect(401, "invalid_credential", _service->post(rotation, {}, "{}"));
        expect(405, "method_not_allowed", _service->get(rotation, _service->key()));
    }

    void testMalformedRotations() {
        for (const std::string body :
             {R"({"keep_hours":-1})", R"({"keep_hours":169})", R"({"keep_hours":1.5})",
              R"({"keep_hours":"24"})", R"({"keep_hours":9223372036854775807})",
              R"({"keep_hours":-9223372036854775808})", R"({"name":"x"})", "[]"})
            expect(400, "invalid_request", _service->post(rotation, _service->key(), body));
        CPPUNIT_ASSERT_EQUAL(201, _service->post(rotation, _service->key(), R"({"keep_hours":168})").status);
        CPPUNIT_ASSERT_EQUAL(201, _service->post(rotation, _service->key(), {}).status);
    }

    void testWrongCredentialsGetAHint() {
        const auto link = _service->createLink();
        for (const auto& [credential, words] :
             {std::pair(link.secret, "link secret"),
              std::pair(std::string("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."), "upstream")}) {
            const auto refused = _service->get("/v1/accounts", credential);
            expect(401, "invalid_credential", refused);
            CPPUNIT_ASSERT(refused.text("hint").find(words) != std::string::npos);
            CPPUNIT_ASSERT(refused.text("hint").find("grant token (cog_") != std::string::npos);
            CPPUNIT_ASSERT(refused.body.find(credential) == std::string::npos);
        }
    }

    void testSubjectIsRequired() {
        const auto key = addServer();
        expect(400, "invalid_request", _service->post("/v1/link-code", key, "{}"));
        const auto account = linkFor(key, "ann");
        for (const auto& [method, path, body] :
             {std::tuple("GET", "/v1/accounts", ""), std::tuple("GET", "/v1/accounts/ACCOUNT", ""),
              std::tuple("PATCH", "/v1/accounts/ACCOUNT", R"({"label":"x"})"),
              std::tuple("GET", "/v1/tokens/ACCOUNT", ""), std::tuple("DELETE", "/v1/tokens/ACCOUNT", ""),
              std::tuple("POST", "/v1/tokens/ACCOUNT/report", R"({"token_version":1,"status":401})"),
              std::tuple("GET", "/v1/accounts/ACCOUNT/grant-tokens", ""),
              std::tuple("POST", "/v1/accounts/ACCOUNT/grant-tokens", "{}")}) {
            // Refused before any look-up: an unknown account gets the same answer.
            for (const auto& id : {account, std::string("acc_nobody")}) {
                std::string place = path;
                if (const auto at = place.find("ACCOUNT"); at != std::string::npos)
                    place.replace(at, 7, id);
                const auto refused = call(method, place, key, {}, body);
                expect(400, "invalid_request", refused);
                CPPUNIT_ASSERT(refused.text("hint").find("Subject") != std::string::npos);
            }
        }
        CPPUNIT_ASSERT_EQUAL(200, call("GET", "/v1/tokens/" + account, key, "ann").status);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing of accounts", 200, _service->get("/v1/providers", key).status);
    }

    void testSubjectMustFit() {
        const auto key = addServer();
        const auto account = linkFor(key, "ann");
        const auto issued = call("POST", "/v1/accounts/" + account + "/grant-tokens", key, "ann", "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        for (const auto& credential : {key, issued.text("grant_token")}) {
            for (const std::string path : {"/v1/accounts/", "/v1/tokens/"}) {
                CPPUNIT_ASSERT_EQUAL(200, call("GET", path + account, credential, "ann").status);
                expect(404, "not_found", call("GET", path + account, credential, "bob"));
                expect(400, "invalid_request", call("GET", path + account, credential, {}));
            }
            expect(404, "not_found", call("DELETE", "/v1/tokens/" + account, credential, "bob"));
        }
        for (const std::string& wrong : {std::string(129, 's'), std::string("a\tb")})
            expect(400, "invalid_request", call("GET", "/v1/accounts", key, wrong));
        // The header binds a client that may leave it out, too.
        const auto other = _service->linkAccount(R"({"provider":"jira","subject":"ann"})").text("account_id");
        CPPUNIT_ASSERT_EQUAL(200, call("GET", "/v1/tokens/" + other, _service->key(), "ann").status);
        expect(404, "not_found", call("GET", "/v1/tokens/" + other, _service->key(), "bob"));
    }

    void testContactIsListedAndShown() {
        (void)_service->stop();
        const auto added = _service->run(
            {"client", "add", "server", "--contact", "IT <it@example.com>", "--require-subject"});
        CPPUNIT_ASSERT_EQUAL(
            0,
            _service->run({"client", "add", "nameless", "--require-subject", "--no-on-behalf-of"}).exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        const auto listed = _service->run({"client", "list"}).output;
        CPPUNIT_ASSERT(listed.find("\tsubject and on_behalf_of required\tIT <it@example.com>\n") !=
                       std::string::npos);
        CPPUNIT_ASSERT(listed.find("\tsubject required\t-\n") != std::string::npos);
        const auto refused = _service->run({"client", "add", "other", "--contact", std::string(65, 'x')});
        CPPUNIT_ASSERT_EQUAL(64, refused.exitCode);
        CPPUNIT_ASSERT(refused.errors.find("contact takes at most 64") != std::string::npos);
        _service->start();
        const auto made = _service->post("/v1/link-code", added.output.substr(0, 65),
                                         R"({"subject":"ann","on_behalf_of":"Ann"})");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.body, 201, made.status);
        WebBrowser browser;
        CPPUNIT_ASSERT(browser.open(made.text("verification_url")).contains("IT &lt;it@example.com&gt;"));
    }

private:
    inline static const std::string client = "test client";
    inline static const std::string rotation = "/v1/client/keys/rotate";

    static void expect(int status, const std::string& error, const HttpAnswer& answer) {
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, status, answer.status);
        CPPUNIT_ASSERT_EQUAL(error, answer.text("error"));
    }

    static std::string membersOf(const HttpAnswer& answer, const std::string& array) {
        std::ostringstream text;
        answer.json()->getArray(array)->stringify(text);
        return text.str();
    }

    [[nodiscard]] Finished runKey(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"client", "key"});
        return _service->run(arguments);
    }

    // Returns the list's line for the key of that name, or empty.
    [[nodiscard]] std::string lineOf(const std::string& name) const {
        std::istringstream lines(runKey({"list", client}).output);
        for (std::string line; std::getline(lines, line);)
            if (line.find('\t' + name + '\t') != std::string::npos)
                return line;
        return {};
    }

    // Adds a key; restarts the daemon for it.
    std::string addKey(std::vector<std::string> options) {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        options.insert(options.begin(), {"add", client});
        const auto added = runKey(options);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("the key alone on stdout", std::size_t(66), added.output.size());
        CPPUNIT_ASSERT_EQUAL(std::string("cok_"), added.output.substr(0, 4));
        _service->start();
        return added.output.substr(0, 65);
    }

    // Adds a client that requires a subject, and returns its key.
    std::string addServer() {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        const auto added = _service->run({"client", "add", "server", "--require-subject"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _service->start();
        return added.output.substr(0, 65);
    }

    [[nodiscard]] HttpAnswer call(const std::string& method, const std::string& path,
                                  const std::string& bearer, const std::string& subject,
                                  const std::string& body = {}) const {
        HttpCall call{method, _service->url() + path, {{"Authorization", "Bearer " + bearer}}, body};
        if (!subject.empty())
            call.headers["Subject"] = subject;
        if (!body.empty())
            call.headers["Content-Type"] = "application/json";
        return exchange(call);
    }

    [[nodiscard]] std::string linkFor(const std::string& key, const std::string& subject) const {
        const auto made = _service->post(
            "/v1/link-code", key, R"({"provider":"jira","on_behalf_of":"Ann","subject":")" + subject + "\"}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(made.body, 201, made.status);
        const TestLink link{made.text("link_id"), made.text("link_code"), made.text("verification_url"),
                            made.text("link_secret")};
        WebBrowser browser;
        const auto done = ServiceUnderTest::consent(browser, _service->approve(browser, link));
        CPPUNIT_ASSERT_EQUAL(200, done.status);
        const auto delivered = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(delivered.body, 200, delivered.status);
        return delivered.text("account_id");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientKeyTest);
