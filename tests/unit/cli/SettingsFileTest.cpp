// SPDX-License-Identifier: Apache-2.0
// The settings file: what is refused, the messages, and that no data is lost.
#include "central_oauth/cli/SettingsFile.h"

#include "ScriptedServer.h"
#include "SettingsFolder.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <thread>
#include <vector>

using namespace central_oauth::cli;
using namespace central_oauth::cli::test;

class SettingsFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SettingsFileTest);
    CPPUNIT_TEST(testKeepsWhatWasWritten);
    CPPUNIT_TEST(testHoldsNothingAtFirst);
    CPPUNIT_TEST(testRefusesAFileThatOthersCanReach);
    CPPUNIT_TEST(testOthersMayReadWhatIsNoSecret);
    CPPUNIT_TEST(testFoldersAreJudgedByTheirRealPath);
    CPPUNIT_TEST(testParallelUpdatesLoseNothing);
    CPPUNIT_TEST(testNamesTheFaultyLine);
    CPPUNIT_TEST(testNamesTheFaultyMember);
    CPPUNIT_TEST(testRefusesOtherThanPlainFiles);
    CPPUNIT_TEST(testLosesNothingWhenWritingFails);
    CPPUNIT_TEST(testWritesThroughALink);
    CPPUNIT_TEST(testTheEnvironmentWins);
    CPPUNIT_TEST(testNamesTheSourceOfAFault);
    CPPUNIT_TEST_SUITE_END();

    SettingsFolder _place;

    [[nodiscard]] SettingsFile file() const { return SettingsFile(_place.settings()); }

    [[nodiscard]] static StoredSettings some() {
        return {"https://oauth.example.com", central_oauth::provider::Secret(clientKey), "/etc/\u00e4.pem"};
    }

    // Returns the text of the refusal and asserts that it does not hold the key.
    [[nodiscard]] std::string refusal(const std::string& text) const {
        SettingsFolder::write(_place.settings(), text);
        return refusal();
    }

    [[nodiscard]] std::string refusal() const {
        try {
            static_cast<void>(file().read());
        } catch (const Failure& failure) {
            CPPUNIT_ASSERT(failure.code() == ExitCode::usage);
            const std::string told = std::string(failure.what()) + " | " + failure.next();
            CPPUNIT_ASSERT(told.find(_place.settings().string()) != std::string::npos);
            CPPUNIT_ASSERT(told.find(clientKey) == std::string::npos);
            return told;
        }
        return "accepted";
    }

    static void expect(const std::string& part, const std::string& text) {
        CPPUNIT_ASSERT_MESSAGE(text, text.find(part) != std::string::npos);
    }

