// SPDX-License-Identifier: Apache-2.0
// The polling interval of each link (RFC 8628 section 3.5).
#pragma once

#include "central_oauth/base/AgedMap.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/base/StrongId.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>

namespace central_oauth::services {

/// Remembers when each proven link may be polled again. A poll that is too soon lengthens the interval by a
/// step; a poll that keeps to the interval shortens it by a step again. The intervals are in memory only:
/// after a restart every link may be polled at once.
///
/// Bounded: beyond `capacity` links, the link that was answered first is forgotten, and may be polled at
/// once. `forgetBefore` drops finished ones. No call looks at more links than it forgets. Thread-safe.
class PollPacer {
public:
    static constexpr std::chrono::seconds firstInterval{5};
    static constexpr std::chrono::seconds step{5};
    static constexpr std::chrono::seconds longestInterval{60};
    /// A poll that is early by this much is in time: timers and networks are not more exact.
    static constexpr std::chrono::milliseconds tolerance{500};

    /// More than the live links (LiveLinks).
    static constexpr std::size_t usualCapacity = 20'000;

    explicit PollPacer(const base::Clock& clock, std::size_t capacity = usualCapacity);

    /// The pace that a poll's answer sets for the next poll.
    struct Pace {
        bool tooSoon = false;
        std::chrono::seconds interval{0}; ///< longer than before if tooSoon
    };

    /// Refuses a poll that is too soon, as `note` does. Returns nullopt for any other poll and notes nothing.
    /// For callers that have not looked the link up yet.
    [[nodiscard]] std::optional<Pace> refuseIfTooSoon(const base::LinkId& link);

    /// Notes a poll that would be answered "pending". Lengthens the interval if the poll is too soon
    /// (slow_down).
    [[nodiscard]] Pace note(const base::LinkId& link);

    /// Refuses a poll that is about to be held, as `note` does, if the poll is too soon. Notes nothing else,
    /// because the answer comes later.
    [[nodiscard]] Pace noteHeld(const base::LinkId& link);

    /// Notes a poll that is refused because another one is held.
    [[nodiscard]] Pace noteCrowd(const base::LinkId& link);

    /// Notes the answer to a held poll and returns the interval. After a completed wait the next poll is
    /// never too soon.
    [[nodiscard]] std::chrono::seconds noteEnd(const base::LinkId& link, bool isCompleted);

    [[nodiscard]] std::chrono::seconds intervalOf(const base::LinkId& link) const;

    /// Drops a finished link.
    void forget(const base::LinkId& link);

    /// Drops links not polled since `time`. After the clock was set back, drops some of them later.
    void forgetBefore(base::Timestamp time);

private:
    struct Entry {
        std::chrono::system_clock::time_point lastAnswer;
        std::chrono::seconds interval = firstInterval;
        bool isNextWelcome = false; ///< the last answer ended a completed wait
    };

    [[nodiscard]] bool isTooSoon(const Entry& entry) const;
    Pace refuse(const base::LinkId& link, Entry& entry);
    void noteAnswer(const base::LinkId& link, Entry& entry, bool isNextWelcome);
    Entry& entryOf(const base::LinkId& link);
    static void relax(Entry& entry);

    const base::Clock& _clock;
    const std::size_t _capacity;
    mutable std::mutex _mutex;                   ///< guards _entries
    base::AgedMap<base::LinkId, Entry> _entries; ///< oldest last answer first
};

} // namespace central_oauth::services
