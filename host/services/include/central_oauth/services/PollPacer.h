// SPDX-License-Identifier: Apache-2.0
// The polling interval of each link (RFC 8628 section 3.5).
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/StrongId.h"

#include <chrono>
#include <map>
#include <mutex>

namespace central_oauth::services {

/// Remembers when each proven link may be polled again. In memory only: after a restart everybody may poll at
/// once.
///
/// Bounded by the live links; `forgetBefore` drops what is over. Threads: any.
class PollPacer {
public:
    static constexpr std::chrono::seconds firstInterval{5};
    static constexpr std::chrono::seconds step{5};
    static constexpr std::chrono::seconds longestInterval{60};

    explicit PollPacer(const base::Clock& clock);

    /// What a poll's answer says about the next one.
    struct Pace {
        bool tooSoon = false;
        std::chrono::seconds interval{0}; ///< longer than before if tooSoon
    };

    /// Notes a poll that would be answered "pending". Polls sooner than the interval lengthen it (slow_down).
    [[nodiscard]] Pace note(const base::LinkId& link);

    /// Drops a link that is over.
    void forget(const base::LinkId& link);

    /// Drops links not polled since `time`.
    void forgetBefore(base::Timestamp time);

private:
    struct Entry {
        std::chrono::system_clock::time_point lastAnswer;
        std::chrono::seconds interval = firstInterval;
    };

    const base::Clock& _clock;
    std::mutex _mutex; ///< guards _entries
    std::map<base::LinkId, Entry> _entries;
};

} // namespace central_oauth::services
