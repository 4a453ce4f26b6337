// SPDX-License-Identifier: Apache-2.0
// A limit of the threads that wait for upstream at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>

namespace central_oauth::services {

/// A bulkhead: bounds the number of threads that wait for upstream, so that a slow upstream never takes every
/// request worker. Queues nobody: a caller that gets no pass does something else.
///
/// The limiter outlives its passes.
/// Thread-safe.
class UpstreamLimiter {
public:
    explicit UpstreamLimiter(std::size_t places) : _places(places) {}

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
        friend class UpstreamLimiter;
        explicit Pass(UpstreamLimiter& owner) noexcept : _owner(&owner) {}
        UpstreamLimiter* _owner;
    };

    /// Returns a pass, or nullopt while all places are taken.
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
