// SPDX-License-Identifier: Apache-2.0
// Platform file (POSIX): secrets from files and credentials, and the permissions that are refused.
#include "central_oauth/config/HostSettings.h"
#include "central_oauth/config/SettingsTable.h"

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <sys/stat.h>

#include <Poco/TemporaryFile.h>

using namespace central_oauth::config;
namespace fs = std::filesystem;

class SecretSourceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SecretSourceTest);
    CPPUNIT_TEST(testReadsAFile);
    CPPUNIT_TEST(testIgnoresLineEndsAtTheEnd);
    CPPUNIT_TEST(testReadsACredential);
    CPPUNIT_TEST(testAFileMayBeTheCredential);
    CPPUNIT_TEST(testRefusesValueAndFile);
    CPPUNIT_TEST(testRefusesValueAndCredential);
    CPPUNIT_TEST(testRefusesFileAndAnotherCredential);
    CPPUNIT_TEST(testRefusesWhatOthersCanWrite);
    CPPUNIT_TEST(testWarnsOfWhatOthersCanRead);
    CPPUNIT_TEST(testDoesNotWarnInTheCredentialsDirectory);
    CPPUNIT_TEST(testSaysThatTheCredentialsCannotBeRead);
    CPPUNIT_TEST(testRefusesMissingFiles);
    CPPUNIT_TEST(testRefusesWhatIsNoFile);
    CPPUNIT_TEST(testRefusesEmptyAndLargeFiles);
    CPPUNIT_TEST(testRefusesMoreThanOneLine);
    CPPUNIT_TEST(testNoMessageHoldsASecretInTheWrongPlace);
    CPPUNIT_TEST_SUITE_END();

    using Values = std::map<std::string, std::string>;

    // The owner may write and the group may read; the tests add and remove permissions.
    static constexpr auto usualRights =
        fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read;

    Poco::TemporaryFile _folder;
    const std::string _key = std::string(8, 'd') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d";
    const std::string _setting = "CENTRAL_OAUTH_SECRET_KEY";

    std::string write(const std::string& name, const std::string& content, fs::perms rights = usualRights) {
        const fs::path path = fs::path(_folder.path()) / name;
        std::ofstream(path, std::ios::binary) << content;
        fs::permissions(path, rights);
        return path.string();
    }

    void assertKey(const Values& values, const std::string& warnings = "") {
        const auto result = load(Environment(values));
        CPPUNIT_ASSERT_EQUAL(std::string(), faultText(result.report));
        CPPUNIT_ASSERT_EQUAL(_key, std::string(result.settings.keyRing.at(0).reveal()));
        std::string found;
        for (const auto& warning : result.report.warnings)
            found += warning.setting + ' ' + warning.text;
        CPPUNIT_ASSERT_EQUAL(warnings, found);
    }

    static void assertFault(const std::string& expected, const Values& values) {
        const auto text = faultText(load(Environment(values)).report);
        CPPUNIT_ASSERT_EQUAL("1. " + expected + ".\n", text);
        CPPUNIT_ASSERT(text.find("dddd") == std::string::npos);
    }

