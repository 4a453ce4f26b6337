// SPDX-License-Identifier: Apache-2.0
// Signals while the daemon or one of its commands waits during its start.
#include "../support/DaemonFixture.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace central_oauth::test;

namespace fs = std::filesystem;

namespace {

// Holds the lock file beside the database as another daemon does.
class HeldLock {
public:
    explicit HeldLock(const fs::path& database)
        : _descriptor(::open((database.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
        CPPUNIT_ASSERT_EQUAL(0, ::flock(_descriptor, LOCK_EX | LOCK_NB));
    }
    ~HeldLock() { ::close(_descriptor); }
    HeldLock(const HeldLock&) = delete;
    HeldLock& operator=(const HeldLock&) = delete;

private:
    int _descriptor;
};

// An operator's sqlite3 with an open transaction.
class BusyDatabase {
public:
    BusyDatabase(const fs::path& database, const fs::path& pipe) {
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
        _shell = std::make_unique<ChildProcess>(
            "/bin/sh",
            std::vector<std::string>{"-c",
                                     "exec sqlite3 '" + database.string() + "' <'" + pipe.string() + "'"},
            ChildProcess::Environment{});
        _commands.open(pipe);
        _commands << "BEGIN IMMEDIATE;\nSELECT 'begun';\n" << std::flush;
        (void)_shell->waitForLine("begun");
    }

private:
    std::unique_ptr<ChildProcess> _shell;
    std::ofstream _commands;
};

bool hasOpen(pid_t process, const fs::path& file) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd", ignored))
        if (fs::read_symlink(entry.path(), ignored) == file)
            return true;
    return false;
}

void awaitOpen(const ChildProcess& process, const fs::path& file) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!hasOpen(process.pid(), file)) {
        CPPUNIT_ASSERT_MESSAGE("never opened " + file.string(), std::chrono::steady_clock::now() < deadline);
        std::this_thread::yield();
    }
}

} // namespace

class StartInterruptTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(StartInterruptTest);
    CPPUNIT_TEST(testWaitForTheLockEnds);
    CPPUNIT_TEST(testWaitForABusyDatabaseEnds);
    CPPUNIT_TEST(testPluginThatHangsInItsFactoryEnds);
    CPPUNIT_TEST(testPluginThatHangsInItsPropertiesEnds);
    CPPUNIT_TEST(testCommandsEndAsProgramsDo);
    CPPUNIT_TEST(testSignalDuringTheStartIsNotLost);
    CPPUNIT_TEST(testAnInterruptedShowingIsWithdrawn);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        DaemonFixture::setUp();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->environment["CENTRAL_OAUTH_LOCK_WAIT"] = "60";
    }
    void testWaitForTheLockEnds() {
        const HeldLock other(_service->database());
        assertStartEnds([](ChildProcess& daemon) {
            (void)daemon.waitForLine("another process has the database; waiting for it");
        });
    }

    void testWaitForABusyDatabaseEnds() {
        const BusyDatabase busy(_service->database(), _service->folder() / "commands");
        assertStartEnds([this](ChildProcess& daemon) { awaitOpen(daemon, _service->database()); });
    }

    void testPluginThatHangsInItsFactoryEnds() { assertHangingPluginEnds("hang-create"); }
    void testPluginThatHangsInItsPropertiesEnds() { assertHangingPluginEnds("hang-properties"); }

    // A command is no service: its shell sees the signal that ended it.
    void testCommandsEndAsProgramsDo() {
        {
            const BusyDatabase busy(_service->database(), _service->folder() / "commands");
            for (const int number : {SIGTERM, SIGINT})
                assertEnds({"client", "add", "late"}, number, 128 + number,
                           [this](ChildProcess& command) { awaitOpen(command, _service->database()); });
        }
        useHangingPlugin("hang-create");
        assertEnds({"--check-config"}, SIGINT, 128 + SIGINT,
                   [](ChildProcess& command) { (void)command.waitForErrorLine("the plugin hangs now"); });
    }

    // A signal between the end of the interrupt watch and the first wait for signals must not be lost.
    void testSignalDuringTheStartIsNotLost() {
        for (int round = 0; round < 5; ++round) {
            ChildProcess daemon(programPath("central-oauthd"), {}, _service->environment);
            (void)daemon.waitForLine("database opened");
            daemon.signal(SIGTERM);
            CPPUNIT_ASSERT_EQUAL(0, daemon.wait());
        }
    }

    // The key is written to a full pipe without a reader.
    void testAnInterruptedShowingIsWithdrawn() {
        const auto pipe = _service->folder() / "output";
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
        const int full = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        while (::write(full, "x", 1) == 1) {
        }
        const auto command =
            "exec '" + programPath("central-oauthd").string() + "' client add late >'" + pipe.string() + "'";
        for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
            ChildProcess program("/bin/sh", {"-c", command}, _service->environment);
            const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
            while (lateClients() == "0\n")
                CPPUNIT_ASSERT_MESSAGE("never added: " + program.standardError(),
                                       std::chrono::steady_clock::now() < deadline);
            program.signal(number);
            CPPUNIT_ASSERT_EQUAL(128 + number, program.wait());
            CPPUNIT_ASSERT_EQUAL(std::string("0\n"), lateClients());
        }
        ::close(full);
    }

