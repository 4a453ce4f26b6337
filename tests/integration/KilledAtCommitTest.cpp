// SPDX-License-Identifier: Apache-2.0
// The daemon is killed right before and right after a commit: record and audit entry are then both there, or
// neither is, and the service works.
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fstream>
#include <functional>

using namespace central_oauth::test;

namespace {

// An audited act, and the number that shows whether its record is there.
struct Act {
    std::string action; ///< action of the audit entry; "*": there is none
    std::string record; ///< SQL for a number that changes once the act is stored
    std::function<std::function<void()>()> prepare;
};

} // namespace

class KilledAtCommitTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(KilledAtCommitTest);
    CPPUNIT_TEST(testLinks);
    CPPUNIT_TEST(testAccounts);
    CPPUNIT_TEST(testKeysAndGrantTokens);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {}

    void testLinks() {
        const std::string statuses = "SELECT GROUP_CONCAT(status) FROM links";
        killEach({
            {"link.created", "SELECT COUNT(*) FROM links",
             [&] { return [&] { static_cast<void>(_service->createLink()); }; }},
            {"link.approved", statuses,
             [&] {
                 return [&, link = _service->createLink()] {
                     static_cast<void>(_service->approve(_browser, link));
                 };
             }},
            {"link.staged", statuses,
             [&] {
                 const auto moving = _service->approve(_browser, _service->createLink());
                 return [&, moving] { static_cast<void>(ServiceUnderTest::consent(_browser, moving)); };
             }},
            {"link.ended", statuses,
             [&] {
                 const auto moving = _service->approve(_browser, _service->createLink());
                 return
                     [&, moving] { static_cast<void>(ServiceUnderTest::consent(_browser, moving, false)); };
             }},
            {"account.linked", "SELECT COUNT(*) + (SELECT COUNT(*) FROM grants) FROM accounts",
             [&] { return [&, link = stagedLink()] { static_cast<void>(_service->poll(link)); }; }},
            {"link.delivered_again", "SELECT SUM(reads) FROM links",
             [&] {
                 const auto link = stagedLink();
                 CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
                 return [&, link] { static_cast<void>(_service->poll(link)); };
             }},
            {"link.cancelled", statuses + " UNION ALL SELECT COUNT(*) FROM stages WHERE state = 'dropped'",
             [&] {
                 return [&, link = stagedLink()] {
                     static_cast<void>(_service->remove("/v1/link-code/" + link.code, link.secret));
                 };
             }},
        });
    }

    void testAccounts() {
        killEach({
            {"*", "SELECT COUNT(*) FROM pending_refreshes",
             [&] {
                 const auto path = accountPath();
                 _service->advanceClock(3500);
                 return [&, path] { static_cast<void>(_service->get(path, _service->key())); };
             }},
            {"account.changed", "SELECT GROUP_CONCAT(label) FROM accounts",
             [&] {
                 const auto account = _service->linkAccount().text("account_id");
                 return [&, account] {
                     static_cast<void>(callApi("PATCH", _service->url() + "/v1/accounts/" + account,
                                               _service->key(), R"({"label":"another"})"));
                 };
             }},
            {"account.removed",
             "SELECT COUNT(*) + 10 * (SELECT COUNT(*) FROM stages WHERE state = 'dropped') FROM accounts",
             [&] {
                 return [&, path = accountPath()] {
                     static_cast<void>(_service->remove(path + "?upstream=always", _service->key()));
                 };
             }},
        });
    }

    void testKeysAndGrantTokens() {
        killEach({
            {"client.key_rotated", "SELECT COUNT(*) FROM client_keys",
             [&] {
                 return [&] {
                     static_cast<void>(_service->post("/v1/client/keys/rotate", _service->key(), "{}"));
                 };
             }},
            {"grant_token.issued", "SELECT COUNT(*) FROM grant_tokens",
             [&] {
                 return [&, path = grantTokensPath()] {
                     static_cast<void>(_service->post(path, _service->key(), "{}"));
                 };
             }},
            {"grant_token.removed", "SELECT COUNT(*) FROM grant_tokens",
             [&] {
                 const auto path = grantTokensPath();
                 const auto issued = _service->post(path, _service->key(), "{}");
                 CPPUNIT_ASSERT_EQUAL(201, issued.status);
                 return [&, path, id = issued.text("id")] {
                     static_cast<void>(_service->remove(path + '/' + id, _service->key()));
                 };
             }},
        });
    }

private:
    void killEach(const std::vector<Act>& acts) {
        for (const auto& act : acts)
            for (const std::string when : {"before", "after"})
                killOne(act, when);
    }

    void killOne(const Act& act, const std::string& when) {
        const std::string what = act.action + ", killed " + when + " the commit";
        const TemporaryFolder folder;
        const auto file = folder.path() / "kill";
        begin({{"CENTRAL_OAUTH_TEST_KILL", file.string()}});
        _browser = WebBrowser();
        const auto perform = act.prepare();
        const auto entries = entriesOf(act.action);
        const auto record = ask(act.record);
        std::ofstream(file) << when << ' ' << act.action << '\n';
        try {
            perform();
        } catch (const std::exception&) {
            // The connection ends with the process.
        }
        CPPUNIT_ASSERT_MESSAGE(what + ": it was not killed", _service->stop() != 0);
        const bool isStored = when == "after";
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what + ": " + ask(act.record), isStored, ask(act.record) != record);
        if (act.action != "*")
            CPPUNIT_ASSERT_EQUAL_MESSAGE(what, isStored, entriesOf(act.action) != entries);
        std::ofstream(file) << '\n';
        _service->start();
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, 200, _service->get("/v1/readyz", {}).status);
    }

    TestLink stagedLink() {
        const auto link = _service->createLink();
        static_cast<void>(ServiceUnderTest::consent(_browser, _service->approve(_browser, link)));
        return link;
    }

    std::string accountPath() const { return "/v1/tokens/" + _service->linkAccount().text("account_id"); }

    std::string grantTokensPath() const {
        return "/v1/accounts/" + _service->linkAccount().text("account_id") + "/grant-tokens";
    }

    std::string entriesOf(const std::string& action) const {
        return ask("SELECT COUNT(*) FROM audit WHERE action = '" + action + "'");
    }

    std::string ask(const std::string& sql) const {
        const auto answer = runToEnd("/usr/bin/sqlite3", {_service->database().string(), sql}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.errors, 0, answer.exitCode);
        return answer.output;
    }

    WebBrowser _browser;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KilledAtCommitTest);