public:
    void setUp() override { fs::create_directory(_folder.path()); }
    void tearDown() override { fs::remove_all(_folder.path()); }

    void testReadsAFile() { assertKey({{_setting + "_FILE", write("k", _key)}}); }

    void testIgnoresLineEndsAtTheEnd() {
        assertKey({{_setting + "_FILE", write("k", _key + '\n')}});
        assertKey({{_setting + "_FILE", write("k", _key + "\r\n")}});
    }

    void testReadsACredential() {
        write("central_oauth_secret_key", _key + '\n', fs::perms::owner_read);
        assertKey({{"CREDENTIALS_DIRECTORY", _folder.path()}});
    }

    void testAFileMayBeTheCredential() {
        const auto path = write("central_oauth_secret_key", _key);
        assertKey({{"CREDENTIALS_DIRECTORY", _folder.path()}, {_setting + "_FILE", path}});
    }

    void testRefusesValueAndFile() {
        assertFault("CENTRAL_OAUTH_SECRET_KEY is set twice, directly and by CENTRAL_OAUTH_SECRET_KEY_FILE.\n "
                    "  Fix: keep "
                    "one of the two",
                    {{_setting, _key}, {_setting + "_FILE", write("k", _key)}});
    }

    void testRefusesValueAndCredential() {
        write("central_oauth_secret_key", _key);
        assertFault("CENTRAL_OAUTH_SECRET_KEY is set although the service manager passes the credential "
                    "central_oauth_secret_key too.\n   Fix: keep one of the two",
                    {{_setting, _key}, {"CREDENTIALS_DIRECTORY", _folder.path()}});
    }

    void testRefusesFileAndAnotherCredential() {
        write("central_oauth_secret_key", _key);
        assertFault("CENTRAL_OAUTH_SECRET_KEY_FILE is set although the service manager passes the credential "
                    "central_oauth_secret_key too.\n   Fix: keep one of the two",
                    {{_setting + "_FILE", write("k", _key)}, {"CREDENTIALS_DIRECTORY", _folder.path()}});
    }

    void testRefusesWhatOthersCanWrite() {
        for (const auto rights : {fs::perms::group_write, fs::perms::others_write})
            assertFault("CENTRAL_OAUTH_SECRET_KEY_FILE names a file that can be written by others.\n   Fix: "
                        "remove that permission (chmod go-w)",
                        {{_setting + "_FILE", write("k", _key, usualRights | rights)}});
        write("central_oauth_secret_key", _key, usualRights | fs::perms::group_write);
        assertFault("the credential central_oauth_secret_key names a file that can be written by others.\n   "
                    "Fix: remove that permission (chmod go-w)",
                    {{"CREDENTIALS_DIRECTORY", _folder.path()}});
    }

    void testWarnsOfWhatOthersCanRead() {
        assertKey({{_setting + "_FILE", write("k", _key, usualRights | fs::perms::others_read)}},
                  "CENTRAL_OAUTH_SECRET_KEY_FILE names a file that can be read by everybody on this machine; "
                  "remove that permission (chmod o-r)");
    }

    void testDoesNotWarnInTheCredentialsDirectory() {
        const auto rights = usualRights | fs::perms::others_read;
        assertKey(
            {{_setting + "_FILE", write("k", _key, rights)}, {"CREDENTIALS_DIRECTORY", _folder.path()}});
        // A directory that merely has the same prefix is another directory.
        const fs::path shorter = _folder.path().substr(0, _folder.path().size() - 1);
        fs::create_directory(shorter);
        assertKey(
            {{_setting + "_FILE", write("k", _key, rights)}, {"CREDENTIALS_DIRECTORY", shorter.string()}},
            "CENTRAL_OAUTH_SECRET_KEY_FILE names a file that can be read by everybody on this machine; "
            "remove that permission (chmod o-r)");
        fs::remove(shorter);
    }

    // Must not say "is required and not set": the operator has set it.
    void testSaysThatTheCredentialsCannotBeRead() {
        const std::string folder = _folder.path();
        const auto expect = [&](const std::string& path, const std::string& problem, const std::string& fix) {
            assertFault("CREDENTIALS_DIRECTORY names " + path + ", which " + problem + ".\n   Fix: " + fix +
                            "; or unset it, if no service manager passes credentials",
                        {{"CREDENTIALS_DIRECTORY", path}});
        };
        expect(folder + "/absent", "cannot be opened: No such file or directory",
               "correct the path, or put the file there");
        expect(write("file", "x"), "is not a directory", "name a directory");
        fs::permissions(folder, fs::perms(0777));
        expect(folder, "can be written by others", "remove that permission (chmod go-w)");
        fs::permissions(folder, fs::perms(0700));
    }

    void testRefusesMissingFiles() {
        assertFault("CENTRAL_OAUTH_SECRET_KEY_FILE names a file that cannot be opened: No such file or "
                    "directory.\n   "
                    "Fix: correct the path, or put the file there",
                    {{_setting + "_FILE", _folder.path() + "/absent"}});
    }

    void testRefusesWhatIsNoFile() {
        const std::string expected =
            "CENTRAL_OAUTH_SECRET_KEY_FILE names a file that is not a regular file.\n   Fix: put a regular "
            "file in its place";
        assertFault(expected, {{_setting + "_FILE", _folder.path()}});
        const std::string pipe = _folder.path() + "/pipe";
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), S_IRUSR | S_IWUSR));
        assertFault(expected, {{_setting + "_FILE", pipe}});
    }

    void testRefusesEmptyAndLargeFiles() {
        for (const auto* nothing : {"", "\n"})
            assertFault(
                "CENTRAL_OAUTH_SECRET_KEY_FILE names an empty file.\n   Fix: write the secret into the file",
                {{_setting + "_FILE", write("k", nothing)}});
        assertFault("CENTRAL_OAUTH_SECRET_KEY_FILE names a file that is larger than 64 KiB.\n   Fix: name "
                    "the right file",
                    {{_setting + "_FILE", write("k", std::string(64 * 1024 + 1, 'd'))}});
    }

    void testRefusesMoreThanOneLine() {
        const auto file = write("k", _key + '\n' + _key);
        assertFault(
            "CENTRAL_OAUTH_SECRET_KEY_FILE names the file " + file +
                ", which holds a line end as character 65.\n   Fix: write only the secret, as one line",
            {{_setting + "_FILE", file}});
    }

    void testNoMessageHoldsASecretInTheWrongPlace() {
        Values values{{_setting + "_FILE", _key}};
        for (const auto& spec : settingsTable()) {
            if (!spec.secret)
                values[std::string(spec.name)] = _key + " \"";
        }
        for (const auto& later : laterSettings())
            values[std::string(later.name)] = _key;
        const auto report = load(Environment(values)).report;
        CPPUNIT_ASSERT(report.faults.size() > 15);
        CPPUNIT_ASSERT(faultText(report).find("dddd") == std::string::npos);
        for (const auto& warning : report.warnings)
            CPPUNIT_ASSERT(warning.text.find("dddd") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretSourceTest);
