// SPDX-License-Identifier: Apache-2.0
// The queue from the reactor thread to the workers.
#pragma once

#include "Connection.h"

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace central_oauth::http {

/// A queue of connections with a complete request, for the workers.
///
/// A busy worker takes the next connection without being woken. The reactor thread wakes sleeping workers
/// together with `callWorkers`, once it has nothing else to do.
///
/// Thread-safe.
class ReadyQueue {
public:
    using Owned = std::unique_ptr<Connection>;

    void push(Owned connection) {
        const std::lock_guard lock(_mutex);
        _queue.push_back(std::move(connection));
    }

    /// Wakes as many sleeping workers as there are waiting requests. Returns how many requests must wait for
    /// a busy worker.
    std::size_t callWorkers() {
        std::size_t calls = 0;
        std::size_t wanted = 0;
        {
            const std::lock_guard lock(_mutex);
            const auto callable = _asleep - std::min(_asleep, _called);
            wanted = _queue.size() - std::min(_queue.size(), _called);
            calls = std::min(callable, wanted);
            _called += calls;
        }
        // Outside the lock: otherwise the woken worker waits for it, and has to be woken twice.
        for (std::size_t call = 0; call < calls; ++call)
            _changed.notify_one();
        return wanted - calls;
    }

    /// Returns the next connection; blocks until there is one. Returns null once the queue is closed.
    Owned pop() {
        std::unique_lock lock(_mutex);
        while (_queue.empty() && !_isClosed) {
            ++_asleep;
            _changed.wait(lock, [this] { return _called > 0 || _isClosed; });
            --_asleep;
            _called -= std::min<std::size_t>(_called, 1);
        }
        return popLocked();
    }

    [[nodiscard]] bool isEmpty() const {
        const std::lock_guard lock(_mutex);
        return _queue.empty();
    }

    /// Ends the queue and wakes all workers. Returns the remaining connections.
    std::deque<Owned> close() {
        const std::lock_guard lock(_mutex);
        _isClosed = true;
        _changed.notify_all();
        return std::exchange(_queue, {});
    }

private:
    Owned popLocked() {
        if (_queue.empty() || _isClosed)
            return nullptr;
        auto next = std::move(_queue.front());
        _queue.pop_front();
        return next;
    }

    mutable std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    std::deque<Owned> _queue;
    std::size_t _asleep = 0;
    std::size_t _called = 0; ///< woken, but not running yet
    bool _isClosed = false;
};

} // namespace central_oauth::http
