// SPDX-License-Identifier: Apache-2.0
// Starts in which one thread can't be created, for each thread of a start in turn.
#include "../support/ServiceUnderTest.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <csignal>
#include <future>
#include <memory>
#include <string>
#include <vector>

using namespace central_oauth::test;

class FailingThreadTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FailingThreadTest);
    CPPUNIT_TEST(testOneFailingThreadEndsTheStart);
    CPPUNIT_TEST(testAllLaterFailingThreadsEndTheStart);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        auto& environment = _service->environment;
        environment["LD_PRELOAD"] = CENTRAL_OAUTH_FAILING_THREAD;
        // Starts the thread of the service manager's watchdog, too. No program reads this socket.
        environment["NOTIFY_SOCKET"] = (_service->folder() / "nobody").string();
        environment["WATCHDOG_USEC"] = "60000000";
    }

    void testOneFailingThreadEndsTheStart() { tryAll(""); }
    void testAllLaterFailingThreadsEndTheStart() { tryAll("+"); }

private:
    /// The outcome of a start.
    struct Outcome {
        std::string url; ///< set once the daemon is ready
        int exitCode = -1;
        std::string output;
        std::string errors;

        [[nodiscard]] bool isReady() const { return !url.empty(); }
    };

    // Makes each thread of a start fail once, until a start needs no further thread.
    void tryAll(const std::string& andLater) {
        constexpr int atMost = 60;
        std::string faults;
        std::string reasons;
        int number = 1;
        for (; number <= atMost; ++number) {
            _service->environment["FAILING_THREAD"] = std::to_string(number) + andLater;
            const auto outcome = startOnce();
            if (outcome.isReady() && outcome.exitCode == 0)
                break;
            faults += faultOf(number, outcome);
            reasons += outcome.errors;
        }
        CPPUNIT_ASSERT_MESSAGE(faults + reasons, faults.empty());
        CPPUNIT_ASSERT_MESSAGE("no start gets ready", number <= atMost);
        for (const std::string thread : {"log writer", "start watch", "upstream pool", "listener",
                                         "store checks", "housekeeper", "revoker", "watchdog"})
            CPPUNIT_ASSERT_MESSAGE("no start fails for want of the " + thread + ":\n" + reasons,
                                   reasons.find("can't start a thread of the " + thread + ": ") !=
                                       std::string::npos);
    }

    [[nodiscard]] Outcome startOnce() const {
        ChildProcess daemon(programPath("central-oauthd"), {}, _service->environment);
        Outcome outcome;
        try {
            outcome.url = urlIn(daemon.waitForLine("\"message\":\"ready\""));
        } catch (const std::runtime_error&) {
            // The start has ended, or hangs; `wait` finds out which.
        }
        if (outcome.isReady()) {
            requireAnswers(outcome.url);
            daemon.signal(SIGTERM);
        }
        outcome.exitCode = daemon.wait(std::chrono::seconds(15));
        outcome.output = daemon.standardOutput();
        outcome.errors = daemon.standardError();
        return outcome;
    }

    [[nodiscard]] static std::string urlIn(const std::string& line) {
        const std::string name = "\"url\":\"";
        const auto at = line.find(name) + name.size();
        return line.substr(at, line.find('"', at) - at);
    }

    // Asserts that a service with only one worker answers all requests.
    static void requireAnswers(const std::string& url) {
        std::vector<std::future<int>> answers;
        for (int i = 0; i < 8; ++i)
            answers.push_back(std::async(std::launch::async,
                                         [&url] { return callApi("GET", url + "/v1/healthz", {}).status; }));
        for (auto& answer : answers)
            CPPUNIT_ASSERT_EQUAL(200, answer.get());
    }

    // Returns an empty text if the start ended as documented.
    [[nodiscard]] static std::string faultOf(int number, const Outcome& outcome) {
        std::string fault;
        if (outcome.exitCode != 70)
            fault += " exit code " + std::to_string(outcome.exitCode) + ';';
        const auto at = outcome.output.find("\"level\":\"ERROR\"");
        const auto line = at == std::string::npos
                              ? std::string()
                              : outcome.output.substr(at, outcome.output.find('\n', at) - at);
        for (const std::string part :
             {"\"message\":\"start failed\"", "\"exit\":70", "can't start a thread of the "})
            if (line.find(part) == std::string::npos)
                fault += " no ERROR line with " + part + ';';
        if (outcome.errors.find("central-oauthd: can't start a thread of the ") == std::string::npos)
            fault += " standard error does not name the thread;";
        return fault.empty() ? fault : "thread " + std::to_string(number) + ':' + fault + '\n';
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FailingThreadTest);
