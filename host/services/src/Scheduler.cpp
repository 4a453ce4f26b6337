// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/services/Scheduler.h"

#include "central_oauth/base/Thread.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <utility>

namespace central_oauth::services {

Scheduler::Scheduler(logging::Channel log, std::function<Clock::time_point()> now)
    : _log(std::move(log)), _now(std::move(now)) {}

Scheduler::~Scheduler() {
    {
        const std::lock_guard hold(_mutex);
        _isStopping = true;
    }
    _changed.notify_all();
    if (_thread.joinable())
        _thread.join();
}

void Scheduler::add(Task task) {
    const std::lock_guard hold(_mutex);
    const auto due = _now() + task.first;
    _entries.push_back({std::move(task), due, {}});
}

void Scheduler::start(std::string_view thread) {
    _thread = base::startThread(thread, [this] { serve(); });
}

bool Scheduler::stop(std::chrono::milliseconds atMost) {
    {
        std::unique_lock hold(_mutex);
        _isStopping = true;
        _changed.notify_all();
        if (!_thread.joinable())
            return true;
        if (!_changed.wait_for(hold, atMost, [this] { return _hasEnded; }))
            return false;
    }
    _thread.join();
    return true;
}

void Scheduler::runDue() {
    std::unique_lock hold(_mutex);
    const auto now = _now();
    for (auto& entry : _entries)
        if (entry.due <= now && !_isStopping)
            run(entry, hold);
}

Scheduler::Statistics Scheduler::statistics(std::string_view name) const {
    const std::lock_guard hold(_mutex);
    return _entries[indexOf(name)].statistics;
}

std::size_t Scheduler::indexOf(std::string_view name) const {
    const auto found = std::find_if(_entries.begin(), _entries.end(),
                                    [&](const Entry& entry) { return entry.task.name == name; });
    if (found == _entries.end())
        throw std::out_of_range("no task " + std::string(name));
    return static_cast<std::size_t>(found - _entries.begin());
}

void Scheduler::serve() {
    std::unique_lock hold(_mutex);
    while (!_isStopping) {
        const auto next =
            std::min_element(_entries.begin(), _entries.end(),
                             [](const Entry& left, const Entry& right) { return left.due < right.due; });
        if (next == _entries.end()) {
            _changed.wait(hold);
            continue;
        }
        const auto pause = next->due - _now();
        if (pause > Clock::duration(0))
            _changed.wait_for(hold, pause);
        else
            run(*next, hold);
    }
    runAtEnd(hold);
    for (const auto& entry : _entries) {
        const auto& numbers = entry.statistics;
        _log.debug("task ended", {{"task", entry.task.name},
                                  {"runs", numbers.runs},
                                  {"failures", numbers.failures},
                                  {"last_ms", numbers.lastDuration.count()}});
    }
    _hasEnded = true;
    _changed.notify_all();
}

void Scheduler::run(Entry& entry, std::unique_lock<std::mutex>& hold) {
    const auto begin = _now();
    hold.unlock();
    const bool hasSucceeded = attempt(entry.task, entry.task.work);
    hold.lock();
    const auto end = _now();
    auto& numbers = entry.statistics;
    ++numbers.runs;
    numbers.failures += hasSucceeded ? 0U : 1U;
    numbers.lastDuration = std::chrono::duration_cast<std::chrono::milliseconds>(end - begin);
    entry.due = end + entry.task.interval;
}

void Scheduler::runAtEnd(std::unique_lock<std::mutex>& hold) const {
    hold.unlock();
    for (const auto& entry : _entries) // no longer changed
        if (entry.task.atEnd)
            static_cast<void>(attempt(entry.task, entry.task.atEnd));
    hold.lock();
}

bool Scheduler::attempt(const Task& task, const std::function<void()>& work) const noexcept {
    try {
        work();
        return true;
    } catch (const std::exception& failure) {
        _log.error("housekeeping failed", {{"task", task.name}, {"detail", failure.what()}});
    } catch (...) {
        _log.error("housekeeping failed", {{"task", task.name}, {"detail", "unknown exception"}});
    }
    return false;
}

} // namespace central_oauth::services
