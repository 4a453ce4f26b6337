// SPDX-License-Identifier: Apache-2.0
// The daemon while no program reads its log. Linux.
#include "../support/ServiceUnderTest.h"

#include <array>
#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace central_oauth::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

/// A pipe of 4 KiB that is read only when the test does so.
class LazyReader {
public:
    explicit LazyReader(const fs::path& path) : _path(path) {
        CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(path.c_str(), 0600));
        _pipe = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        CPPUNIT_ASSERT(_pipe >= 0);
        CPPUNIT_ASSERT(::fcntl(_pipe, F_SETPIPE_SZ, 4096) >= 4096);
    }
    ~LazyReader() { ::close(_pipe); }
    LazyReader(const LazyReader&) = delete;
    LazyReader& operator=(const LazyReader&) = delete;

    /// Reads until `text` has come. Returns everything read so far.
    const std::string& readUntil(const std::string& text) {
        const auto deadline = Clock::now() + 30s;
        while (_read.find(text) == std::string::npos) {
            CPPUNIT_ASSERT_MESSAGE("no " + text + " in " + _read, Clock::now() < deadline);
            pollfd wanted{_pipe, POLLIN, 0};
            (void)::poll(&wanted, 1, 1000);
            std::array<char, 512> buffer{};
            const auto count = ::read(_pipe, buffer.data(), buffer.size());
            if (count > 0)
                _read.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return _read;
    }

private:
    fs::path _path;
    int _pipe = -1;
    std::string _read;
};

std::size_t countOf(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
        ++count;
    return count;
}

} // namespace

class LogReaderTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogReaderTest);
    CPPUNIT_TEST(testRequestsAreAnsweredWhileNobodyReadsTheLog);
    CPPUNIT_TEST(testTheStopDoesNotWaitForTheLogsReader);
    CPPUNIT_TEST(testAStopDuringTheStartDoesNotWaitForTheLogsReader);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _pipe = _service->folder() / "log";
        _reader = std::make_unique<LazyReader>(_pipe);
    }

    void tearDown() override {
        _daemon.reset();
        _reader.reset();
        _service.reset();
        _simulator.reset();
    }

    void testRequestsAreAnsweredWhileNobodyReadsTheLog() {
        const auto url = start();
        for (int i = 0; i < 40; ++i)
            CPPUNIT_ASSERT_EQUAL(401, callApi("GET", url + "/v1/accounts", "cok_wrong").status);
        _daemon->signal(SIGTERM);
        const auto& log = _reader->readUntil("\"message\":\"stopped\"");
        CPPUNIT_ASSERT_EQUAL(0, _daemon->wait());
        CPPUNIT_ASSERT_EQUAL(std::size_t{40}, countOf(log, "\"status\":401"));
    }

    void testTheStopDoesNotWaitForTheLogsReader() {
        const auto url = start();
        for (int i = 0; i < 40; ++i)
            (void)callApi("GET", url + "/v1/accounts", "cok_wrong");
        expectStop();
    }

    void testAStopDuringTheStartDoesNotWaitForTheLogsReader() {
        for (int i = 0; i < 40; ++i) // each setting logs a line
            _service->environment["CENTRAL_OAUTH_UNKNOWN_" + std::to_string(i)] = std::string(200, 'x');
        _daemon = startDaemon();
        (void)_reader->readUntil("\"message\":\"starting\"");
        expectStop();
    }

private:
    [[nodiscard]] std::unique_ptr<ChildProcess> startDaemon() const {
        const auto command =
            "exec '" + programPath("central-oauthd").string() + "' >'" + _pipe.string() + "'";
        return std::make_unique<ChildProcess>("/bin/sh", std::vector<std::string>{"-c", command},
                                              _service->environment);
    }

    // Starts the daemon and reads until it is ready, and no further. Returns its URL.
    std::string start() {
        _daemon = startDaemon();
        (void)_reader->readUntil("\"message\":\"ready\"");
        const auto& log = _reader->readUntil("\"url\":\"http://127.0.0.1:");
        const auto begin = log.rfind("\"url\":\"") + 7;
        return log.substr(begin, log.find('"', begin) - begin);
    }

    void expectStop() {
        const auto begin = Clock::now();
        _daemon->signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(0, _daemon->wait());
        CPPUNIT_ASSERT(Clock::now() - begin < 5s);
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    fs::path _pipe;
    std::unique_ptr<LazyReader> _reader;
    std::unique_ptr<ChildProcess> _daemon;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogReaderTest);
