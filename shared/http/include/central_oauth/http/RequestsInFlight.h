// SPDX-License-Identifier: Apache-2.0
// How many requests a listener is answering at the moment.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace central_oauth::http {

/// Counts requests while a worker has them in hand, and admits no more once the listener
/// has stopped.
///
/// Outlives its guards.
///
/// Threads: any.
class RequestsInFlight {
public:
    /// Counts one request while it lives, if it is admitted.
    class Guard {
    public:
        explicit Guard(RequestsInFlight& requests) : _requests(requests), _admitted(requests.begin()) {}
        ~Guard() {
            if (_admitted)
                _requests.end();
        }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

        [[nodiscard]] bool admitted() const noexcept { return _admitted; }

    private:
        RequestsInFlight& _requests;
        bool _admitted;
    };

    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(_mutex);
        return _count;
    }

    /// From now on every answer closes its connection.
    void beginStop() {
        const std::lock_guard lock(_mutex);
        _stopping = true;
    }
    [[nodiscard]] bool stopping() const {
        const std::lock_guard lock(_mutex);
        return _stopping;
    }

    /// Waits until there is none, `bound` at most, then admits no more; returns how many there still are.
    /// Once it is 0 it stays 0.
    std::size_t close(std::chrono::seconds bound) {
        std::unique_lock lock(_mutex);
        _changed.wait_for(lock, bound, [this] { return _count == 0; });
        _closed = true;
        return _count;
    }

private:
    bool begin() {
        const std::lock_guard lock(_mutex);
        if (!_closed)
            ++_count;
        return !_closed;
    }
    void end() {
        const std::lock_guard lock(_mutex);
        --_count;
        _changed.notify_all();
    }

    mutable std::mutex _mutex; ///< guards the members below
    std::condition_variable _changed;
    std::size_t _count = 0;
    bool _stopping = false;
    bool _closed = false;
};

} // namespace central_oauth::http