public:
    void testKeepsWhatWasWritten() {
        file().write(some());
        const StoredSettings read = file().read();
        CPPUNIT_ASSERT_EQUAL(some().url, read.url);
        CPPUNIT_ASSERT_EQUAL(clientKey, std::string(read.clientKey.reveal()));
        CPPUNIT_ASSERT_EQUAL(some().caFile, read.caFile);
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.settings()));
        CPPUNIT_ASSERT(SettingsFolder::isPrivate(_place.folder()));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no temporary file is left", 1L, _place.files());
        file().write({});
        CPPUNIT_ASSERT_EQUAL(0L, _place.files());
    }

    void testHoldsNothingAtFirst() { CPPUNIT_ASSERT(file().read().empty()); }

    void testRefusesAFileThatOthersCanReach() {
        using std::filesystem::perms;
        for (const perms more : {perms::group_read, perms::others_read, perms::others_write}) {
            file().write(some());
            std::filesystem::permissions(_place.settings(), more, std::filesystem::perm_options::add);
            expect("chmod 600 " + _place.settings().string(), refusal());
        }
    }

    void testOthersMayReadWhatIsNoSecret() {
        using std::filesystem::perms;
        const auto add = [&](perms more) {
            std::filesystem::permissions(_place.settings(), more, std::filesystem::perm_options::add);
        };
        const perms readers = perms::group_read | perms::others_read;
        SettingsFolder::write(_place.settings(), R"({"url":"https://a.example","ca":"/etc/ssl/ca.pem"})");
        add(readers);
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example"), file().read().url);
        add(perms::group_write);
        expect("other users of this machine can change", refusal());
        for (const std::string& text :
             {R"({"client_key":")" + clientKey + R"("})", R"({"url":")" + clientKey + R"("})",
              R"({"clientkey":")" + clientKey + R"("})"}) {
            SettingsFolder::write(_place.settings(), text);
            add(readers);
            expect("other users of this machine can read", refusal());
        }
        SettingsFolder::write(_place.settings(), R"({"url":"https://a.example"})");
        add(readers);
        file().update([](StoredSettings& settings) {
            settings.clientKey = central_oauth::provider::Secret(clientKey);
        });
        CPPUNIT_ASSERT_MESSAGE("a key makes it private", SettingsFolder::isPrivate(_place.settings()));
        CPPUNIT_ASSERT_EQUAL(std::string("https://a.example"), file().read().url);
    }

    void testFoldersAreJudgedByTheirRealPath() {
        using std::filesystem::perms;
        const auto real = _place.home() / "dotfiles" / "cli.json";
        SettingsFolder::write(real, R"({"url":"https://a.example"})");
        std::filesystem::create_directories(_place.folder());
        std::filesystem::create_symlink(real, _place.settings());
        CPPUNIT_ASSERT(file().read().warnings.empty());
        const auto open = [&](perms more) {
            std::filesystem::permissions(real.parent_path(), more, std::filesystem::perm_options::add);
        };
        open(perms::group_write);
        const auto warnings = file().read().warnings;
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), warnings.size());
        expect("is below " + real.parent_path().string(), warnings.front());
        open(perms::others_write);
        expect("is below " + real.parent_path().string(), refusal());
        CPPUNIT_ASSERT_THROW(file().write(some()), Failure);
        open(perms::sticky_bit);
        CPPUNIT_ASSERT(file().read().warnings.empty());
        file().write(some());
    }

    // Like two processes, which share only the file system.
    void testParallelUpdatesLoseNothing() {
        constexpr int rounds = 60;
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([this] {
                for (int round = 0; round < rounds; ++round)
                    file().update([](StoredSettings& settings) { settings.caFile += "x"; });
            });
        for (auto& thread : threads)
            thread.join();
        CPPUNIT_ASSERT_EQUAL(std::size_t{4 * rounds}, file().read().caFile.size());
    }

    void testNamesTheFaultyLine() {
        expect("is no JSON: line 1: ", refusal("{"));
        expect("is no JSON: line 1: ", refusal(""));
        expect("is no JSON: line 3: ", refusal("{\n  \"url\": \"https://a.example\",\n  client_key: 7\n}\n"));
        expect("is no JSON: line 2: ", refusal("{\n  \"url\" \"https://a.example\",\n  \"ca\": \"/x\"\n}\n"));
        expect("is no JSON: line 4: ", refusal("{\n  \"ca\": \"/x\"\n}\nmore\n"));
        expect("is no JSON: ", refusal("{\"client_key\": \"" + clientKey + "\" x"));
        expect("is not a JSON object", refusal(std::string("\0\x1b[2J", 5)));
        expect("is not a JSON object", refusal("[]"));
        expect("is not a JSON object", refusal("\"" + clientKey + "\""));
        expect("is no JSON: ", refusal("{\"ca\":" + std::string(60000, '[')));
        expect("is too long", refusal(std::string(70000, ' ') + "{}"));
    }

    void testNamesTheFaultyMember() {
        expect("there is no setting colour", refusal(R"({"url":"https://a.example","colour":"red"})"));
        expect("there is no setting client-key", refusal(R"({"client-key":")" + clientKey + R"("})"));
        expect("url is not a text", refusal(R"({"url":7})"));
        expect("client_key is not a text", refusal(R"({"client_key":null})"));
        expect("ca has a control character", refusal(R"({"ca":"/a\u001b[2Jb"})"));
    }

    void testRefusesOtherThanPlainFiles() {
        std::filesystem::create_directories(_place.settings());
        std::filesystem::permissions(_place.settings(), std::filesystem::perms::owner_all);
        expect("is no plain file", refusal());
    }

    void testLosesNothingWhenWritingFails() {
        file().write(some());
        const std::string before = SettingsFolder::read(_place.settings());
        // A rename over a non-empty folder fails for every user.
        const auto blocked = _place.folder() / "blocked.json";
        std::filesystem::create_directories(blocked / "full");
        CPPUNIT_ASSERT_THROW(SettingsFile(blocked).write(some()), Failure);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("no temporary file is left", 2L, _place.files());
        CPPUNIT_ASSERT_THROW(SettingsFile(_place.settings() / "below.json").write(some()), Failure);
        CPPUNIT_ASSERT_EQUAL(before, SettingsFolder::read(_place.settings()));
    }

    void testWritesThroughALink() {
        const auto real = _place.home() / "dotfiles" / "cli.json";
        SettingsFolder::write(real, "{}");
        std::filesystem::create_directories(_place.folder());
        std::filesystem::create_symlink(real, _place.settings());
        file().write(some());
        CPPUNIT_ASSERT(std::filesystem::is_symlink(_place.settings()));
        CPPUNIT_ASSERT(SettingsFolder::read(real).find("oauth.example.com") != std::string::npos);
    }

    void testTheEnvironmentWins() {
        file().write(some());
        std::map<std::string, std::string> variables{{"HOME", _place.home().string()}};
        const VariableLookup lookup = [&](const std::string& name) -> std::optional<std::string> {
            const auto found = variables.find(name);
            return found == variables.end() ? std::nullopt : std::optional(found->second);
        };
        const ClientSettings kept = readClientSettings(lookup);
        CPPUNIT_ASSERT_EQUAL(some().url, kept.url);
        CPPUNIT_ASSERT_EQUAL(some().caFile, kept.caFile);
        CPPUNIT_ASSERT_EQUAL("ca in " + _place.settings().string(), kept.caSource);
        const std::string other = "cok_" + std::string(60, 'o');
        variables["CENTRAL_OAUTH_URL"] = "https://other.example";
        variables["CENTRAL_OAUTH_CLIENT_KEY"] = other;
        const ClientSettings won = readClientSettings(lookup, "/given.pem");
        CPPUNIT_ASSERT_EQUAL(std::string("https://other.example"), won.url);
        CPPUNIT_ASSERT_EQUAL(other, std::string(won.key.reveal()));
        CPPUNIT_ASSERT_EQUAL(std::string("/given.pem"), won.caFile);
        CPPUNIT_ASSERT_EQUAL(std::string("--ca"), won.caSource);
        variables["CENTRAL_OAUTH_CLIENT_KEY"] = "";
        CPPUNIT_ASSERT_EQUAL_MESSAGE("an empty one is not set", clientKey,
                                     std::string(readClientSettings(lookup).key.reveal()));
    }

    void testNamesTheSourceOfAFault() {
        ProgramRun url;
        url.variables = {{"HOME", _place.home().string()}};
        SettingsFolder::write(_place.settings(), R"({"url":"a.example"})");
        CPPUNIT_ASSERT_EQUAL(64, url.run({"accounts"}));
        CPPUNIT_ASSERT(url.says("url in " + _place.settings().string() + " does not begin with https://"));
        ProgramRun key;
        key.variables = url.variables;
        SettingsFolder::write(_place.settings(), R"({"client_key":"cok_short"})");
        CPPUNIT_ASSERT_EQUAL(5, key.run({"accounts"}));
        CPPUNIT_ASSERT(key.says("client_key in " + _place.settings().string() + " can't be a client key"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SettingsFileTest);
