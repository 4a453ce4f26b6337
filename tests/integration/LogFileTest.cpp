// SPDX-License-Identifier: Apache-2.0
// The log in a file: private, rotated when full without splitting a line, reopened on SIGHUP. POSIX.
#include "../support/ServiceUnderTest.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>

using namespace central_oauth::test;
namespace fs = std::filesystem;

class LogFileTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogFileTest);
    CPPUNIT_TEST(testLogGoesIntoAPrivateFileAlone);
    CPPUNIT_TEST(testAFullFileIsPutAsideAndEveryLineStaysWhole);
    CPPUNIT_TEST(testHangupOpensTheNameAnew);
    CPPUNIT_TEST(testHangupKeepsTheFileWhereItCantBeOpened);
    CPPUNIT_TEST(testUnusableFilesAreFaultsWithTheirFix);
    CPPUNIT_TEST(testACheckCreatesNoFile);
    CPPUNIT_TEST(testAFailedStartIsInTheFile);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _environment = {
            {"CENTRAL_OAUTH_DB_PATH", (_folder.path() / "data" / "db.sqlite3").string()},
            {"CENTRAL_OAUTH_SECRET_KEY",
             std::string(8, 'a') + "3f0c9a71d25be846b1e7c3a9584d60f2e6b85d1907fac42c13e87b5d"},
            {"CENTRAL_OAUTH_BIND", "127.0.0.1:0"},
            {"CENTRAL_OAUTH_LOG_LEVEL", "DEBUG"},
            {"CENTRAL_OAUTH_LOG_FILE", file().string()},
            {"CENTRAL_OAUTH_LOCK_WAIT", "0"},
            {"CENTRAL_OAUTH_PLUGIN_DIR", pluginFolder().string()},
            {"CENTRAL_OAUTH_PROVIDERS", "jira"},
            {"CENTRAL_OAUTH_JIRA_CLIENT_ID", "an-app"},
            {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", "secret-of-the-app"},
        };
        fs::create_directory(file().parent_path());
    }

    void tearDown() override { fs::remove_all(file().parent_path()); }

    void testLogGoesIntoAPrivateFileAlone() {
        const auto daemon = start();
        CPPUNIT_ASSERT_EQUAL(0, stop(*daemon));
        CPPUNIT_ASSERT_EQUAL(std::string(), daemon->standardOutput() + daemon->standardError());
        const auto mode = fs::status(file()).permissions();
        CPPUNIT_ASSERT(mode == (fs::perms::owner_read | fs::perms::owner_write));
        const auto log = contents(file());
        for (const std::string text :
             {"\"message\":\"starting\"", "CENTRAL_OAUTH_LOG_FILE", "\"message\":\"stopped\""})
            CPPUNIT_ASSERT_MESSAGE(text, log.find(text) != std::string::npos);
        CPPUNIT_ASSERT(log.find("secret-of-the-app") == std::string::npos);
    }

    void testAFullFileIsPutAsideAndEveryLineStaysWhole() {
        constexpr std::size_t full = 16U << 20U;
        constexpr std::size_t room = 9000; // the start fills most of it
        const auto line = "{\"message\":\"" + std::string(1000, 'x') + "\"}\n";
        {
            std::ofstream before(file(), std::ios::binary);
            for (std::size_t size = 0; size + line.size() + room < full; size += line.size())
                before << line;
        }
        const auto daemon = start();
        const auto url = urlOf(contents(file()));
        std::vector<std::thread> callers;
        for (int caller = 0; caller < 4; ++caller)
            callers.emplace_back([&url] {
                for (int i = 0; i < 25; ++i)
                    (void)callApi("GET", url + "/v1/accounts", "cok_wrong");
            });
        for (auto& caller : callers)
            caller.join();
        CPPUNIT_ASSERT_EQUAL(0, stop(*daemon));

        const fs::path aside = file().string() + ".1";
        CPPUNIT_ASSERT_MESSAGE("the file was full", fs::exists(aside));
        CPPUNIT_ASSERT(fs::file_size(aside) <= full && fs::file_size(file()) < full / 2);
        CPPUNIT_ASSERT(fs::status(file()).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
        const auto all = contents(aside) + contents(file());
        std::size_t requests = 0;
        for (std::size_t begin = 0; begin < all.size();) {
            const auto end = all.find('\n', begin);
            CPPUNIT_ASSERT_MESSAGE("the last line ends", end != std::string::npos);
            const auto text = all.substr(begin, end - begin);
            if (text.size() + 1 != line.size()) {
                const auto object = Poco::JSON::Parser().parse(text).extract<Poco::JSON::Object::Ptr>();
                requests += object->optValue<std::string>("channel", "") == "central_oauth.http" ? 1U : 0U;
            }
            begin = end + 1;
        }
        CPPUNIT_ASSERT_MESSAGE("no line of the requests is lost", requests >= 100);
        CPPUNIT_ASSERT(all.find("\"message\":\"starting\"") < all.find("\"message\":\"stopped\""));
        CPPUNIT_ASSERT(all.find("\"message\":\"stopped\"") != std::string::npos);
    }

    void testHangupOpensTheNameAnew() {
        const auto daemon = start();
        const fs::path moved = file().string() + ".moved";
        fs::rename(file(), moved);
        daemon->signal(SIGHUP);
        waitFor("log file opened anew");
        CPPUNIT_ASSERT_EQUAL(0, stop(*daemon));
        CPPUNIT_ASSERT(contents(moved).find("reload requested") != std::string::npos);
        CPPUNIT_ASSERT(contents(moved).find("\"message\":\"stopped\"") == std::string::npos);
        CPPUNIT_ASSERT(contents(file()).find("\"message\":\"stopped\"") != std::string::npos);
    }

    void testHangupKeepsTheFileWhereItCantBeOpened() {
        const auto daemon = start();
        const fs::path moved = file().string() + ".moved";
        fs::rename(file(), moved);
        fs::create_directory(file());
        daemon->signal(SIGHUP);
        CPPUNIT_ASSERT_EQUAL(0, stop(*daemon));
        const auto log = contents(moved);
        CPPUNIT_ASSERT(log.find("can't open the log file anew") != std::string::npos);
        CPPUNIT_ASSERT(log.find("\"message\":\"stopped\"") != std::string::npos);
    }

    void testUnusableFilesAreFaultsWithTheirFix() {
        for (const auto& [path, problem] : std::vector<std::pair<std::string, std::string>>{
                 {"central.log", "is not an absolute path"},
                 {_folder.path().string(), "names something that is not a file"},
                 {"/dev/null", "names something that is not a file"},
                 {(_folder.path() / "absent" / "log").string(),
                  "names a file in a directory that does not exist"},
                 // Root may write everywhere, but the kernel allows no files there.
                 {"/proc/central-oauth.log", "cannot be opened: No such file or directory"}}) {
            _environment["CENTRAL_OAUTH_LOG_FILE"] = path;
            const auto finished = run({});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 78, finished.exitCode);
            CPPUNIT_ASSERT_MESSAGE(finished.errors,
                                   finished.errors.find("1. CENTRAL_OAUTH_LOG_FILE ") != std::string::npos);
            if (::geteuid() == 0 || path.rfind("/proc", 0) != 0)
                CPPUNIT_ASSERT_MESSAGE(finished.errors,
                                       finished.errors.find(problem + ".\n   Fix: ") != std::string::npos);
            CPPUNIT_ASSERT(!fs::exists(_folder.path() / "data"));
        }
    }

    void testACheckCreatesNoFile() {
        CPPUNIT_ASSERT_EQUAL(0, run({"--check-config"}).exitCode);
        CPPUNIT_ASSERT_EQUAL(0, run({"client", "list"}).exitCode);
        CPPUNIT_ASSERT(!fs::exists(file()));
    }

    void testAFailedStartIsInTheFile() {
        const auto daemon = start();
        const auto finished = run({});
        CPPUNIT_ASSERT_EQUAL(75, finished.exitCode);
        CPPUNIT_ASSERT(!finished.errors.empty());
        CPPUNIT_ASSERT(contents(file()).find("\"message\":\"start failed\",\"exit\":75") !=
                       std::string::npos);
    }

