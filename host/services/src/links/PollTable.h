// SPDX-License-Identifier: Apache-2.0
// The links that PollAuthenticator knows, and their eviction.
#pragma once

#include "central_oauth/base/AgedMap.h"
#include "central_oauth/base/Clock.h"
#include "central_oauth/base/Deadlines.h"
#include "central_oauth/domain/Link.h"
#include "central_oauth/domain/Store.h"
#include "central_oauth/services/links/PollAuthenticator.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace central_oauth::services {

/// Links by the hash of their code. The cost of a call does not grow with their number.
///
/// Not thread-safe.
class PollTable {
public:
    struct Entry {
        base::LinkId id;
        base::ClientId client;
        domain::PollMethod method = domain::PollMethod::secret;
        std::string secretHash;
        base::Timestamp expiresAt;
        bool isPending = true;
        bool isFinished = false;
    };

    explicit PollTable(const PollAuthenticator::Room& room) : _room(room) {}

    /// Adds the links. If there is no room for all, leaves out those that expire first.
    void load(std::vector<domain::Link> links, base::Timestamp now);

    /// Adds a link, or replaces it. A full table evicts the link that finished first. A link that has expired
    /// counts as finished.
    void add(const domain::Link& link, base::Timestamp now);

    /// Returns the entry of that code's hash. Returns another link's entry if there is none, and null if the
    /// table is empty.
    [[nodiscard]] const Entry* nearest(const std::string& codeHash, bool& isKnown) const;

    /// Returns null if the link is unknown.
    [[nodiscard]] const Entry* find(const base::LinkId& link) const;

    /// Applies a change to a link that is known.
    void apply(const domain::Committed::LinkChange& change);

    /// Marks the expired links as finished, and drops those that expired longer ago than `kept`.
    void purge(base::Timestamp now, std::chrono::seconds kept);

    [[nodiscard]] std::size_t size() const noexcept { return _entries.size(); }

private:
    using Entries = std::map<std::string, Entry>;

    void finish(const std::string& codeHash, Entry& entry);
    void finishExpired(base::Timestamp now);
    void makeRoom(base::Timestamp now);
    void drop(const std::string& codeHash);

    struct Nothing {};

    PollAuthenticator::Room _room;
    Entries _entries;                              ///< by the code's hash, which nobody outside can choose
    std::map<base::LinkId, std::string> _codes;    ///< the same hashes
    base::Deadlines<std::string> _ends;            ///< the same hashes, by expiry
    base::AgedMap<std::string, Nothing> _finished; ///< the same hashes, of finished links
};

} // namespace central_oauth::services
