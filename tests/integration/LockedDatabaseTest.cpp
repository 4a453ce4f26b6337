// SPDX-License-Identifier: Apache-2.0
// The daemon while another program keeps its database locked.
#include "../support/DaemonFixture.h"
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

// The time of one wait for the lock, with a margin for a busy machine.
constexpr auto oneWait = 5s;
constexpr auto inTime = oneWait + 2s;

// The time of a request that does not wait, on a busy machine.
constexpr auto atOnce = 1s;

} // namespace

class LockedDatabaseTest : public DaemonFixture {
    CPPUNIT_TEST_SUITE(LockedDatabaseTest);
    CPPUNIT_TEST(testEachWriterIsAnsweredAfterOneWait);
    CPPUNIT_TEST(testRotationsAreAnsweredAfterOneWait);
    CPPUNIT_TEST(testAShortLockIsWaitedFor);
    CPPUNIT_TEST(testAReadDoesNotWaitToNoteItsUse);
    CPPUNIT_TEST_SUITE_END();

public:
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

    // Runs with the lock alone, and with a write of the daemon that waits for the lock.
    void testAReadDoesNotWaitToNoteItsUse() {
        const auto account = _service->linkAccount().text("account_id");
        const auto path = "/v1/accounts/" + account + "/grant-tokens";
        const auto holder = _service->post(path, _service->key(), "{}").text("grant_token");
        _service->passTime(120);
        const auto before = lastUseOf(account);
        {
            const WriteLock lock(_service->database());
            expectReadAtOnce(account, _service->key());
            expectReadAtOnce(account, holder);
            auto writers = startWriters(1, "/v1/link-code");
            CPPUNIT_ASSERT(writers.front().wait_for(500ms) == std::future_status::timeout);
            expectReadAtOnce(account, _service->key());
            expectReadAtOnce(account, holder);
            CPPUNIT_ASSERT(writers.front().wait_for(0s) == std::future_status::timeout);
            CPPUNIT_ASSERT_MESSAGE("noted in memory", lastUseOf(account) != before);
            expectRefusalsInTime(writers);
        }
        const auto used = lastUseOf(account);
        CPPUNIT_ASSERT(used != before);
        CPPUNIT_ASSERT(_service->completeLog().find("uses not stored") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(0, _service->stop());
        _service->start();
        CPPUNIT_ASSERT_EQUAL_MESSAGE("stored at the stop", used, lastUseOf(account));
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

    [[nodiscard]] std::string lastUseOf(const std::string& account) const {
        return _service->get("/v1/accounts/" + account, _service->key()).text("last_used_at");
    }

    void expectReadAtOnce(const std::string& account, const std::string& bearer) const {
        const auto begin = Clock::now();
        const auto read = _service->get("/v1/tokens/" + account, bearer);
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(read.body, 200, read.status);
        CPPUNIT_ASSERT_MESSAGE(std::to_string(time.count()) + " ms", time < atOnce);
    }

    static void expectRefusalsInTime(std::vector<std::future<Timed>>& writers) {
        for (auto& writer : writers) {
            const auto [answer, time] = writer.get();
            CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.body, 503, answer.status);
            CPPUNIT_ASSERT_EQUAL(std::string("store_unavailable"), answer.text("error"));
            CPPUNIT_ASSERT_MESSAGE(std::to_string(time.count()) + " ms", time < inTime);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LockedDatabaseTest);
