// SPDX-License-Identifier: Apache-2.0
// Whose turn it is to make a change that looks at the store before it writes.
#pragma once

#include "central_oauth/base/FairTurn.h"

#include <functional>
#include <utility>

namespace central_oauth::services {

/// A lock for changes, with a deadline, given in the order in which it was asked for: behind a store that
/// does not take writes, no request waits for those before it, one after the other.
///
/// Outlives its leases. Thread-safe.
///
/// Errors: base::Error(storeUnavailable).
class ChangeTurn {
public:
    /// Holds the turn until it is destroyed.
    class Lease {
    public:
        explicit Lease(ChangeTurn& turn) noexcept : _turn(turn) {}
        ~Lease() { _turn._turn.release(); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

    private:
        ChangeTurn& _turn;
    };

    /// `requireWritable` throws while the store is known to fail writes.
    explicit ChangeTurn(std::function<void()> requireWritable)
        : _requireWritable(std::move(requireWritable)) {}

    /// Blocks until the turn is free, 5 s at most. Throws if it is not free by then, and after a wait, if the
    /// store is known to fail writes.
    [[nodiscard]] Lease take();

private:
    std::function<void()> _requireWritable;
    base::FairTurn _turn;
};

} // namespace central_oauth::services
