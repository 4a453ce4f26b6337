// SPDX-License-Identifier: Apache-2.0
// Slots, caps, abandoned work and the bounded stop. A gate holds and releases work, never a time.
#include "central_oauth/loader/UpstreamPool.h"

#include <atomic>
#include <condition_variable>
#include <cppunit/TestAssert.h>
#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <future>
#include <mutex>
#include <vector>

using namespace central_oauth;
using namespace std::chrono_literals;
using loader::UpstreamPool;
using Verdict = UpstreamPool::Verdict;

namespace {

// Blocks work until the test opens it.
class Gate {
public:
    void pass() {
        std::unique_lock hold(_mutex);
        ++_arrived;
        _changed.notify_all();
        _changed.wait(hold, [this] { return _open; });
    }
    void awaitArrivals(int count) {
        std::unique_lock hold(_mutex);
        _changed.wait(hold, [&] { return _arrived >= count; });
    }
    void open() {
        const std::lock_guard hold(_mutex);
        _open = true;
        _changed.notify_all();
    }

private:
    std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    int _arrived = 0;
    bool _open = false;
};

// Opens the gate when a test ends early; declare it after the futures, whose destructors block.
struct Opener {
    Gate& gate;
    ~Opener() { gate.open(); }
};

UpstreamPool::Clock::time_point in(std::chrono::milliseconds delay) {
    return UpstreamPool::Clock::now() + delay;
}

std::future<Verdict> runHeld(UpstreamPool& pool, const std::string& provider, Gate& gate) {
    return std::async(std::launch::async, [&pool, provider, &gate] {
        return pool.run(provider, {[&gate] { gate.pass(); }, {}}, in(30s), in(30s));
    });
}

Verdict runAbandoned(UpstreamPool& pool, const std::string& provider, Gate& gate,
                     std::function<void()> late = {}) {
    return pool.run(provider, {[&gate] { gate.pass(); }, std::move(late)}, in(30s), in(20ms));
}

} // namespace

class UpstreamPoolTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UpstreamPoolTest);
    CPPUNIT_TEST(testRunsWorkAndShowsItsEffects);
    CPPUNIT_TEST(testCapsOneProviderAndLetsOthersPass);
    CPPUNIT_TEST(testWaitingWorkStartsWhenASlotIsFree);
    CPPUNIT_TEST(testRefusesBeyondTheWaitingLimit);
    CPPUNIT_TEST(testAbandonsCountsAndReportsLateWork);
    CPPUNIT_TEST(testRefusesAtOnceWhereEverySlotHangs);
    CPPUNIT_TEST(testStopRefusesAndJoins);
    CPPUNIT_TEST(testStopIsBoundedAndReportsHangingThreads);
    CPPUNIT_TEST_SUITE_END();

    void testRunsWorkAndShowsItsEffects() {
        UpstreamPool pool({2, 2, 2});
        for (int i = 0; i < 100; ++i) {
            int effect = 0;
            CPPUNIT_ASSERT(pool.run("jira", {[&effect] { effect = 1; }, {}}, in(30s), in(30s)) ==
                           Verdict::finished);
            CPPUNIT_ASSERT_EQUAL(1, effect);
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.counts().running);
    }

    void testCapsOneProviderAndLetsOthersPass() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({4, 2, 8});
        auto first = runHeld(pool, "jira", gate);
        auto second = runHeld(pool, "jira", gate);
        const Opener opener{gate};
        gate.awaitArrivals(2);
        CPPUNIT_ASSERT(pool.run("jira", {[] {}, {}}, in(20ms), in(30s)) == Verdict::notInTime);
        CPPUNIT_ASSERT(pool.run("confluence", {[] {}, {}}, in(30s), in(30s)) == Verdict::finished);
        CPPUNIT_ASSERT_EQUAL(std::size_t(2), pool.counts().running);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.counts().waiting);
        gate.open();
        CPPUNIT_ASSERT(first.get() == Verdict::finished && second.get() == Verdict::finished);
    }

    void testWaitingWorkStartsWhenASlotIsFree() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({2, 1, 8});
        std::vector<std::future<Verdict>> calls;
        for (int i = 0; i < 5; ++i)
            calls.push_back(runHeld(pool, "jira", gate));
        gate.awaitArrivals(1);
        gate.open();
        for (auto& call : calls)
            CPPUNIT_ASSERT(call.get() == Verdict::finished);
    }

    void testRefusesBeyondTheWaitingLimit() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({2, 1, 1});
        auto running = runHeld(pool, "jira", gate);
        gate.awaitArrivals(1);
        auto waiting = runHeld(pool, "jira", gate);
        const Opener opener{gate};
        while (pool.counts().waiting == 0)
            std::this_thread::yield();
        CPPUNIT_ASSERT(pool.run("jira", {[] {}, {}}, in(5s), in(5s)) == Verdict::refused);
        gate.open();
        CPPUNIT_ASSERT(running.get() == Verdict::finished && waiting.get() == Verdict::finished);
    }

    void testAbandonsCountsAndReportsLateWork() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({2, 2, 2});
        std::promise<void> late;
        CPPUNIT_ASSERT(runAbandoned(pool, "jira", gate, [&late] { late.set_value(); }) == Verdict::abandoned);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.counts().abandoned);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.counts().running);
        gate.open();
        late.get_future().get();
        CPPUNIT_ASSERT(pool.stop(30s) == 0);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), pool.counts().abandoned);
        CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.counts().abandonedEver);
    }

    void testRefusesAtOnceWhereEverySlotHangs() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({4, 2, 8});
        const Opener opener{gate};
        CPPUNIT_ASSERT(runAbandoned(pool, "jira", gate) == Verdict::abandoned);
        CPPUNIT_ASSERT(runAbandoned(pool, "jira", gate) == Verdict::abandoned);
        // With 5 s to start, "refused" instead of "not in time" shows that the call did not wait.
        CPPUNIT_ASSERT(pool.run("jira", {[] {}, {}}, in(5s), in(5s)) == Verdict::refused);
        CPPUNIT_ASSERT(pool.run("confluence", {[] {}, {}}, in(30s), in(30s)) == Verdict::finished);
    }

    void testStopRefusesAndJoins() {
        Gate gate; // outlives the pool, whose threads may still be leaving it
        UpstreamPool pool({1, 1, 8});
        auto running = runHeld(pool, "jira", gate);
        gate.awaitArrivals(1);
        auto waiting = runHeld(pool, "jira", gate);
        const Opener opener{gate};
        while (pool.counts().waiting == 0)
            std::this_thread::yield();
        auto stopped = std::async(std::launch::async, [&pool] { return pool.stop(30s); });
        CPPUNIT_ASSERT(waiting.get() == Verdict::refused);
        CPPUNIT_ASSERT(pool.run("jira", {[] {}, {}}, in(5s), in(5s)) == Verdict::refused);
        gate.open();
        CPPUNIT_ASSERT(running.get() == Verdict::finished);
        CPPUNIT_ASSERT_EQUAL(std::size_t(0), stopped.get());
    }

    void testStopIsBoundedAndReportsHangingThreads() {
        // The work owns the gate: its thread outlives pool and test, as that of a hanging plugin does.
        const auto gate = std::make_shared<Gate>();
        const auto late = std::make_shared<std::atomic<int>>(0);
        std::promise<void> dropped;
        {
            UpstreamPool pool({2, 2, 2});
            // The pool destroys work only after the moment of its late report.
            const std::shared_ptr<void> witness(nullptr, [&dropped](void*) { dropped.set_value(); });
            UpstreamPool::Work work{[gate, witness] { gate->pass(); }, [late] { ++*late; }};
            CPPUNIT_ASSERT(pool.run("jira", std::move(work), in(30s), in(200ms)) == Verdict::abandoned);
            CPPUNIT_ASSERT_EQUAL(std::size_t(1), pool.stop(20ms));
        }
        gate->open();
        dropped.get_future().get();
        // The receiver of the late report may no longer exist.
        CPPUNIT_ASSERT_EQUAL(0, late->load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UpstreamPoolTest);
