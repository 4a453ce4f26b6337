// SPDX-License-Identifier: Apache-2.0
// `keys add` writes a new encryption key to the file of the others, and loses none when it is interrupted.
#include "../support/DaemonFixture.h"

#include <algorithm>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <thread>

using namespace central_oauth::test;

namespace fs = std::filesystem;

class KeysAddTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(KeysAddTest);
    CPPUNIT_TEST(testWhatTheFirstKeySealedStillOpens);
    CPPUNIT_TEST(testRingFile);
    CPPUNIT_TEST(testKeysThatAreNoFileAreRefused);
    CPPUNIT_TEST(testFilesThatMakeNoSenseAreLeftAlone);
    CPPUNIT_TEST(testFullDiskChangesNothing);
    CPPUNIT_TEST(testKilledInTheMiddleLosesNoKey);
    CPPUNIT_TEST(testLeftoverOfACrashIsNotInTheWay);
    CPPUNIT_TEST(testSignalInTheMiddleLeavesNothingBeside);
    CPPUNIT_TEST(testRemovesOnlyTheFileBeside);
    CPPUNIT_TEST(testKeysThatTheStartRefusesAreRefused);
    CPPUNIT_TEST(testSecondNameIsRefusedAndALinkStays);
    CPPUNIT_TEST(testReportsANarrowedMode);
    CPPUNIT_TEST(testManyAtOnceLoseNoKey);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        _first = _service->environment["CENTRAL_OAUTH_SECRET_KEY"];
        useFile("CENTRAL_OAUTH_SECRET_KEY_FILE");
    }

    void testWhatTheFirstKeySealedStillOpens() {
        const auto account = _service->linkAccount().text("account_id");
        for (std::size_t keys = 2; keys <= 3; ++keys) {
            // The daemon may run: it reads the file at its start only.
            const auto added = _service->run({"keys", "add"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(added.errors, 0, added.exitCode);
            CPPUNIT_ASSERT_EQUAL_MESSAGE("an id and a line end", std::size_t(9), added.output.size());
            CPPUNIT_ASSERT_EQUAL(keys, ring().size());
            CPPUNIT_ASSERT_EQUAL(_first, ring().back());
            for (const auto& key : ring())
                CPPUNIT_ASSERT((added.output + added.errors).find(key) == std::string::npos);
            CPPUNIT_ASSERT_EQUAL(0, _service->stop());
            _service->start();
            CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + account, _service->key()).status);
            CPPUNIT_ASSERT_MESSAGE("the new key comes first",
                                   _service->log().find(R"("key_ids":")" + added.output.substr(0, 8)) !=
                                       std::string::npos);
        }
        CPPUNIT_ASSERT(fs::status(file()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
    }

    void testRingFile() {
        (void)_service->stop();
        const std::string older = _first.substr(7) + _first.substr(0, 7);
        std::ofstream(file()) << _first << ", " << older;
        useFile("CENTRAL_OAUTH_KEY_RING_FILE", false);
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"keys", "add"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(std::size_t(3), ring().size());
        CPPUNIT_ASSERT_EQUAL(_first, ring()[1]);
        CPPUNIT_ASSERT_EQUAL(older, ring()[2]);
        _service->start();
    }

    void testKeysThatAreNoFileAreRefused() {
        auto& environment = _service->environment;
        const auto other = (_service->folder() / "other").string();
        for (const auto& [set, said] : std::vector<std::pair<ChildProcess::Environment, std::string>>{
                 {{{"CENTRAL_OAUTH_SECRET_KEY", _first}}, "openssl rand -hex 32"},
                 {{{"CENTRAL_OAUTH_KEY_RING", _first}}, "openssl rand -hex 32"},
                 {{{"CENTRAL_OAUTH_KEY_RING", _first}, {"CENTRAL_OAUTH_SECRET_KEY_FILE", file().string()}},
                  "CENTRAL_OAUTH_KEY_RING"},
                 {{{"CENTRAL_OAUTH_KEY_RING_FILE", other},
                   {"CENTRAL_OAUTH_SECRET_KEY_FILE", file().string()}},
                  "unset CENTRAL_OAUTH_SECRET_KEY_FILE"},
                 {{{"CREDENTIALS_DIRECTORY", file().parent_path().string()}}, "LoadCredential="},
                 {{}, "CENTRAL_OAUTH_SECRET_KEY_FILE"}}) {
            environment.erase("CENTRAL_OAUTH_SECRET_KEY_FILE");
            auto changed = environment;
            changed.insert(set.begin(), set.end());
            std::ofstream(file().parent_path() / "central_oauth_secret_key") << _first;
            const auto refused = runToEnd(programPath("central-oauthd"), {"keys", "add"}, changed);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 78, refused.exitCode);
            CPPUNIT_ASSERT_MESSAGE(refused.errors, refused.errors.find(said) != std::string::npos);
            CPPUNIT_ASSERT(refused.errors.find(_first) == std::string::npos);
            CPPUNIT_ASSERT_EQUAL(std::string(), refused.output);
            CPPUNIT_ASSERT_EQUAL(_first + "\n", content());
        }
    }

    void testFilesThatMakeNoSenseAreLeftAlone() {
        for (const std::string& text :
             {std::string(), std::string("correct-horse"), _first + ",", _first + "\n" + _first,
              "\"" + _first + '"', _first + ',' + _first.substr(1)}) {
            std::ofstream(file()) << text;
            const auto refused = _service->run({"keys", "add"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 78, refused.exitCode);
            CPPUNIT_ASSERT_EQUAL(text, content());
        }
        fs::remove(file());
        CPPUNIT_ASSERT_EQUAL(74, _service->run({"keys", "add"}).exitCode);
        CPPUNIT_ASSERT(!fs::exists(file()));
    }

    // A file that must not grow fails as a full disk does.
    void testFullDiskChangesNothing() {
        const auto refused =
            runToEnd("/bin/bash",
                     {"-c", R"(ulimit -f 0; "$1" keys add)", "bash", programPath("central-oauthd").string()},
                     _service->environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 74, refused.exitCode);
        CPPUNIT_ASSERT_EQUAL(std::string(), refused.output);
        CPPUNIT_ASSERT_EQUAL(_first + "\n", content());
        CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
    }

    // Kills after 1 ms, 2 ms, ... until one run completes.
    void testKilledInTheMiddleLosesNoKey() {
        auto before = ring();
        int exitCode = killed;
        for (std::chrono::milliseconds life{1}; exitCode == killed; ++life) {
            ChildProcess adding(programPath("central-oauthd"), {"keys", "add"}, _service->environment);
            std::this_thread::sleep_for(life);
            adding.signal(SIGKILL);
            exitCode = adding.wait();
            const auto after = ring();
            CPPUNIT_ASSERT(after.size() <= before.size() + 1);
            CPPUNIT_ASSERT(std::equal(before.rbegin(), before.rend(), after.rbegin()));
            before = after;
        }
        CPPUNIT_ASSERT_EQUAL(0, exitCode);
        CPPUNIT_ASSERT_MESSAGE("none is in the file", ring().size() > 1);
        CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
    }

    void testLeftoverOfACrashIsNotInTheWay() {
        std::ofstream(file().parent_path() / ".secret-key.next") << "half a ke";
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"keys", "add"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ring().size());
        CPPUNIT_ASSERT_EQUAL(_first, ring().back());
        CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
    }

    // Nothing reads standard output, so the command blocks on printing its id; the key is in the file by
    // then.
    void testSignalInTheMiddleLeavesNothingBeside() {
        const auto ended =
            runToEnd("/bin/bash",
                     {"-c", R"(
            cd "$2"; mkfifo pipe; exec 3<>pipe; head -c 65536 /dev/zero >&3
            "$1" keys add >&3 2>errors & adding=$!
            until [ -e keys/.secret-key.next ] || [ -s errors ]; do sleep 0.01; done
            kill -TERM $adding; wait $adding; ended=$?; cat errors >&2; exit $ended)",
                      "bash", programPath("central-oauthd").string(), _service->folder().string()},
                     _service->environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(ended.errors, 128 + SIGTERM, ended.exitCode);
        CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ring().size());
        CPPUNIT_ASSERT_MESSAGE(ended.errors, ended.errors.find(" added to ") != std::string::npos);
    }

    void testRemovesOnlyTheFileBeside() {
        const auto next = file().parent_path() / ".secret-key.next";
        const auto other = _service->folder() / "other";
        std::ofstream(other) << "untouched";
        fs::create_symlink(other, next);
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"keys", "add"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(std::uintmax_t(9), fs::file_size(other));
        CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
        fs::create_directory(next);
        const auto refused = _service->run({"keys", "add"});
        CPPUNIT_ASSERT_EQUAL(74, refused.exitCode);
        CPPUNIT_ASSERT_MESSAGE(refused.errors, refused.errors.find(next.string()) != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ring().size());
    }

    void testKeysThatTheStartRefusesAreRefused() {
        (void)_service->stop();
        const std::string zeros(64, '0');
        for (const auto& [text, said] : std::vector<std::pair<std::string, std::string>>{
                 {zeros, "is a pattern that anybody can guess"},
                 {_first + ',' + std::string(64, 'F'), "is a pattern that anybody can guess"},
                 {_first + "," + _first, "repeats entry 1"}}) {
            std::ofstream(file()) << text;
            for (const auto& command :
                 std::vector<std::vector<std::string>>{{"--check-config"}, {"keys", "add"}}) {
                const auto refused = _service->run(command);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 78, refused.exitCode);
                CPPUNIT_ASSERT_MESSAGE(refused.errors, refused.errors.find(said) != std::string::npos);
                CPPUNIT_ASSERT(refused.errors.find(text.substr(0, 64)) == std::string::npos);
            }
            CPPUNIT_ASSERT_EQUAL(text, content());
            CPPUNIT_ASSERT_EQUAL(1L, filesBeside());
        }
    }

    void testSecondNameIsRefusedAndALinkStays() {
        const auto other = _service->folder() / "other";
        fs::create_hard_link(file(), other);
        const auto refused = _service->run({"keys", "add"});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(refused.errors, 74, refused.exitCode);
        CPPUNIT_ASSERT_MESSAGE(refused.errors, refused.errors.find("hard link") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(_first + "\n", content());
        fs::remove(other);
        fs::create_symlink(file(), other);
        _service->environment["CENTRAL_OAUTH_SECRET_KEY_FILE"] = other.string();
        CPPUNIT_ASSERT_EQUAL(0, _service->run({"keys", "add"}).exitCode);
        CPPUNIT_ASSERT(fs::is_symlink(other));
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), ring().size());
    }

    void testReportsANarrowedMode() {
        fs::permissions(file(), fs::perms::group_read | fs::perms::others_read, fs::perm_options::add);
        const auto narrowed = _service->run({"keys", "add"});
        CPPUNIT_ASSERT_MESSAGE(narrowed.errors, narrowed.errors.find("mode 0600") != std::string::npos);
        const auto again = _service->run({"keys", "add"});
        CPPUNIT_ASSERT_MESSAGE(again.errors, again.errors.find("mode 0600") == std::string::npos);
    }

    void testManyAtOnceLoseNoKey() {
        const auto ended = runToEnd("/bin/bash",
                                    {"-c", R"(for i in 1 2 3 4 5 6 7 8; do "$1" keys add & done; wait)",
                                     "bash", programPath("central-oauthd").string()},
                                    _service->environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("eight ids: " + ended.errors, 8L,
                                     std::count(ended.output.begin(), ended.output.end(), '\n'));
        const auto keys = ring();
        CPPUNIT_ASSERT_EQUAL(std::size_t(9), keys.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t(9), std::set<std::string>(keys.begin(), keys.end()).size());
        CPPUNIT_ASSERT_EQUAL(_first, keys.back());
    }

private:
    static constexpr int killed = 128 + SIGKILL;

    // Returns the key file, in a folder of its own.
    [[nodiscard]] fs::path file() const { return _service->folder() / "keys" / "secret-key"; }

    void useFile(const std::string& setting, bool write = true) {
        fs::create_directories(file().parent_path());
        if (write)
            std::ofstream(file()) << _first << '\n';
        fs::permissions(file(), fs::perms::owner_read | fs::perms::owner_write);
        for (const std::string name : {"CENTRAL_OAUTH_SECRET_KEY", "CENTRAL_OAUTH_SECRET_KEY_FILE"})
            _service->environment.erase(name);
        _service->environment[setting] = file().string();
    }

    [[nodiscard]] std::string content() const {
        std::ifstream stream(file());
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    [[nodiscard]] std::vector<std::string> ring() const {
        std::vector<std::string> keys;
        std::istringstream stream(content());
        for (std::string key; std::getline(stream, key, ',');) {
            key.erase(std::remove_if(key.begin(), key.end(), [](char c) { return c == ' ' || c == '\n'; }),
                      key.end());
            keys.push_back(key);
        }
        return keys;
    }

    [[nodiscard]] long filesBeside() const {
        return std::distance(fs::directory_iterator(file().parent_path()), fs::directory_iterator());
    }

    std::string _first;
};

CPPUNIT_TEST_SUITE_REGISTRATION(KeysAddTest);
