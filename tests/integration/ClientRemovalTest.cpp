// SPDX-License-Identifier: Apache-2.0
// `client remove`: its report, its question, and the audit entries.
#include "../support/DaemonFixture.h"
#include "../support/PseudoTerminal.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>

using namespace central_oauth::test;

class ClientRemovalTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(ClientRemovalTest);
    CPPUNIT_TEST(testSaysWhatGoesAndAsksForYes);
    CPPUNIT_TEST(testAsksAtATerminal);
    CPPUNIT_TEST(testSaysThatNothingIsRevokedUpstream);
    CPPUNIT_TEST(testAuditKeepsTheName);
    CPPUNIT_TEST_SUITE_END();

public:
    void testSaysWhatGoesAndAsksForYes() {
        plant();
        const auto refused = _service->run({"client", "remove", name});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 64, refused.exitCode);
        expect(refused.errors, "2 accounts of 1 person, 1 key, 1 grant token and 1 open link");
        expect(refused.errors, "--yes");
        CPPUNIT_ASSERT_MESSAGE("the client is gone", isThere());
        const auto removed = _service->run({"client", "remove", name, "--yes"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        expect(removed.errors, "2 accounts of 1 person, 1 key, 1 grant token and 1 open link");
        CPPUNIT_ASSERT(!isThere());
        CPPUNIT_ASSERT_EQUAL(64, _service->run({"client", "remove", name, "--yes"}).exitCode);
    }

    void testAsksAtATerminal() {
        plant();
        for (const std::string keys :
             {"n\n", "\n", "maybe\n", PseudoTerminal::endOfFile, PseudoTerminal::interrupt}) {
            const auto asked = onTerminal({"client", "remove", name});
            expect(asked->waitForText("[y/N]"), "2 accounts of 1 person");
            asked->send(keys);
            const int code = asked->wait();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(asked->screen(), keys == PseudoTerminal::interrupt ? 130 : 0, code);
            CPPUNIT_ASSERT_MESSAGE("the client is gone", isThere());
        }
        const auto asked = onTerminal({"client", "remove", name});
        (void)asked->waitForText("[y/N]");
        asked->send("y\n");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(asked->screen(), 0, asked->wait());
        CPPUNIT_ASSERT(!isThere());
    }

    void testSaysThatNothingIsRevokedUpstream() {
        plant();
        const auto removed = _service->run({"client", "remove", name, "--yes"});
        for (const std::string part :
             {"Nothing is revoked upstream", "DELETE /v1/tokens/ACCOUNT_ID?upstream=always"})
            expect(removed.errors, part);
        // Without accounts there is nothing to advise.
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"client", "add", "empty"}).exitCode);
        const auto empty = _service->run({"client", "remove", "empty", "--yes"});
        CPPUNIT_ASSERT_MESSAGE(empty.errors, empty.errors.find("upstream") == std::string::npos);
    }

    void testAuditKeepsTheName() {
        plant();
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"client", "remove", name, "--yes"}).exitCode);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("an entry without its client's name", 0,
                                     number("SELECT COUNT(*) FROM audit WHERE client_name <> 'test client'"));
        for (const std::string action :
             {"client.added", "link.created", "grant_token.issued", "client.removed"})
            CPPUNIT_ASSERT_MESSAGE(action,
                                   number("SELECT COUNT(*) FROM audit WHERE action = '" + action + "'") > 0);
        expect(_service->log(), R"("client_name":"test client")");
    }

private:
    inline static const std::string name = "test client";

    static void expect(const std::string& text, const std::string& part) {
        CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
    }

    // Adds two accounts of one person, a grant token and an open link, and stops the daemon.
    void plant() {
        const auto account =
            _service->linkAccount(R"({"provider":"jira","subject":"one"})").text("account_id");
        (void)_service->linkAccount(R"({"provider":"jira","subject":"two"})");
        CPPUNIT_ASSERT_EQUAL(
            201, _service->post("/v1/accounts/" + account + "/grant-tokens", _service->key(), "{}").status);
        (void)_service->createLink();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
    }

    [[nodiscard]] bool isThere() const {
        return _service->run({"client", "list"}).output.find(name) != std::string::npos;
    }

    [[nodiscard]] std::unique_ptr<PseudoTerminal>
    onTerminal(const std::vector<std::string>& arguments) const {
        return std::make_unique<PseudoTerminal>(programPath("central-oauthd"), arguments,
                                                _service->environment);
    }

    [[nodiscard]] int number(const std::string& sql) const {
        const auto counted = runToEnd("/usr/bin/sqlite3", {_service->database().string(), sql}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(counted.errors, 0, counted.exitCode);
        return std::stoi(counted.output);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientRemovalTest);
