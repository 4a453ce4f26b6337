// SPDX-License-Identifier: Apache-2.0
// Links of a client key: they end with the key that created them, and pass to its successor as grant tokens
// do.
#include "../support/DaemonFixture.h"
#include "../support/People.h"

#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <set>
#include <sstream>

using namespace central_oauth::test;

class KeyLinkTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(KeyLinkTest);
    CPPUNIT_TEST(testLinkExpiresWithItsKey);
    CPPUNIT_TEST(testApprovalAndGrantDoNotOutliveTheKey);
    CPPUNIT_TEST(testRotationHandsLinksOver);
    CPPUNIT_TEST(testKeepIssuedHandsLinksOver);
    CPPUNIT_TEST(testRemovedKeyEndsFurtherReads);
    CPPUNIT_TEST(testKeyRotatedAtOnceIssuesNothingMore);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        addPerson(*_simulator, "kim");
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
    }

    void testLinkExpiresWithItsKey() {
        const auto brief = addKey("brief", {"--expires", "1h"});
        _service->passTime(3590);
        const auto created = _service->post("/v1/link-code", brief, "{}");
        const auto life = created.json()->getValue<int>("expires_in");
        CPPUNIT_ASSERT_MESSAGE(std::to_string(life), life > 0 && life <= 10);
        _service->passTime(11);
        const auto late = _service->poll(linkIn(created));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(late.body, 410, late.status);
        CPPUNIT_ASSERT_EQUAL(std::string("expired_token"), late.text("error"));
    }

    void testApprovalAndGrantDoNotOutliveTheKey() {
        const auto brief = addKey("brief", {"--expires", "1h"});
        _service->passTime(3540);
        const auto link = linkIn(_service->post("/v1/link-code", brief, "{}"));
        approveAs(*_service, *_simulator, "kim", link);
        _service->passTime(61);
        const auto late = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(late.body.substr(0, 200), 410, late.status);
        CPPUNIT_ASSERT_EQUAL(std::string("expired_token"), late.text("error"));
    }

    void testRotationHandsLinksOver() {
        const auto old = addKey("old", {});
        const auto link = linkIn(_service->post("/v1/link-code", old, "{}"));
        const auto rotated = rotate(old, 0);
        approveAs(*_service, *_simulator, "kim", link);
        const auto other = linkIn(_service->post("/v1/link-code", rotated.text("key"), R"({"subject":"b"})"));
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT_EQUAL(0, removeKey(rotated.text("key_id"), {"--yes"}).exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("went over to the new key", 410, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(other).status);
    }

    void testKeepIssuedHandsLinksOver() {
        const auto root = addKey("root", {});
        const auto rotated = rotate(root, 24);
        const auto link = linkIn(_service->post("/v1/link-code", rotated.text("key"), "{}"));
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT_EQUAL(0, removeKey(rotated.text("key_id"), {"--keep-issued"}).exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT_EQUAL(0, removeKey(idOf("root"), {"--yes"}).exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(410, _service->poll(link).status);
    }

    void testRemovedKeyEndsFurtherReads() {
        const auto leaked = addKey("leaked", {});
        const auto link = linkIn(_service->post("/v1/link-code", leaked, "{}"));
        approveAs(*_service, *_simulator, "kim", link);
        CPPUNIT_ASSERT_EQUAL(200, _service->poll(link).status);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT_EQUAL(0, removeKey(idOf("leaked"), {"--yes"}).exitCode);
        _service->start();
        const auto again = _service->poll(link);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(again.body.substr(0, 200), 410, again.status);
        CPPUNIT_ASSERT_EQUAL(std::string("already_delivered"), again.text("error"));
    }

    // In each round requests in flight meet the rotation.
    void testKeyRotatedAtOnceIssuesNothingMore() {
        const auto account = _service->linkAccount().text("account_id");
        auto key = addKey("racing", {});
        for (int round = 0; round < 4; ++round) {
            std::vector<std::future<int>> issues;
            for (int i = 0; i < 12; ++i)
                issues.push_back(std::async(std::launch::async, [&, key, round, i] {
                    return i % 3 == 0
                               ? _service
                                     ->post("/v1/link-code", key,
                                            R"({"subject":")" + std::to_string(100 * round + i) + "\"}")
                                     .status
                               : _service->post("/v1/accounts/" + account + "/grant-tokens", key, "{}")
                                     .status;
                }));
            const auto rotated = rotate(key, 0);
            for (auto& issue : issues)
                CPPUNIT_ASSERT(std::set<int>({201, 401, 409, 429}).contains(issue.get()));
            for (const std::string table : {"grant_tokens", "links"})
                CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::string("0\n"),
                                             stored("SELECT COUNT(*) FROM " + table +
                                                    " WHERE issuer IN (SELECT key_id FROM client_keys"
                                                    " WHERE name = 'racing' AND expires_at IS NOT NULL)"));
            key = rotated.text("key");
        }
    }

private:
    inline static const std::string client = "test client";

    std::string addKey(const std::string& name, std::vector<std::string> options) {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        options.insert(options.begin(), {"client", "key", "add", client, "--name", name});
        const auto added = _service->run(options);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _service->start();
        return added.output.substr(0, added.output.find('\n'));
    }

    [[nodiscard]] Finished removeKey(const std::string& keyId,
                                     const std::vector<std::string>& options) const {
        std::vector<std::string> arguments{"client", "key", "remove", client, keyId};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return _service->run(arguments);
    }

    // Returns the id of the key that the operator added under that name.
    [[nodiscard]] std::string idOf(const std::string& name) const {
        std::istringstream lines(_service->run({"client", "key", "list", client}).output);
        for (std::string line; std::getline(lines, line);)
            if (line.find('\t' + name + '\t') != std::string::npos &&
                line.find("\tfrom ") == std::string::npos)
                return line.substr(0, line.find('\t'));
        return {};
    }

    [[nodiscard]] HttpAnswer rotate(const std::string& key, int keepHours) const {
        auto rotated = _service->post("/v1/client/keys/rotate", key,
                                      R"({"keep_hours":)" + std::to_string(keepHours) + "}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(rotated.body, 201, rotated.status);
        return rotated;
    }

    [[nodiscard]] std::string stored(const std::string& query) const {
        return runToEnd("/usr/bin/sqlite3", {_service->database().string(), query}, {}).output;
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyLinkTest);
