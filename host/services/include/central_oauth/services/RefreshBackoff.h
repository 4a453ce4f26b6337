// SPDX-License-Identifier: Apache-2.0
// When an account's refresh may be tried again after a failure.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/StrongId.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace central_oauth::services {

/// Remembers failed refreshes so that a struggling upstream is not asked at every read. In memory, at most
/// `capacity` accounts; the entry nearest its end is dropped first.
///
/// The clock outlives it. Threads: any.
class RefreshBackoff {
public:
    explicit RefreshBackoff(const base::Clock& clock, std::size_t capacity = 10'000);

    /// The error of the last failure while its pause lasts, with the time left as retryAfter.
    [[nodiscard]] std::optional<base::Error> current(const base::AccountId& id, std::int64_t tokenVersion);

    /// From now on and for `length`, ten minutes at most, `current` gives this error for tokens of that
    /// version.
    void pause(const base::AccountId& id, std::int64_t tokenVersion, const base::Error& failure,
               std::chrono::seconds length);

    /// Ends the pause: a refresh has worked.
    void clear(const base::AccountId& id);

private:
    struct Entry {
        std::int64_t tokenVersion; ///< a re-linked account starts anew
        base::Timestamp until;
        std::chrono::seconds length;
        base::Error failure;
    };

    const base::Clock& _clock;
    const std::size_t _capacity;
    std::mutex _mutex; ///< guards _entries
    std::map<base::AccountId, Entry> _entries;
};

} // namespace central_oauth::services
