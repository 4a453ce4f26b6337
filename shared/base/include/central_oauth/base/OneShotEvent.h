// SPDX-License-Identifier: Apache-2.0
// An event that happens once, and the callback that waits for it.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace central_oauth::base {

/// Fires once, and then calls its callback, whether that was set before or after.
///
/// Shared by the side that fires and the side that waits. A derived class may do its last work in its
/// destructor, which runs when neither holds it any more.
///
/// Threads: any. The callback runs on the thread that fires (or registers, if it has fired already), without
/// a lock held; it must be short and must not throw.
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

    /// Has `callback` called once: as soon as this fires, or now. Replaces an earlier callback.
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
