// SPDX-License-Identifier: Apache-2.0
// Client keys and what they issued: removal by the operator, expiry, rotation.
#include "../support/DaemonFixture.h"
#include "../support/PseudoTerminal.h"

#include <cppunit/extensions/HelperMacros.h>
#include <memory>
#include <sstream>

using namespace central_oauth::test;

class KeyDescentTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(KeyDescentTest);
    CPPUNIT_TEST(testRemovedKeyTakesAlongWhatItIssued);
    CPPUNIT_TEST(testKeepIssuedEndsTheKeyAlone);
    CPPUNIT_TEST(testRemovalOfAnExpiredKeyIsConfirmed);
    CPPUNIT_TEST(testRemovalOfALivingLineIsConfirmed);
    CPPUNIT_TEST(testNamesAsPeopleBringThem);
    CPPUNIT_TEST(testExpiryEndsWhatTheKeyIssued);
    CPPUNIT_TEST(testRotationCarriesOn);
    CPPUNIT_TEST(testListShowsDescent);
    CPPUNIT_TEST(testKeyOfManyRotationsAgoStillEndsItsLine);
    CPPUNIT_TEST(testRotationAfterALostAnswerKeepsTheExpiry);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _account = _service->linkAccount().text("account_id");
    }

    void testRemovedKeyTakesAlongWhatItIssued() {
        const auto leaked = addKey("leaked", {});
        const auto rotated = rotate(leaked);
        const auto token = issue(leaked);
        const auto ofRotated = issue(rotated);
        const auto renewed = issue(ofRotated);
        const auto own = issue(_service->key());
        const auto link = _service->post("/v1/link-code", leaked, "{}");
        const auto ownLink = _service->createLink();
        (void)_service->stop();
        const auto removed = removeKey("leaked", {"--yes"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        CPPUNIT_ASSERT(removed.errors.find("descended from it: 3") != std::string::npos);
        _service->start();
        for (const auto& credential : {leaked, rotated, token, ofRotated, renewed})
            CPPUNIT_ASSERT_EQUAL(401, statusFor(credential));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(
            "its link is open", 410,
            _service->get("/v1/poll/" + link.text("link_code"), link.text("link_secret")).status);
        CPPUNIT_ASSERT_EQUAL(202, _service->poll(ownLink).status);
        CPPUNIT_ASSERT_EQUAL(200, statusFor(own));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(_service->key()));
    }

    void testKeepIssuedEndsTheKeyAlone() {
        const auto old = addKey("old", {});
        const auto token = issue(old);
        const auto rotated = rotate(old);
        (void)_service->stop();
        const auto removed = removeKey("old", {"--keep-issued"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(401, statusFor(old));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(rotated));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(token));
    }

    // An expired key may have been replaced because it leaked, or by routine.
    void testRemovalOfAnExpiredKeyIsConfirmed() {
        const auto old = addKey("old", {});
        const auto rotated = _service->post(rotation, old, R"({"keep_hours":1})").text("key");
        const auto token = issue(rotated);
        _service->advanceClock(3601);
        CPPUNIT_ASSERT_EQUAL(401, statusFor(old));
        (void)_service->stop();
        const auto unasked = removeKey("old", {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(unasked.errors, 64, unasked.exitCode);
        CPPUNIT_ASSERT_MESSAGE(unasked.errors,
                               unasked.errors.find("key itself has expired") != std::string::npos);
        const auto removed = removeKey("old", {"--keep-issued"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        CPPUNIT_ASSERT_MESSAGE(removed.errors, removed.errors.find("1 key that") != std::string::npos);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(200, statusFor(rotated));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(token));
        (void)_service->stop();
        CPPUNIT_ASSERT_MESSAGE(listed(), listed().find("from ") == std::string::npos);
    }

    void testRemovalOfALivingLineIsConfirmed() {
        const auto old = addKey("old", {});
        const auto lonely = addKey("lonely", {});
        const auto rotated = rotate(old);
        const auto token = issue(old);
        (void)_service->stop();
        const auto before = listed();
        const auto unasked = removeKey("old", {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(unasked.errors, 64, unasked.exitCode);
        for (const auto& part : {idOf(rotated), std::string("1 grant token,"), std::string("--keep-issued"),
                                 std::string("--yes")})
            CPPUNIT_ASSERT_MESSAGE(unasked.errors, unasked.errors.find(part) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(before, listed());

        PseudoTerminal refused(programPath("central-oauthd").string(),
                               {"client", "key", "remove", client, firstOf("old")}, _service->environment);
        refused.waitForText("[y/N]");
        refused.send("n\n");
        CPPUNIT_ASSERT_EQUAL(0, refused.wait());
        CPPUNIT_ASSERT_EQUAL(before, listed());

        // Nothing is removed with it, so there is no question.
        CPPUNIT_ASSERT_EQUAL(0, removeKey("lonely", {}).exitCode);
        CPPUNIT_ASSERT_EQUAL(0, removeKey("old", {"--yes"}).exitCode);
        _service->start();
        for (const auto& credential : {old, lonely, rotated, token})
            CPPUNIT_ASSERT_EQUAL(401, statusFor(credential));
    }

    void testNamesAsPeopleBringThem() {
        (void)addKey("old", {});
        (void)_service->stop();
        const auto id = firstOf("old");
        // Full-width letters with an ideographic space; an en dash and blanks around the name.
        const std::string typedClient = "\uff54\uff45\uff53\uff54\u3000client ";
        std::string typedId = "\u00a0" + id + "\n";
        for (std::size_t at = typedId.find('-'); at != std::string::npos; at = typedId.find('-', at + 3))
            typedId.replace(at, 1, "\u2013");
        CPPUNIT_ASSERT_EQUAL(listed(), _service->run({"client", "key", "list", typedClient}).output);
        const auto other = _service->run({"client", "key", "remove", "TEST client", typedId});
        CPPUNIT_ASSERT_EQUAL(64, other.exitCode);
        CPPUNIT_ASSERT_MESSAGE(other.errors, other.errors.find("\"TEST client\"") != std::string::npos);
        const auto removed = _service->run({"client", "key", "remove", typedClient, typedId});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        CPPUNIT_ASSERT_MESSAGE(removed.errors, removed.errors.find("key " + id + ' ') != std::string::npos);
        const auto gone = _service->run({"client", "remove", typedClient, "--yes"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(gone.errors, 0, gone.exitCode);
    }

    void testExpiryEndsWhatTheKeyIssued() {
        const auto brief = addKey("brief", {"--expires", "2h"});
        const auto rotated = rotate(brief);
        const auto token = issue(brief);
        const auto renewed = issue(token);
        _service->advanceClock(7190);
        for (const auto& credential : {brief, rotated, token, renewed})
            CPPUNIT_ASSERT_EQUAL(200, statusFor(credential));
        const auto late = issue(renewed);
        _service->advanceClock(20);
        for (const auto& credential : {brief, rotated, token, renewed, late})
            CPPUNIT_ASSERT_EQUAL(401, statusFor(credential));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(_service->key()));
    }

    void testRotationCarriesOn() {
        const auto token = issue(_service->key());
        const auto rotated = _service->post(rotation, _service->key(), R"({"keep_hours":0})").text("key");
        CPPUNIT_ASSERT_EQUAL(401, statusFor(_service->key()));
        _service->advanceClock(2 * 86'400);
        CPPUNIT_ASSERT_EQUAL(200, statusFor(rotated));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(token));
        (void)_service->stop();
        const auto lines = listed();
        const auto fresh = lines.substr(lines.find('\n') + 1);
        CPPUNIT_ASSERT_EQUAL(
            0, _service->run({"client", "key", "remove", client, fresh.substr(0, fresh.find('\t')), "--yes"})
                   .exitCode);
        _service->start();
        CPPUNIT_ASSERT_EQUAL(401, statusFor(rotated));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("it went over to the new key", 401, statusFor(token));
    }

    void testListShowsDescent() {
        const auto token = issue(_service->key());
        (void)issue(token);
        (void)rotate(_service->key());
        (void)_service->stop();
        std::istringstream lines(listed());
        std::string old;
        std::string fresh;
        CPPUNIT_ASSERT(std::getline(lines, old) && std::getline(lines, fresh));
        CPPUNIT_ASSERT_MESSAGE(old, old.ends_with("\tactive\t-\t0 grant tokens"));
        CPPUNIT_ASSERT_MESSAGE(
            fresh, fresh.ends_with("\tactive\tfrom " + old.substr(0, old.find('\t')) + "\t2 grant tokens"));
    }

    void testKeyOfManyRotationsAgoStillEndsItsLine() {
        const auto root = addKey("root", {});
        auto key = _service->post(rotation, root, R"({"keep_hours":0})");
        const auto early = key.text("key_id");
        for (int i = 0; i < 12; ++i) {
            key = _service->post(rotation, key.text("key"), R"({"keep_hours":0})");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(key.body, 201, key.status);
            _service->passTime(60);
        }
        (void)_service->stop();
        const auto removed = _service->run({"client", "key", "remove", client, early, "--yes"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(removed.errors, 0, removed.exitCode);
        CPPUNIT_ASSERT(!firstOf("root").empty());
        _service->start();
        CPPUNIT_ASSERT_EQUAL(401, statusFor(key.text("key")));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(_service->key()));
    }

    void testRotationAfterALostAnswerKeepsTheExpiry() {
        const auto lost = _service->post(rotation, _service->key(), R"({"keep_hours":1})");
        const auto again = _service->post(rotation, _service->key(), R"({"keep_hours":1})");
        CPPUNIT_ASSERT_EQUAL(lost.body.find("\"expires_at\":null") != std::string::npos,
                             again.body.find("\"expires_at\":null") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(lost.text("old_key_expires_at"), again.text("old_key_expires_at"));
        _service->advanceClock(3601);
        CPPUNIT_ASSERT_EQUAL(401, statusFor(_service->key()));
        CPPUNIT_ASSERT_EQUAL(200, statusFor(again.text("key")));
        // If the first answer had arrived, the replaced key would gain nothing.
        const auto taken = _service->post(rotation, again.text("key"), R"({"keep_hours":1})");
        CPPUNIT_ASSERT_EQUAL(200, statusFor(taken.text("key")));
        const auto late = _service->post(rotation, again.text("key"), R"({"keep_hours":1})");
        CPPUNIT_ASSERT_EQUAL(late.text("old_key_expires_at"), late.text("expires_at"));
    }

private:
    inline static const std::string client = "test client";
    inline static const std::string rotation = "/v1/client/keys/rotate";

    [[nodiscard]] std::string listed() const {
        return _service->run({"client", "key", "list", client}).output;
    }

    std::string addKey(const std::string& name, std::vector<std::string> options) {
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        options.insert(options.begin(), {"client", "key", "add", client, "--name", name});
        const auto added = _service->run(options);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
        _service->start();
        return added.output.substr(0, added.output.find('\n'));
    }

    [[nodiscard]] Finished removeKey(const std::string& name, const std::vector<std::string>& options) const {
        std::vector<std::string> arguments{"client", "key", "remove", client, firstOf(name)};
        arguments.insert(arguments.end(), options.begin(), options.end());
        return _service->run(arguments);
    }

    // Returns the id of the key that the operator added under that name; its successors have the same name.
    [[nodiscard]] std::string firstOf(const std::string& name) const {
        std::istringstream lines(listed());
        for (std::string line; std::getline(lines, line);)
            if (line.find('\t' + name + '\t') != std::string::npos &&
                line.find("\tfrom ") == std::string::npos)
                return line.substr(0, line.find('\t'));
        return {};
    }

    // Returns the id inside a key: cok_, id, secret and checksum.
    [[nodiscard]] static std::string idOf(const std::string& key) { return key.substr(4, 12); }

    [[nodiscard]] std::string rotate(const std::string& key) const {
        const auto rotated = _service->post(rotation, key, "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(rotated.body, 201, rotated.status);
        return rotated.text("key");
    }

    [[nodiscard]] std::string issue(const std::string& credential) const {
        const auto issued = _service->post("/v1/accounts/" + _account + "/grant-tokens", credential, "{}");
        CPPUNIT_ASSERT_EQUAL_MESSAGE(issued.body, 201, issued.status);
        return issued.text("grant_token");
    }

    [[nodiscard]] int statusFor(const std::string& credential) const {
        return _service->get("/v1/accounts", credential).status;
    }

    std::string _account;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeyDescentTest);