private:
    [[nodiscard]] fs::path file() const { return _folder.path() / "log" / "central-oauth.log"; }

    [[nodiscard]] std::unique_ptr<ChildProcess> start() const {
        auto daemon = std::make_unique<ChildProcess>(programPath("central-oauthd"),
                                                     std::vector<std::string>{}, _environment);
        waitFor("\"message\":\"ready\"");
        return daemon;
    }

    static int stop(ChildProcess& daemon) {
        daemon.signal(SIGTERM);
        return daemon.wait();
    }

    [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const {
        return runToEnd(programPath("central-oauthd"), arguments, _environment);
    }

    // There is no pipe to wait on, so this polls the file.
    void waitFor(const std::string& text) const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (std::chrono::steady_clock::now() < end) {
            if (contents(file()).find(text) != std::string::npos ||
                contents(file().string() + ".1").find(text) != std::string::npos)
                return;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        CPPUNIT_FAIL("no " + text + " in " + contents(file()).substr(0, 10000));
    }

    static std::string urlOf(const std::string& log) {
        const auto ready = log.find("\"message\":\"ready\"");
        CPPUNIT_ASSERT(ready != std::string::npos);
        const std::string mark = "\"url\":\"";
        const auto begin = log.find(mark, ready) + mark.size();
        return log.substr(begin, log.find('"', begin) - begin);
    }

    // Returns the content, or empty if the file can't be read.
    static std::string contents(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    TemporaryFolder _folder;
    ChildProcess::Environment _environment;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogFileTest);
