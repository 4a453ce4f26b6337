// SPDX-License-Identifier: Apache-2.0
// The daemon while another program keeps its database locked.
#include "../support/ServiceUnderTest.h"
#include "WriteLock.h"

#include <chrono>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

using namespace central_oauth::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// What one wait for the lock takes, and some time for a busy machine.
constexpr auto oneWait = 5s;
constexpr auto inTime = oneWait + 2s;

} // namespace

class LockedDatabaseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LockedDatabaseTest);
    CPPUNIT_TEST(testEachWriterIsAnsweredAfterOneWait);
    CPPUNIT_TEST(testRotationsAreAnsweredAfterOneWait);
    CPPUNIT_TEST(testAShortLockIsWaitedFor);
    CPPUNIT_TEST_SUITE_END();

public:
    void setUp() override {
        _simulator = std::make_unique<Simulator>();
        _service = std::make_unique<ServiceUnderTest>(*_simulator);
    }
    void tearDown() override {
        _service.reset();
        _simulator.reset();
    }

    void testEachWriterIsAnsweredAfterOneWait() {
        const auto account = _service->linkAccount().text("account_id");
        std::optional<WriteLock> lock(_service->database());
        auto links = startWriters(6, "/v1/link-code");
        auto labels = startWriters(6, "/v1/accounts/" + account + "/grant-tokens");
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/tokens/" + account, _service->key()).status);
        expectRefusalsInTime(links);
        expectRefusalsInTime(labels);
        const auto ready = _service->get("/v1/readyz", {});
        CPPUNIT_ASSERT_EQUAL(503, ready.status);
        CPPUNIT_ASSERT_EQUAL(std::string("busy"),
                             ready.json()->getObject("parts")->getValue<std::string>("store"));
        lock.reset();
        _service->waitForLog("the database works again");
        CPPUNIT_ASSERT_EQUAL(201, _service->post("/v1/link-code", _service->key(), "{}").status);
        CPPUNIT_ASSERT_EQUAL(200, _service->get("/v1/readyz", {}).status);
    }

    void testRotationsAreAnsweredAfterOneWait() {
        const WriteLock lock(_service->database());
        auto rotations = startWriters(6, "/v1/client/keys/rotate");
        expectRefusalsInTime(rotations);
    }

    void testAShortLockIsWaitedFor() {
        std::optional<WriteLock> lock(_service->database());
        auto writers = startWriters(5, "/v1/link-code");
        CPPUNIT_ASSERT(writers.front().wait_for(1s) == std::future_status::timeout);
        lock.reset();
        for (auto& writer : writers)
            CPPUNIT_ASSERT_EQUAL(201, writer.get().answer.status);
    }

private:
    struct Timed {
        HttpAnswer answer;
        std::chrono::milliseconds time;
    };

    [[nodiscard]] std::vector<std::future<Timed>> startWriters(int count, const std::string& path) const {
        std::vector<std::future<Timed>> writers;
        for (int i = 0; i < count; ++i)
            writers.push_back(std::async(std::launch::async, [this, path] {
                const auto begin = Clock::now();
                auto answer = _service->post(path, _service->key(), "{}");
                return Timed{std::move(answer),
                             std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin)};
            }));
        return writers;
    }

    static void expectRefusalsInTime(std::vector<std::future<Timed>>& writers) {
        for (auto& writer : writers) {
            const auto [answer, time] = writer.get();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 503, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), answer.text("error"));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(time.count()) + " ms", time < inTime);
        }
    }

    std::unique_ptr<Simulator> _simulator;
    std::unique_ptr<ServiceUnderTest> _service;
};

CPPUNIT_TEST_SUITE_REGISTRATION(LockedDatabaseTest);
