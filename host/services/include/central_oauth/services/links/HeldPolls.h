// SPDX-License-Identifier: Apache-2.0
// The polls that are held until their link changes.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/domain/Store.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace central_oauth::services {

/// Wakes the held poll of a link when the link's state changes.
///
/// A hold begins with `hold` and ends when the poll is woken, when `finish` ends the hold, or when its signal
/// is destroyed; until then the link takes no second hold. So there are never more holds than live links.
/// Read the link's state after the hold has begun: an earlier change wakes nothing.
///
/// Thread-safe.
/// The signals may outlive this object. They fire on the calling thread, without a lock held.
class HeldPolls final : public domain::CommitObserver {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// `now` is the steady clock's, unless a test has its own.
    explicit HeldPolls(std::function<SteadyTime()> now = &std::chrono::steady_clock::now);

    /// Begins a hold of `atMost` for a link that expires at `expiresAt`. Returns null if a poll of the link
    /// is held already.
    [[nodiscard]] std::shared_ptr<base::OneShotEvent>
    hold(const base::LinkId& link, base::Timestamp expiresAt, std::chrono::milliseconds atMost);

    [[nodiscard]] bool isHeld(const base::LinkId& link) const;

    /// Returns how many polls are held.
    [[nodiscard]] std::size_t count() const;

    /// Wakes the poll of each link that was put and is neither pending nor authorizing.
    void committed(const domain::Committed& changes) noexcept override;

    void wake(const base::LinkId& link);

    /// Wakes the polls of all links that have expired.
    void wakeExpired(base::Timestamp now);

    /// Ends the hold of a poll that is answered now. Returns false if the poll was neither woken nor has its
    /// time run out, such as when the server stops.
    bool finish(const base::LinkId& link);

private:
    class Hold;
    class Holds;

    std::function<SteadyTime()> _now;
    std::shared_ptr<Holds> _holds; ///< shared with the signals
};

} // namespace central_oauth::services
