// SPDX-License-Identifier: Apache-2.0
// When accounts and grant tokens were last used, until the store has it.
#pragma once

#include "central_oauth/base/Clock.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/logging/Logger.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace central_oauth::services {

/// Uses that are noted in memory and stored later, many at once: a commit would cost a read of a token more
/// than everything else that the read does. A crash loses the uses since the last `flush`.
///
/// A full list takes no new id until the next `flush`; a later use of that id is noted then.
///
/// The store must outlive it. Thread-safe.
class UseNotes {
public:
    static constexpr std::size_t mostIds = 100'000; ///< about 10 MB

    /// Puts the time of a use into the record of that id. Does nothing if the record is gone, or has a later
    /// use. Part of a transaction, so it may run again.
    using Write = std::function<void(domain::Transaction&, const std::string& id, base::Timestamp at)>;

    UseNotes(domain::Store& store, logging::Channel log, Write write, std::size_t most = mostIds)
        : _store(store), _log(std::move(log)), _write(std::move(write)), _most(most) {}

    /// Returns the last use: the noted one, or `stored` if that is later.
    [[nodiscard]] std::optional<base::Timestamp> latest(const std::string& id,
                                                        std::optional<base::Timestamp> stored) const;

    /// Notes a use, unless the list is full.
    void put(const std::string& id, base::Timestamp at);

    /// Stores what is noted, and logs a failure: the notes then stay for the next call. Skips a round while
    /// another write is under way, but waits for the writer in the third round in a row. Returns whether
    /// everything is stored.
    bool flush() noexcept;

    /// Stores what is noted, for the last time. Waits for other writes, `atMost` in all; logs what is lost.
    void flushAtEnd(std::chrono::milliseconds atMost) noexcept;

private:
    struct Note {
        base::Timestamp at;
        bool isStored = false; ///< dropped by the next flush
    };
    using Batch = std::vector<std::pair<std::string, base::Timestamp>>;
    /// Stores a batch. Returns false if it is to be tried later.
    using StoreBatch = std::function<bool(const Batch&)>;

    [[nodiscard]] bool storeAll(const StoreBatch& store);
    [[nodiscard]] Batch takeUnstored();
    void markStored(const Batch& batch);
    void write(domain::Transaction& transaction, const Batch& batch) const;

    domain::Store& _store;
    const logging::Channel _log;
    const Write _write;
    const std::size_t _most;
    std::mutex _flushing;   ///< one flush at a time; taken before _mutex
    int _roundsSkipped = 0; ///< in a row; guarded by _flushing
    mutable std::mutex _mutex;
    std::unordered_map<std::string, Note> _notes; ///< guarded by _mutex
};

/// Stores the use of an account. A UseNotes::Write.
void writeAccountUse(domain::Transaction& transaction, const std::string& id, base::Timestamp at);

/// Stores the use of a grant token. A UseNotes::Write.
void writeGrantTokenUse(domain::Transaction& transaction, const std::string& keyId, base::Timestamp at);

} // namespace central_oauth::services
