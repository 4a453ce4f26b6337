// SPDX-License-Identifier: Apache-2.0
// What the store tells of a committed transaction, and to whom.
#pragma once

#include "central_oauth/domain/AuditEntry.h"
#include "central_oauth/domain/Link.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace central_oauth::domain {

/// The changes of a committed transaction that observers need.
struct Committed {
    struct LinkChange {
        LinkId id;
        LinkStatus status;
        std::optional<Timestamp> liveUntil{}; ///< domain::liveUntil of the link
        std::uint64_t revision = 0;           ///< larger than in every earlier change of the link
    };
    std::vector<LinkChange> links;   ///< every link that was put, once, with its final status
    std::vector<AuditEntry> entries; ///< with the clients' names filled in
    /// The clients that were erased. Their erasure is recorded: a transaction without links and entries is
    /// not reported.
    std::vector<ClientId> erasedClients{};
};

/// Receives the changes of each transaction once they are durable, on the thread that called `transact`.
/// Threads call it concurrently, and not in the order of their commits.
class CommitObserver {
public:
    virtual ~CommitObserver() = default;
    virtual void committed(const Committed& changes) noexcept = 0;
};

} // namespace central_oauth::domain
