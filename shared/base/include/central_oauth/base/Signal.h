// SPDX-License-Identifier: Apache-2.0
// Something that happens once, and whoever waits for it.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace central_oauth::base {

/// Fires once; the one who waits is called, whether he came before or after.
///
/// Shared by who fires it and who waits. What is derived from it may do its last work in its destructor,
/// which runs when nobody waits any more.
///
/// Threads: any. The callback runs on the thread that fires (or registers, if it has fired already), without
/// a lock held; it must be short and must not throw.
class Signal {
public:
    Signal() = default;
    virtual ~Signal() = default;
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;

    /// Later calls do nothing.
    void fire() {
        std::function<void()> told;
        {
            const std::lock_guard lock(_mutex);
            if (std::exchange(_fired, true))
                return;
            told = std::exchange(_told, nullptr);
        }
        if (told)
            told();
    }

    /// Has `told` called once: as soon as this fires, or now. Replaces an earlier callback.
    void onFire(std::function<void()> told) {
        {
            const std::lock_guard lock(_mutex);
            if (!_fired) {
                _told = std::move(told);
                return;
            }
        }
        told();
    }

    [[nodiscard]] bool fired() const {
        const std::lock_guard lock(_mutex);
        return _fired;
    }

private:
    mutable std::mutex _mutex; ///< guards the members below
    bool _fired = false;
    std::function<void()> _told;
};

} // namespace central_oauth::base