private:
    [[nodiscard]] std::string lateClients() const {
        return runToEnd("/usr/bin/sqlite3",
                        {"-cmd", ".timeout 5000", _service->database().string(),
                         "SELECT count(*) FROM clients WHERE name = 'late'"},
                        {})
            .output;
    }

    using Awaiting = std::function<void(ChildProcess&)>;

    void useHangingPlugin(const std::string& mode) {
        const auto plugin = _service->folder() / "plugins";
        fs::create_directories(plugin);
        fs::permissions(plugin, fs::perms(0755));
        const auto file = plugin / pluginName("fixture-misbehaving");
        fs::copy_file(fixturePlugin("fixture-misbehaving"), file, fs::copy_options::overwrite_existing);
        fs::permissions(file, fs::perms(0644));
        _service->environment["CENTRAL_OAUTH_PLUGIN_DIR"] = plugin.string();
        _service->environment["CENTRAL_OAUTH_PROVIDERS"] = "odd=fixture-misbehaving";
        _service->environment["CENTRAL_OAUTH_ODD_BASE"] = "https://base.example";
        _service->environment["CENTRAL_OAUTH_ODD_MODE"] = mode;
    }

    void assertHangingPluginEnds(const std::string& mode) {
        useHangingPlugin(mode);
        assertStartEnds([](ChildProcess& daemon) { (void)daemon.waitForLine("the plugin hangs now"); });
    }

    void assertStartEnds(const Awaiting& awaitWaiting) {
        for (const int number : {SIGTERM, SIGINT}) {
            const auto log = assertEnds({}, number, 0, awaitWaiting);
            const std::string ofPosix = number == SIGTERM ? "SIGTERM" : "SIGINT";
            const std::string name = areWindowsPrograms() ? "Ctrl-C" : ofPosix;
            CPPUNIT_ASSERT_MESSAGE(log, log.find("\"message\":\"stop requested during the start\",\"by\":\"" +
                                                 name + '"') != std::string::npos);
        }
    }

    std::string assertEnds(const std::vector<std::string>& arguments, int number, int exitCode,
                           const Awaiting& awaitWaiting) {
        ChildProcess program(programPath("central-oauthd"), arguments, _service->environment);
        awaitWaiting(program);
        const auto begin = std::chrono::steady_clock::now();
        program.signal(number);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(program.standardError(), exitCode, program.wait());
        const auto took = std::chrono::steady_clock::now() - begin;
        CPPUNIT_ASSERT_MESSAGE("a second, with two more for the machine", took < std::chrono::seconds(3));
        return program.standardOutput();
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StartInterruptTest);
