// SPDX-License-Identifier: Apache-2.0
// The number of requests that a listener is answering.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace central_oauth::http {

/// Counts the requests that workers are handling. Admits no more once the listener has stopped.
///
/// Must outlive its guards.
///
/// Thread-safe.
class RequestsInFlight {
public:
    /// Counts one request while it lives, if admitted.
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

    /// Makes every further answer close its connection.
    void beginStop() {
        const std::lock_guard lock(_mutex);
        _stopping = true;
    }
    [[nodiscard]] bool stopping() const {
        const std::lock_guard lock(_mutex);
        return _stopping;
    }

    /// Blocks until no request is in flight, at most for `bound`, then admits no more. Returns how many are
    /// still in flight. A result of 0 is final.
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
