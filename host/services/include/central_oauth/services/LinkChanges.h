// SPDX-License-Identifier: Apache-2.0
// Who waits for a link to change, and the telling of it.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/OneShotEvent.h"
#include "central_oauth/base/StrongId.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace central_oauth::services {

/// Wakes the one poll that waits for a link as soon as a poll of it would be answered otherwise.
///
/// A wait begins with `await` and ends when it is told of a change, when `finish` says so, or when its signal
/// is destroyed; until then the link takes no second one. So there are never more waits than live links.
/// Whoever begins one reads the link's state afterwards: a change before that was told to nobody.
///
/// Threads: any. The signals may outlive this. They fire on the thread that calls, without a lock held.
class LinkChanges {
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    /// `now` is the steady clock's, unless a test has its own.
    explicit LinkChanges(std::function<SteadyTime()> now = &std::chrono::steady_clock::now);

    /// Begins a wait of `atMost` for a link that expires at `expiresAt`. Null: somebody waits for it already.
    [[nodiscard]] std::shared_ptr<base::OneShotEvent>
    await(const base::LinkId& link, base::Timestamp expiresAt, std::chrono::milliseconds atMost);

    [[nodiscard]] bool isAwaited(const base::LinkId& link) const;

    /// How many waits are kept in mind.
    [[nodiscard]] std::size_t count() const;

    /// The link has changed, and the change is committed.
    void publish(const base::LinkId& link);

    /// The same of every link that has expired.
    void publishExpired(base::Timestamp now);

    /// Ends a wait whose poll is answered now. False: it was neither told of a change nor has its time run
    /// out, e.g. because the server stops.
    bool finish(const base::LinkId& link);

private:
    class Waiter;
    class Waits;

    std::function<SteadyTime()> _now;
    std::shared_ptr<Waits> _waits; ///< shared with the waiters
};

} // namespace central_oauth::services
