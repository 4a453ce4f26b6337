// SPDX-License-Identifier: Apache-2.0
// What upstream said of a stored token, kept for a minute.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Error.h"
#include "central_oauth/base/StrongId.h"
#include "central_oauth/domain/Grant.h"
#include "central_oauth/provider/Provider.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace central_oauth::services {

/// One look at a token through upstream's eyes.
struct TokenCheck {
    bool isAccepted = false;                          ///< by the identity read
    bool lacksIdentityScope = false;                  ///< accepted, but not allowed to read the identity
    std::optional<std::vector<domain::Site>> sites{}; ///< that the token reaches; nothing: not to be learnt
    std::optional<base::Error> failure{};             ///< upstream could not be asked; the rest says nothing
};

/// Remembers checks so that upstream is asked once a minute for one token. In memory, at most `capacity`
/// accounts; the entry nearest its end is dropped first.
///
/// The clock outlives it. Threads: any.
class TokenCheckMemory {
public:
    /// How long a check stands.
    static constexpr std::chrono::seconds life{60};

    explicit TokenCheckMemory(const base::Clock& clock, std::size_t capacity = 10'000);

    /// The last check of that version while it stands; a failure with the time that is left as retryAfter.
    [[nodiscard]] std::optional<TokenCheck> find(const base::AccountId& id, std::int64_t tokenVersion);

    void keep(const base::AccountId& id, std::int64_t tokenVersion, TokenCheck check);

private:
    struct Entry {
        std::int64_t tokenVersion;
        base::Timestamp until;
        TokenCheck check;
    };

    const base::Clock& _clock;
    const std::size_t _capacity;
    std::mutex _mutex; ///< guards _entries
    std::map<base::AccountId, Entry> _entries;
};

} // namespace central_oauth::services
