// SPDX-License-Identifier: Apache-2.0
// How many threads may wait for upstream at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace central_oauth::services {

/// Lets a bounded number of threads into work that waits for upstream, so that a slow upstream never takes
/// every request worker. Nobody queues: whoever finds it full does something else.
///
/// Outlives its passes. Threads: any.
class Turnstile {
public:
    explicit Turnstile(std::size_t places) : _places(places) {}

    /// Holds one place until destroyed. Movable, not copyable.
    class Pass {
    public:
        Pass(Pass&& other) noexcept : _owner(other._owner) { other._owner = nullptr; }
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        Pass& operator=(Pass&&) = delete;
        ~Pass() {
            if (_owner != nullptr)
                --_owner->_inside;
        }

    private:
        friend class Turnstile;
        explicit Pass(Turnstile& owner) noexcept : _owner(&owner) {}
        Turnstile* _owner;
    };

    /// A place, or nothing while all are taken.
    [[nodiscard]] std::optional<Pass> tryEnter() noexcept {
        auto inside = _inside.load();
        while (inside < _places) {
            if (_inside.compare_exchange_weak(inside, inside + 1))
                return Pass(*this);
        }
        return std::nullopt;
    }

private:
    const std::size_t _places;
    std::atomic<std::size_t> _inside{0};
};

} // namespace central_oauth::services
