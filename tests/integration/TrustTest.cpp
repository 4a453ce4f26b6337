// SPDX-License-Identifier: Apache-2.0
// Each file that the daemon trusts, under another user's control: the operator's message, and the exit code.
// POSIX.
#include "../support/Certificates.h"
#include "../support/DaemonFixture.h"

#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fstream>
#include <functional>
#include <iostream>
#include <unistd.h>

using namespace central_oauth::test;
namespace fs = std::filesystem;

class TrustTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(TrustTest);
    CPPUNIT_TEST(testTheStartRefusesFilesInOtherHands);
    CPPUNIT_TEST(testCertificatesThatOpenSslFindsAreJudged);
    CPPUNIT_TEST(testMissingSystemAuthoritiesAreReported);
    CPPUNIT_TEST(testUnreadableCredentialsAreReported);
    CPPUNIT_TEST(testHangupJudgesTheFilesAgain);
    CPPUNIT_TEST(testOthersLoseAccessToFilesBesideTheDatabase);
    CPPUNIT_TEST(testFilesBesideTheDatabaseMayBeNoLinks);
    CPPUNIT_TEST(testASecondNameOfTheDatabaseIsAWarning);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        (void)_service->stop();
        _good = _service->environment;
        // Below a directory of its own, whose permissions a test changes.
        fs::create_directories(folder() / "inner");
        for (const auto& path : {folder(), folder() / "inner"})
            fs::permissions(path, fs::perms(0755));
    }

    void testTheStartRefusesFilesInOtherHands() {
        for (const auto& use : uses()) {
            _service->environment = _good;
            for (const auto& [name, value] : use.settings)
                _service->environment[name] = value;
            expectGood(use);
            const std::string below = "is below " + folder().string() + ", which ";
            fs::permissions(folder(), fs::perms(0777));
            expectRefusal(use, below + "can be written by others");
            fs::permissions(folder(), fs::perms(0755));
            if (::geteuid() == 0 && use.isStrict) {
                CPPUNIT_ASSERT_EQUAL(0, ::chown(folder().c_str(), 65534, 65534));
                expectRefusal(use, below + "belongs to another user");
                CPPUNIT_ASSERT_EQUAL(0, ::chown(folder().c_str(), 0, 0));
            }
            expectGood(use);
        }
    }

    // In a directory of certificates OpenSSL opens files by the hash of their subject only.
    void testCertificatesThatOpenSslFindsAreJudged() {
        const Use use{"certificates", {}};
        fs::create_directories(inner("certs"));
        fs::permissions(inner("certs"), fs::perms(0755));
        write(inner("certs/README"), "text");
        fs::permissions(inner("certs/README"), fs::perms(0666));
        fs::copy_file(_authority.bundle(), inner("ca.pem"));
        fs::create_symlink("../ca.pem", inner("certs/0a1b2c3d.0"));
        fs::create_symlink("gone.pem", inner("certs/0a1b2c3d.1"));
        _service->environment["SSL_CERT_DIR"] = "/:" + inner("certs");
        expectGood(use);
        fs::permissions(inner("ca.pem"), fs::perms(0666));
        expectRefusal(use, "1. SSL_CERT_DIR names the directory " + inner("certs") +
                               ", whose file 0a1b2c3d.0 can be written by others.");
        fs::permissions(inner("ca.pem"), fs::perms(0644));
        fs::permissions(inner("certs"), fs::perms(01777));
        expectRefusal(use, "1. SSL_CERT_DIR names the directory " + inner("certs") +
                               ", which can be written by others.");
    }

    void testMissingSystemAuthoritiesAreReported() {
        for (const std::string name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) {
            _service->environment = _good;
            _service->environment[name] = inner("missing");
            const std::string kind = name == "SSL_CERT_FILE" ? "file" : "path";
            expectRefusal({name, {}}, "1. " + name + " names a " + kind + " that cannot be opened: No such");
            _service->environment[name] = "";
            expectGood({name, {}});
        }
    }

    // Root can read everything, so the daemon runs as another user.
    void testUnreadableCredentialsAreReported() {
        if (::geteuid() != 0) {
            std::cerr << "not tested: only root can run the daemon as another user\n";
            return;
        }
        const auto credentials = folder() / "credentials";
        fs::create_directories(credentials);
        fs::permissions(credentials, fs::perms(0700));
        write(credentials / "central_oauth_secret_key", _good["CENTRAL_OAUTH_SECRET_KEY"]);
        auto environment = _good;
        environment.erase("CENTRAL_OAUTH_SECRET_KEY");
        environment["CREDENTIALS_DIRECTORY"] = credentials.string();
        const auto finished = runToEnd("/usr/bin/setpriv",
                                       {"--reuid=65534", "--regid=65534", "--clear-groups",
                                        programPath("central-oauthd").string(), "--check-config"},
                                       environment);
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        const std::string expected =
            "1. CREDENTIALS_DIRECTORY names " + credentials.string() +
            ", which cannot be searched: Permission denied.\n   Fix: let the service's user read it";
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find(expected) != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE(finished.errors, finished.errors.find("not set") == std::string::npos);
    }

    void testHangupJudgesTheFilesAgain() {
        CertificateAuthority authority;
        const auto files = authority.issue();
        fs::copy_file(files.certificate, inner("cert.pem"));
        fs::copy_file(files.key, inner("key.pem"));
        fs::permissions(inner("key.pem"), fs::perms(0600));
        _service->environment["CENTRAL_OAUTH_TLS_CERT"] = inner("cert.pem");
        _service->environment["CENTRAL_OAUTH_TLS_KEY"] = inner("key.pem");
        _service->environment["CENTRAL_OAUTH_LOG_FILE"] = inner("log");
        ChildProcess daemon(programPath("central-oauthd"), {}, _service->environment);
        waitForLog("\"message\":\"ready\"");
        fs::permissions(inner("key.pem"), fs::perms(0606));
        fs::rename(inner("log"), inner("old"));
        fs::create_symlink(inner("elsewhere"), inner("log"));
        daemon.signal(SIGHUP);
        waitFor(inner("old"), "names a file that can be written by others");
        const auto log = contents(inner("old"));
        CPPUNIT_ASSERT_MESSAGE(log, log.find("\"problem\":\"is a symbolic link\"") != std::string::npos);
        CPPUNIT_ASSERT_MESSAGE("nothing was written through the link", !fs::exists(inner("elsewhere")));
    }

    void testOthersLoseAccessToFilesBesideTheDatabase() {
        _service->start();
        _service->kill(); // an orderly stop removes the -wal
        for (const char* ending : {"-wal", "-shm", ".lock"})
            fs::permissions(beside(ending), fs::perms(0666));
        _service->start();
        for (const char* ending : {"-wal", "-shm", ".lock"}) {
            CPPUNIT_ASSERT_MESSAGE(ending, fs::status(beside(ending)).permissions() == fs::perms(0600));
            const auto line =
                "\"message\":\"removed other users' access to a file of the database\",\"file\":\"" +
                beside(ending).string();
            CPPUNIT_ASSERT_MESSAGE(line, _service->log().find(line) != std::string::npos);
        }
    }

    void testFilesBesideTheDatabaseMayBeNoLinks() {
        for (const char* ending : {"-wal", "-shm", "-journal", ".lock"}) {
            fs::remove(beside(ending));
            fs::create_symlink(inner("elsewhere"), beside(ending));
            const auto finished = _service->run({"client", "list"});
            CPPUNIT_ASSERT_EQUAL_MESSAGE(ending, 74, finished.exitCode);
            CPPUNIT_ASSERT_MESSAGE(finished.errors,
                                   finished.errors.find("is a symbolic link") != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(ending, !fs::exists(inner("elsewhere")));
            fs::remove(beside(ending));
        }
    }

    void testASecondNameOfTheDatabaseIsAWarning() {
        fs::create_hard_link(_service->database(), inner("second"));
        _service->start();
        CPPUNIT_ASSERT(_service->log().find("the database file has a second name") != std::string::npos);
    }

private:
    [[nodiscard]] fs::path beside(const std::string& ending) const {
        return fs::canonical(_service->database()).string() + ending;
    }

    struct Use {
        std::string name;
        ChildProcess::Environment settings;
        int exitCode = 78;
        bool isStrict = true; ///< refuses directories of other users, too
    };

    [[nodiscard]] fs::path folder() const { return fs::canonical(_service->folder()) / "shared"; }
    [[nodiscard]] std::string inner(const std::string& name) const {
        return (folder() / "inner" / name).string();
    }

    static void write(const fs::path& path, const std::string& content) {
        std::ofstream(path) << content << '\n';
        fs::permissions(path, fs::perms(0600));
    }

    // Returns one valid file of each kind.
    std::vector<Use> uses() {
        write(inner("key"), _good["CENTRAL_OAUTH_JIRA_CLIENT_SECRET"]);
        fs::create_directories(inner("plugins"));
        fs::copy_file(pluginFile("jira"), inner("plugins/" + pluginName("jira")));
        fs::permissions(inner("plugins"), fs::perms(0755));
        fs::permissions(inner("plugins/" + pluginName("jira")), fs::perms(0644));
        const auto files = _authority.issue();
        fs::copy_file(files.certificate, inner("cert.pem"));
        fs::copy_file(files.key, inner("key.pem"));
        fs::permissions(inner("key.pem"), fs::perms(0600));
        fs::copy_file(_authority.bundle(), inner("ca.pem"));
        return {
            {"plugin", {{"CENTRAL_OAUTH_PLUGIN_DIR", inner("plugins")}}},
            {"secret",
             {{"CENTRAL_OAUTH_JIRA_CLIENT_SECRET", ""},
              {"CENTRAL_OAUTH_JIRA_CLIENT_SECRET_FILE", inner("key")}}},
            {"upstream CA", {{"CENTRAL_OAUTH_UPSTREAM_CA", inner("ca.pem")}}},
            {"system's CA file", {{"SSL_CERT_FILE", inner("ca.pem")}}},
            {"system's CA directory", {{"SSL_CERT_DIR", inner("")}}},
            {"TLS",
             {{"CENTRAL_OAUTH_TLS_CERT", inner("cert.pem")}, {"CENTRAL_OAUTH_TLS_KEY", inner("key.pem")}},
             78,
             false},
            {"log", {{"CENTRAL_OAUTH_LOG_FILE", inner("log")}}, 78, false},
            {"database", {{"CENTRAL_OAUTH_DB_PATH", inner("data/db.sqlite3")}}, 74},
        };
    }

    // Runs a command that opens the database, or the check of all settings: both end by themselves.
    Finished start(const Use& use) {
        return _service->run(use.exitCode == 74 ? std::vector<std::string>{"client", "list"}
                                                : std::vector<std::string>{"--check-config"});
    }

    void expectGood(const Use& use) {
        const auto finished = start(use);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(use.name + ": " + finished.errors, 0, finished.exitCode);
    }

    void expectRefusal(const Use& use, const std::string& problem) {
        const auto finished = start(use);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(use.name + ": " + finished.errors, use.exitCode, finished.exitCode);
        CPPUNIT_ASSERT_MESSAGE(use.name + ": " + finished.errors,
                               finished.errors.find(problem) != std::string::npos);
    }

    static std::string contents(const fs::path& path) {
        std::ifstream file(path);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

    static void waitFor(const fs::path& path, const std::string& text) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (contents(path).find(text) == std::string::npos) {
            CPPUNIT_ASSERT_MESSAGE(text + " is not in " + contents(path),
                                   std::chrono::steady_clock::now() < deadline);
            std::this_thread::yield();
        }
    }

    void waitForLog(const std::string& text) { waitFor(inner("log"), text); }

    ChildProcess::Environment _good;
    CertificateAuthority _authority;
};

CPPUNIT_TEST_SUITE_REGISTRATION(TrustTest);
