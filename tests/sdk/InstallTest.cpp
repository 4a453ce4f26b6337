// SPDX-License-Identifier: Apache-2.0
// `cmake --install` puts everything below the prefix, and the programs run from any place.
#include "../support/ServiceUnderTest.h"

#include <cppunit/extensions/HelperMacros.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

using namespace central_oauth::test;
namespace fs = std::filesystem;

class InstallTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(InstallTest);
    CPPUNIT_TEST(testInstallsBelowThePrefixAlone);
    CPPUNIT_TEST(testTheUnitNamesWhatIsInstalled);
    CPPUNIT_TEST(testRunsFromThePrefixAndFromElsewhere);
    CPPUNIT_TEST(testStagesBelowDestdir);
    CPPUNIT_TEST(testDebugInformationIsApart);
    CPPUNIT_TEST_SUITE_END();

public:
    void testInstallsBelowThePrefixAlone() {
        install(prefix(), {});
        std::ifstream manifest(buildUnderTest() / "install_manifest.txt");
        std::size_t files = 0;
        for (std::string line; std::getline(manifest, line); ++files)
            CPPUNIT_ASSERT_MESSAGE(line, line.starts_with(prefix().string() + "/"));
        CPPUNIT_ASSERT(files > 10);
        for (const auto& name :
             {std::string("bin/central-oauthd"), std::string("bin/central-oauth"), plugins() + "/jira.so",
              plugins() + "/confluence.so", std::string("lib/systemd/system/central-oauthd.service"),
              std::string("share/man/man1/central-oauth.1"),
              std::string("share/doc/central-oauth/operations.md"),
              std::string("share/doc/central-oauth/central-oauth.env.example")})
            CPPUNIT_ASSERT_MESSAGE(name, fs::is_regular_file(prefix() / name));
    }

    void testTheUnitNamesWhatIsInstalled() {
        install(prefix(), {});
        std::ifstream file(prefix() / "lib/systemd/system/central-oauthd.service");
        const std::string unit{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        for (const std::string key : {"ExecStart=", "Documentation=file://"}) {
            const auto at = unit.find('\n' + key);
            CPPUNIT_ASSERT_MESSAGE(key, at != std::string::npos);
            const auto begin = at + 1 + key.size();
            const fs::path named = unit.substr(begin, unit.find('\n', begin) - begin);
            CPPUNIT_ASSERT_MESSAGE(named.string(), named.string().starts_with(prefix().string() + "/"));
            CPPUNIT_ASSERT_MESSAGE(named.string(), fs::is_regular_file(named));
        }
    }

    void testRunsFromThePrefixAndFromElsewhere() {
        install(prefix(), {});
        expectRuns(prefix());
        const fs::path elsewhere = _folder.path() / "elsewhere";
        fs::rename(prefix(), elsewhere);
        expectRuns(elsewhere);
        fs::create_symlink(elsewhere / "bin/central-oauthd", _folder.path() / "link");
        expectPlugins(_folder.path() / "link", elsewhere);
    }

    void testStagesBelowDestdir() {
        const fs::path stage = _folder.path() / "stage";
        install("/opt/central-oauth-of-a-test", {{"DESTDIR", stage.string()}});
        CPPUNIT_ASSERT(!fs::exists("/opt/central-oauth-of-a-test"));
        expectRuns(stage / "opt/central-oauth-of-a-test");
    }

    void testDebugInformationIsApart() {
        install(prefix(), {});
        for (const fs::path file : {"bin/central-oauthd", "bin/central-oauth"}) {
            const auto installed = prefix() / file;
            CPPUNIT_ASSERT(readelf("-S", installed).find(".debug_") == std::string::npos);
            const auto notes = readelf("-n", installed);
            const std::string mark = "Build ID: ";
            const auto at = notes.find(mark);
            CPPUNIT_ASSERT_MESSAGE(notes, at != std::string::npos);
            const auto id = notes.substr(at + mark.size(), notes.find('\n', at) - at - mark.size());
            const auto apart = prefix() / "lib/debug/.build-id" / id.substr(0, 2) / (id.substr(2) + ".debug");
            CPPUNIT_ASSERT_MESSAGE(apart.string(), fs::exists(apart));
            CPPUNIT_ASSERT(readelf("-n", apart).find(id) != std::string::npos);
        }
    }

private:
    static std::string readelf(const std::string& option, const fs::path& file) {
        const auto finished = runToEnd("/usr/bin/readelf", {option, "-W", file.string()}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        return finished.output;
    }

    [[nodiscard]] fs::path prefix() const { return fs::canonical(_folder.path()) / "prefix"; }

    static std::string plugins() { return CENTRAL_OAUTH_LIBRARY_DIR "/central-oauth/plugins"; }

    static void install(const fs::path& prefix, const ChildProcess::Environment& environment) {
        const auto finished = runToEnd(CENTRAL_OAUTH_CMAKE,
                                       {"--install", buildUnderTest().string(), "--prefix", prefix.string()},
                                       environment, std::chrono::seconds(120));
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.output + finished.errors, 0, finished.exitCode);
    }

    // No setting names the folder of the plugins.
    void expectRuns(const fs::path& installed) const {
        expectPlugins(installed / "bin/central-oauthd", installed);
        const auto client = runToEnd(installed / "bin/central-oauth", {"--version"}, {});
        CPPUNIT_ASSERT_EQUAL_MESSAGE(client.errors, 0, client.exitCode);
    }

    void expectPlugins(const fs::path& daemon, const fs::path& installed) const {
        const ChildProcess::Environment environment{
            {"CENTRAL_OAUTH_DB_PATH", (_folder.path() / "data/db.sqlite3").string()},
            {"CENTRAL_OAUTH_SECRET_KEY", "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d00112233"},
            {"CENTRAL_OAUTH_PROVIDERS", "jira,confluence"},
            {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "an-app"},
            {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "a-secret"},
            {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_ID", "an-app"},
            {"CENTRAL_OAUTH_CONFLUENCE_CLIENT_SECRET", "a-secret"}};
        const auto finished = runToEnd(daemon, {"--check-config"}, environment);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(finished.errors, 0, finished.exitCode);
        const auto missing = installed / plugins() / "jira.so";
        fs::rename(missing, missing.string() + ".away");
        const auto refused = runToEnd(daemon, {"--check-config"}, environment);
        fs::rename(missing.string() + ".away", missing);
        CPPUNIT_ASSERT_EQUAL(78, refused.exitCode);
        CPPUNIT_ASSERT_MESSAGE(refused.errors,
                               refused.errors.find(fs::canonical(missing).string()) != std::string::npos);
    }

    TemporaryFolder _folder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(InstallTest);
