// SPDX-License-Identifier: Apache-2.0
// An event that fires once, and its callback.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace central_oauth::base {

/// Fires once and calls its callback, whether the callback was set before or after.
///
/// Shared by the side that fires and the side that waits. A derived class may do final work in its
/// destructor, which runs once neither side holds the event.
///
/// Thread-safe. The callback runs without a lock on the thread that fires, or on the one that registers it if
/// the event has already fired. It must be short and must not throw.
class OneShotEvent {
public:
    OneShotEvent() = default;
    virtual ~OneShotEvent() = default;
    OneShotEvent(const OneShotEvent&) = delete;
    OneShotEvent& operator=(const OneShotEvent&) = delete;

    /// Later calls do nothing.
    void fire() {
        std::function<void()> callback;
        {
            const std::lock_guard lock(_mutex);
            if (std::exchange(_fired, true))
                return;
            callback = std::exchange(_callback, nullptr);
        }
        if (callback)
            callback();
    }

    /// Registers a callback to be called once: when the event fires, or now if it has fired. Replaces an
    /// earlier callback.
    void onFire(std::function<void()> callback) {
        {
            const std::lock_guard lock(_mutex);
            if (!_fired) {
                _callback = std::move(callback);
                return;
            }
        }
        callback();
    }

    [[nodiscard]] bool fired() const {
        const std::lock_guard lock(_mutex);
        return _fired;
    }

private:
    mutable std::mutex _mutex; ///< guards the members below
    bool _fired = false;
    std::function<void()> _callback;
};

} // namespace central_oauth::base
