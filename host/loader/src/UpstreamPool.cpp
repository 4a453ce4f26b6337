// SPDX-License-Identifier: Apache-2.0
// A queue, its threads, and the count of those that hang.
#include "central_oauth/loader/UpstreamPool.h"

#include "central_oauth/base/Thread.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>

namespace central_oauth::loader {

namespace {

enum class Phase { waiting, running, done, abandoned, cancelled };

struct Job {
    std::string provider;
    UpstreamPool::Work work;
    Phase phase = Phase::waiting;
    std::condition_variable changed;
};

struct Usage {
    std::size_t running = 0;
    std::size_t waiting = 0;
    std::size_t abandoned = 0;
};

} // namespace

struct UpstreamPool::State {
    explicit State(const Limits& chosen) : limits(chosen), ended(chosen.threads, false) {}

    const Limits limits;
    std::mutex mutex; ///< guards everything below and every Job's phase
    std::condition_variable workers;
    std::condition_variable threadEnded;
    std::deque<std::shared_ptr<Job>> queue;
    std::map<std::string, Usage> usage;
    std::vector<bool> ended;
    std::size_t abandonedEver = 0;
    bool stopping = false;
    bool forgotten = false; ///< stop() has returned: late work must not report any more

    Usage total() const {
        Usage sum;
        for (const auto& [provider, one] : usage) {
            sum.running += one.running;
            sum.waiting += one.waiting;
            sum.abandoned += one.abandoned;
        }
        return sum;
    }

    /// Returns whether every slot that this provider could get hangs, so that waiting would only block
    /// callers.
    bool hopeless(const Usage& own) const {
        return own.abandoned >= limits.perProvider || total().abandoned >= limits.threads;
    }

    /// Takes the first job whose provider has a slot left from the queue. Returns null if there is none.
    std::shared_ptr<Job> takeEligible() {
        const auto job =
            std::find_if(queue.begin(), queue.end(), [this](const std::shared_ptr<Job>& candidate) {
                return usage[candidate->provider].running < limits.perProvider;
            });
        if (job == queue.end())
            return nullptr;
        auto taken = *job;
        queue.erase(job);
        --usage[taken->provider].waiting;
        ++usage[taken->provider].running;
        taken->phase = Phase::running;
        taken->changed.notify_all();
        return taken;
    }

    void finish(Job& job) {
        Usage& own = usage[job.provider];
        --own.running;
        if (job.phase == Phase::abandoned) {
            --own.abandoned;
            if (job.work.late && !forgotten)
                job.work.late();
        }
        job.phase = Phase::done;
        job.work = {};
        job.changed.notify_all();
        // Wakes all threads, because the free slot may suit a job that another idle thread had to pass over.
        workers.notify_all();
    }

    void serve(std::size_t index) {
        std::unique_lock hold(mutex);
        for (;;) {
            std::shared_ptr<Job> job;
            workers.wait(hold, [&] { return stopping || (job = takeEligible()) != nullptr; });
            if (!job)
                break;
            hold.unlock();
            job->work.run();
            hold.lock();
            finish(*job);
        }
        ended[index] = true;
        threadEnded.notify_all();
    }
};

UpstreamPool::UpstreamPool() : UpstreamPool(Limits()) {}

UpstreamPool::UpstreamPool(const Limits& limits) : _state(std::make_shared<State>(limits)) {
    _threads.reserve(limits.threads);
    try {
        for (std::size_t i = 0; i < limits.threads; ++i)
            _threads.push_back(base::startThread("upstream pool", [state = _state, i] { state->serve(i); }));
    } catch (...) {
        // None of them has work, so they end at once.
        {
            const std::lock_guard hold(_state->mutex);
            _state->stopping = true;
        }
        _state->workers.notify_all();
        for (auto& thread : _threads)
            thread.join();
        throw;
    }
}

UpstreamPool::~UpstreamPool() {
    stop(std::chrono::seconds(10));
}

UpstreamPool::Verdict UpstreamPool::run(const std::string& provider, Work work, Clock::time_point startBy,
                                        Clock::time_point giveUp) {
    const auto job = std::make_shared<Job>();
    job->provider = provider;
    job->work = std::move(work);
    State& state = *_state;
    std::unique_lock hold(state.mutex);
    Usage& own = state.usage[provider];
    if (state.stopping || own.waiting >= state.limits.waitingPerProvider || state.hopeless(own))
        return Verdict::refused;
    ++own.waiting;
    state.queue.push_back(job);
    state.workers.notify_one();
    if (!job->changed.wait_until(hold, startBy, [&] { return job->phase != Phase::waiting; })) {
        --own.waiting;
        state.queue.erase(std::find(state.queue.begin(), state.queue.end(), job));
        return Verdict::notInTime;
    }
    if (job->phase == Phase::cancelled)
        return Verdict::refused;
    if (job->changed.wait_until(hold, giveUp, [&] { return job->phase == Phase::done; }))
        return Verdict::finished;
    job->phase = Phase::abandoned;
    ++own.abandoned;
    ++state.abandonedEver;
    return Verdict::abandoned;
}

UpstreamPool::Counts UpstreamPool::counts() const {
    const std::lock_guard hold(_state->mutex);
    const Usage sum = _state->total();
    return {sum.running, sum.waiting, sum.abandoned, _state->abandonedEver};
}

std::size_t UpstreamPool::stop(std::chrono::milliseconds patience) {
    if (_stopped)
        return 0;
    _stopped = true;
    std::vector<bool> ended;
    {
        std::unique_lock hold(_state->mutex);
        _state->stopping = true;
        for (const auto& job : _state->queue) {
            --_state->usage[job->provider].waiting;
            job->phase = Phase::cancelled;
            job->changed.notify_all();
        }
        _state->queue.clear();
        _state->workers.notify_all();
        _state->threadEnded.wait_for(hold, patience, [this] {
            return std::all_of(_state->ended.begin(), _state->ended.end(), [](bool one) { return one; });
        });
        _state->forgotten = true;
        ended = _state->ended;
    }
    for (std::size_t i = 0; i < _threads.size(); ++i)
        ended[i] ? _threads[i].join() : _threads[i].detach();
    return static_cast<std::size_t>(std::count(ended.begin(), ended.end(), false));
}

} // namespace central_oauth::loader
