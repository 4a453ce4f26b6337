// SPDX-License-Identifier: Apache-2.0
// The daemon under a service manager: its notifications, its watchdog pings, and its exit. Linux.
#include "../support/ServiceUnderTest.h"
#include "WriteLock.h"

#include <algorithm>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <cstring>
#include <fstream>
#include <future>
#include <initializer_list>
#include <iostream>
#include <optional>
#include <poll.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <Poco/Net/ServerSocket.h>

using namespace central_oauth::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

#ifdef SYS_epoll_wait
constexpr long epollWait = SYS_epoll_wait;
#else
constexpr long epollWait = SYS_epoll_pwait; // newer architectures have no other one
#endif
#ifdef SYS_nanosleep
constexpr long nanoSleep = SYS_nanosleep;
#else
constexpr long nanoSleep = SYS_clock_nanosleep;
#endif

/// The socket that NOTIFY_SOCKET names.
class NotifySocket {
public:
    explicit NotifySocket(fs::path path)
        : _path(std::move(path)), _socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        CPPUNIT_ASSERT(_path.string().size() < sizeof address.sun_path);
        std::strcpy(address.sun_path, _path.c_str());
        CPPUNIT_ASSERT_EQUAL(0, ::bind(_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::close(_socket); }

    [[nodiscard]] std::string path() const { return _path.string(); }

    /// Returns the next message, or empty if none comes in time.
    [[nodiscard]] std::string receive(std::chrono::milliseconds atMost = 20s) const {
        pollfd wanted{_socket, POLLIN, 0};
        if (::poll(&wanted, 1, static_cast<int>(atMost.count())) != 1)
            return {};
        std::string text(1024, '\0');
        const auto size = ::recv(_socket, text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

    /// Fills the socket, so that no further message fits.
    void fill() const {
        const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, _path.c_str());
        CPPUNIT_ASSERT_EQUAL(0,
                             ::connect(sender, reinterpret_cast<const sockaddr*>(&address), sizeof address));
        while (::send(sender, "x", 1, MSG_DONTWAIT) == 1) {
        }
        ::close(sender);
    }

    /// Reads the messages that have arrived.
    void drain() const {
        while (!receive(0ms).empty()) {
        }
    }

private:
    fs::path _path;
    int _socket;
};

/// Stops one thread of another process during the object's lifetime; the others run on.
class StoppedThread {
public:
    explicit StoppedThread(pid_t thread) : _thread(thread) {
        _isStopped = ::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) == 0 &&
                     ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) == 0 &&
                     ::waitpid(thread, nullptr, __WALL) == thread;
    }
    StoppedThread(const StoppedThread&) = delete;
    StoppedThread& operator=(const StoppedThread&) = delete;
    ~StoppedThread() { ::ptrace(PTRACE_DETACH, _thread, nullptr, nullptr); }

    [[nodiscard]] bool isStopped() const noexcept { return _isStopped; }

private:
    pid_t _thread;
    bool _isStopped = false;
};

} // namespace

class ServiceManagerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ServiceManagerTest);
    CPPUNIT_TEST(testReportsItsLife);
    CPPUNIT_TEST(testIsNotAliveWhileTheListenerHangs);
    CPPUNIT_TEST(testIsNotAliveWhileTheStoreDoesNotAnswer);
    CPPUNIT_TEST(testADatabaseThatAnotherProgramLocksIsAnAnswer);
    CPPUNIT_TEST(testWithoutAWatchdogThereAreNoPings);
    CPPUNIT_TEST(testAManagerThatDoesNotReadHoldsNothingUp);
    CPPUNIT_TEST(testPausesBeforeExitOnTransientFaults);
    CPPUNIT_TEST(testExitsAtOnceOnPermanentFaults);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        (void)_service->stop();
        _manager = std::make_unique<NotifySocket>(_service->folder() / "notify");
        _service->environment["NOTIFY_SOCKET"] = _manager->path();
        _service->environment["WATCHDOG_USEC"] = "600000"; // a ping each 200 ms
    }

    void tearDown() override {
        _service.reset();
        _manager.reset();
        _simulator.reset();
    }

    void testReportsItsLife() {
        _service->start();
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1"), _manager->receive());
        for (int i = 0; i < 3; ++i)
            CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), _manager->receive());
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        std::string last;
        for (auto next = _manager->receive(0ms); !next.empty(); next = _manager->receive(0ms))
            last = next;
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), last);
    }

    void testIsNotAliveWhileTheListenerHangs() {
        startUntilAlive();
        {
            const StoppedThread listener(findThread({SYS_epoll_pwait, epollWait}));
            if (!listener.isStopped()) {
                std::cerr << "not tested: this user may not stop a thread of the daemon\n";
                return;
            }
            expectSilence();
        }
        expectLife();
    }

    // A hanging write. SQLite sleeps between two attempts to lock, which makes the thread findable.
    void testIsNotAliveWhileTheStoreDoesNotAnswer() {
        startUntilAlive();
        std::optional<WriteLock> lock(_service->database());
        auto writers = startWriters(1);
        {
            const StoppedThread writer(findThread({SYS_clock_nanosleep, nanoSleep}));
            if (!writer.isStopped()) {
                std::cerr << "not tested: this user may not stop a thread of the daemon\n";
                return;
            }
            lock.reset();
            expectSilence(20s);
        }
        expectLife();
    }

    void testADatabaseThatAnotherProgramLocksIsAnAnswer() {
        startUntilAlive();
        std::optional<WriteLock> lock(_service->database());
        auto writers = startWriters(12);
        for (const auto end = Clock::now() + 4s; Clock::now() < end;) {
            _manager->drain();
            CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), _manager->receive(1500ms));
        }
        lock.reset();
        for (auto& writer : writers)
            CPPUNIT_ASSERT_EQUAL(201, writer.get());
        expectLife();
    }

    void testWithoutAWatchdogThereAreNoPings() {
        _service->environment.erase("WATCHDOG_USEC");
        _service->start();
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1"), _manager->receive());
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT_EQUAL(std::string("STOPPING=1"), _manager->receive());
    }

    void testAManagerThatDoesNotReadHoldsNothingUp() {
        _manager->fill();
        _service->start();
        CPPUNIT_ASSERT_EQUAL(200, exchange({"GET", _service->url() + "/v1/healthz"}).status);
        const auto begin = Clock::now();
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        CPPUNIT_ASSERT(Clock::now() - begin < 5s);
    }

    void testPausesBeforeExitOnTransientFaults() {
        const Poco::Net::ServerSocket taken(Poco::Net::SocketAddress("127.0.0.1", 0));
        _service->environment["CENTRAL_OAUTH_BIND"] = taken.address().toString();
        expectPause(69);
        _service->environment["CENTRAL_OAUTH_BIND"] = "127.0.0.1:0";
        const auto database = _service->environment["CENTRAL_OAUTH_DB_PATH"];
        _service->environment["CENTRAL_OAUTH_DB_PATH"] = (_service->folder() / "notify" / "db").string();
        expectPause(74);
        _service->environment["CENTRAL_OAUTH_DB_PATH"] = database;
        _service->start();
        expectPause(75);
    }

    void testExitsAtOnceOnPermanentFaults() {
        _service->environment["CENTRAL_OAUTH_LOG_LEVEL"] = "LOUD";
        const auto finished = _service->run({});
        CPPUNIT_ASSERT_EQUAL(78, finished.exitCode);
        CPPUNIT_ASSERT(finished.errors.find("waits") == std::string::npos);
    }

private:
    void startUntilAlive() {
        _service->start();
        CPPUNIT_ASSERT_EQUAL(std::string("READY=1"), _manager->receive());
        CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), _manager->receive());
    }

    // Asserts that the pings stop within that time, for a while.
    void expectSilence(std::chrono::seconds within = 2s) {
        for (const auto end = Clock::now() + within; !_manager->receive(1500ms).empty();)
            CPPUNIT_ASSERT_MESSAGE("the pings go on", Clock::now() < end);
    }

    // Starts writers and returns their statuses.
    [[nodiscard]] std::vector<std::future<int>> startWriters(int count) const {
        std::vector<std::future<int>> writers;
        for (int i = 0; i < count; ++i)
            writers.push_back(std::async(std::launch::async, [this] {
                return _service->post("/v1/link-code", _service->key(), "{}").status;
            }));
        return writers;
    }

    void expectLife() {
        _manager->drain();
        CPPUNIT_ASSERT_EQUAL(std::string("WATCHDOG=1"), _manager->receive());
    }

    // Asserts a pause before the exit. SIGTERM ends the pause, so that a stop does not wait.
    void expectPause(int code) {
        ChildProcess daemon(programPath("central-oauthd"), {}, _service->environment);
        (void)daemon.waitForErrorLine("waits 10 s before it leaves");
        const auto begin = Clock::now();
        daemon.signal(SIGTERM);
        CPPUNIT_ASSERT_EQUAL(code, daemon.wait());
        CPPUNIT_ASSERT(Clock::now() - begin < 5s);
    }

    // Returns a thread that is in such a system call, or 0 if this user may not see that.
    [[nodiscard]] pid_t findThread(std::initializer_list<long> calls) const {
        const fs::path tasks = "/proc/" + std::to_string(_service->process().pid()) + "/task";
        const auto deadline = Clock::now() + 10s;
        while (Clock::now() < deadline) {
            for (const auto& task : fs::directory_iterator(tasks)) {
                std::ifstream file(task.path() / "syscall");
                long number = -1; // stays so for a running thread
                if (!(file >> number) && ::geteuid() != 0)
                    return 0;
                if (std::find(calls.begin(), calls.end(), number) != calls.end())
                    return std::stoi(task.path().filename().string());
            }
        }
        CPPUNIT_FAIL("no thread is in that system call");
        return 0;
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
    std::unique_ptr<NotifySocket> _manager;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServiceManagerTest);
