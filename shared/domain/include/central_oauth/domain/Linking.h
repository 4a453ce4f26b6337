// SPDX-License-Identifier: Apache-2.0
// What happens to links within a transaction: each function loads a link, changes it by LinkLife.h and puts
// it back.
#pragma once

#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// How long the row of a link outlives its expiry. Until then its code and its handle are not issued again.
constexpr std::chrono::hours linkRowsOutliveExpiry{24};

/// Returns the filter of links that are neither finished nor expired.
[[nodiscard]] LinkFilter liveLinks(Timestamp now);

/// Adds a pending link and returns it as stored: it never outlives the present expiry of its issuer. Returns
/// nullopt if its code or handle is in use or was within the last 24 hours: the caller draws another.
/// Throws: base::Error(notFound) if its client is gone, base::Error(invalidCredential) if its issuer is gone
/// or has expired.
[[nodiscard]] std::optional<Link> addLink(Transaction& transaction, Link link);

/// Ends an unfinished link and drops its stage. Returns the ended link, or nullopt if it was finished or is
/// gone.
std::optional<Link> endLink(Transaction& transaction, const LinkId& id, EndReason reason, Timestamp now,
                            std::optional<EndCause> cause = std::nullopt);

/// Counts a wrong code of a pending link; at `limit` the link ends. Returns the link as stored.
/// Throws: base::Error(notFound) if there is no such link.
[[nodiscard]] Link enterWrongCode(Transaction& transaction, const LinkId& id, int limit, Timestamp now);

/// Approves the link (LinkLife.h) and stores `authorization` with it. Returns false if that is refused.
[[nodiscard]] bool approveLink(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                               std::string browserHash, const StateHash& state,
                               const Authorization& authorization, Timestamp now);

/// The link of a state that was just spent, and what the browser took upstream with it.
struct TakenState {
    Link link;
    Authorization authorization;
};

/// Spends a state: works once. Returns nullopt if no link waits for it, or if its authorization can't be
/// opened, which ends the link as upstreamError.
[[nodiscard]] std::optional<TakenState> takeState(Transaction& transaction, const Sealer& sealer,
                                                  const StateHash& state, Timestamp now);

/// Stores what upstream granted as the link's stage. A grant that has sites and no chosen one makes the link
/// `choosing`. Returns false if the link is not authorizing any more, or has expired.
[[nodiscard]] bool stageGrant(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const StagedGrant& grant, Timestamp now, Timestamp expiresAt);

/// Notes in link and stage which of the grant's sites the person has chosen. Returns false if the link is not
/// choosing any more or has expired, or if its grant can't be opened, which ends it as upstreamError.
[[nodiscard]] bool chooseSite(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const std::string& site, Timestamp now, Timestamp expiresAt);

/// Returns the grant that waits for its site or its delivery, without its tokens; nullopt also if it can't be
/// opened.
[[nodiscard]] std::optional<StagedGrant> waitingGrant(const ReadView& view, const Sealer& sealer,
                                                      const Link& link);

/// Notes that unfinished links have expired, each link once. Returns those that it noted, at most `most`.
[[nodiscard]] std::vector<Link> noteExpired(Transaction& transaction, Timestamp now, std::size_t most);

/// Notes that one unfinished link has expired. Returns false if it has not, is finished, or was noted before.
[[nodiscard]] bool noteExpired(Transaction& transaction, const LinkId& id, Timestamp now);

/// Links of which something has had its time.
struct PurgeableLinks {
    std::vector<LinkId> rows;   ///< expired 24 hours ago
    std::vector<LinkId> states; ///< expired, and a state is still out
    std::vector<LinkId> stages; ///< expired, ended, or delivered and not to be read again

    [[nodiscard]] bool empty() const noexcept { return rows.empty() && states.empty() && stages.empty(); }
};

/// Returns at most `most` of each kind.
[[nodiscard]] PurgeableLinks findPurgeable(const ReadView& view, const DeliveryRule& rule, Timestamp now,
                                           std::size_t most);

/// Drops what has had its time, unless that has changed since it was found. Returns how many links were
/// changed.
std::size_t purgeLinks(Transaction& transaction, const PurgeableLinks& found, const DeliveryRule& rule,
                       Timestamp now);

/// Drops the stage of a link: a waiting one gets the state `dropped`, so that upstream may be asked to end
/// its grant; a delivered or damaged one is erased.
void dropStage(Transaction& transaction, const LinkId& link);

/// Returns the stage of a link, or nullopt if there is none or its row is damaged.
[[nodiscard]] std::optional<Stage> soundStage(const ReadView& view, const LinkId& link);

/// Returns the client's name; empty if the client is gone or its row is damaged.
[[nodiscard]] std::string clientNameOf(const ReadView& view, const ClientId& id);

} // namespace central_oauth::domain
