// SPDX-License-Identifier: Apache-2.0
#include "central_oauth/logging/LogQueue.h"

#include "central_oauth/base/Thread.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace central_oauth::logging {

/// The state shared by callers and the thread.
class LogQueue::State {
public:
    State(std::shared_ptr<LogSink> destination, const LogQueueLimits& limits)
        : _limits(limits), _destination(std::move(destination)) {
        _batch.reserve(atOnce); // later there may be no memory
    }

    void add(std::string_view line, bool isAudit) {
        const std::lock_guard hold(_mutex);
        const auto room = isAudit ? _limits.all + _limits.forAudit : _limits.all;
        if (_bytes + line.size() > room) {
            ++_dropped;
            _droppedAudit += isAudit ? 1U : 0U;
            return;
        }
        _entries.push_back({std::string(line), {}});
        _bytes += line.size();
        wakeWriter();
    }

    void add(std::function<void()> task) {
        const std::lock_guard hold(_mutex);
        _entries.push_back({{}, std::move(task)});
        wakeWriter();
    }

    void setDropped(Dropped report) {
        const std::lock_guard hold(_mutex);
        _report = std::move(report);
    }

    // For the queue's thread, which changes the destination in a task.
    void setDestination(std::shared_ptr<LogSink> destination) { _destination = std::move(destination); }

    bool flush(std::chrono::milliseconds atMost) {
        std::unique_lock hold(_mutex);
        const auto wanted = _taken + _entries.size();
        _isAwaited = true;
        _work.notify_one();
        return _progress.wait_for(hold, atMost, [&] { return _done >= wanted; });
    }

    // Returns whether the thread has ended in time.
    bool end(std::chrono::milliseconds atMost) {
        std::unique_lock hold(_mutex);
        _isEnding = true;
        _report = nullptr;
        _work.notify_one();
        return _progress.wait_for(hold, atMost, [this] { return _hasEnded; });
    }

    void writeAll() {
        std::unique_lock hold(_mutex);
        while (waitForEntries(hold)) {
            for (auto due = _entries.size(); due > 0;)
                due -= std::min(due, writeNext(hold));
            linger(hold);
        }
        _hasEnded = true;
        _progress.notify_all();
    }

private:
    /// A line or a task.
    struct Entry {
        std::string line;
        std::function<void()> task;
    };

    void wakeWriter() {
        if (std::exchange(_isIdle, false))
            _work.notify_one();
    }

    // Returns false at the end, when all is written.
    bool waitForEntries(std::unique_lock<std::mutex>& hold) {
        _isIdle = _entries.empty() && !_isEnding;
        _work.wait(hold, [this] { return !_entries.empty() || _isEnding; });
        _isIdle = false;
        return !_entries.empty();
    }

    // While lines keep coming, the thread looks by itself every moment: no caller has to wake it for each,
    // and several are written at once.
    void linger(std::unique_lock<std::mutex>& hold) {
        constexpr std::chrono::milliseconds moment{2};
        if (_entries.empty())
            _isAwaited = false;
        _work.wait_for(hold, moment, [this] { return _isAwaited || _isEnding; });
    }

    // Runs a task, or writes as many lines as a pipe takes without cutting one. Returns how many entries
    // that were.
    std::size_t writeNext(std::unique_lock<std::mutex>& hold) {
        const Entry first = std::move(_entries.front());
        _entries.pop_front();
        _batch.assign(first.line, 0, first.line.size() <= atOnce ? first.line.size() : 0);
        std::size_t count = 1;
        while (!first.task && !_batch.empty() && !_entries.empty() && !_entries.front().task &&
               _batch.size() + _entries.front().line.size() <= atOnce) {
            _batch += _entries.front().line;
            _entries.pop_front();
            ++count;
        }
        _taken += count;
        const std::string& lines = _batch.empty() ? first.line : _batch;
        hold.unlock();
        perform(first.task, lines);
        hold.lock();
        // Only now, because lines that are being written still use room.
        _bytes -= lines.size();
        reportDropped(hold);
        _done += count;
        _progress.notify_all();
        return count;
    }

    void perform(const std::function<void()>& task, const std::string& lines) noexcept {
        try {
            if (task)
                task();
            else
                _destination->write(lines);
        } catch (...) {
            // A failure of the log can't be reported anywhere.
            return;
        }
    }

    // Once half of the room is free, so that a slow reader gets no more reports than lines.
    void reportDropped(std::unique_lock<std::mutex>& hold) {
        if (_dropped == 0 || !_report || _bytes > _limits.all / 2)
            return;
        const auto report = _report;
        const auto lines = std::exchange(_dropped, 0U);
        const auto audit = std::exchange(_droppedAudit, 0U);
        hold.unlock();
        try {
            report(lines, audit);
        } catch (...) {
            // As in perform. NOLINTNEXTLINE(bugprone-empty-catch)
        }
        hold.lock();
    }

    static constexpr std::size_t atOnce = 4096; ///< bytes that a pipe takes whole, or not at all

    const LogQueueLimits _limits;
    std::shared_ptr<LogSink> _destination; ///< used by the thread only
    std::string _batch;                    ///< used by the thread only
    std::mutex _mutex;                     ///< guards all below
    std::condition_variable _work;
    std::condition_variable _progress;
    std::deque<Entry> _entries;
    std::size_t _bytes = 0;
    std::uint64_t _taken = 0; ///< entries removed so far
    std::uint64_t _done = 0;  ///< of these, the ones that are written
    std::uint64_t _dropped = 0;
    std::uint64_t _droppedAudit = 0;
    Dropped _report;
    bool _isIdle = false;
    bool _isAwaited = false; ///< a caller of `flush` waits
    bool _isEnding = false;
    bool _hasEnded = false;
};

LogQueue::LogQueue(std::shared_ptr<LogSink> destination, const LogQueueLimits& limits)
    : _state(std::make_shared<State>(std::move(destination), limits)) {
    // Detached, because nothing interrupts a blocked write. The thread owns what it needs.
    base::startThread("log writer", [state = _state] { state->writeAll(); }).detach();
}

LogQueue::~LogQueue() {
    constexpr std::chrono::milliseconds patience{500};
    (void)_state->end(patience);
}

void LogQueue::write(std::string_view line) {
    _state->add(line, false);
}

void LogQueue::writeAudit(std::string_view line) {
    _state->add(line, true);
}

void LogQueue::redirect(std::shared_ptr<LogSink> destination) {
    run([state = _state.get(), destination = std::move(destination)] { state->setDestination(destination); });
}

void LogQueue::run(std::function<void()> task) {
    _state->add(std::move(task));
}

void LogQueue::onDropped(Dropped report) {
    _state->setDropped(std::move(report));
}

bool LogQueue::flush(std::chrono::milliseconds atMost) noexcept {
    try {
        return _state->flush(atMost);
    } catch (...) {
        return false;
    }
}

} // namespace central_oauth::logging
