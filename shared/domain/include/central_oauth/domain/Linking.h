// SPDX-License-Identifier: Apache-2.0
// Changes to links within a transaction. Each function loads a link, changes it with LinkLife.h and stores
// it.
#pragma once

#include "central_oauth/domain/LinkLife.h"
#include "central_oauth/domain/Sealing.h"
#include "central_oauth/domain/Store.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace central_oauth::domain {

/// How long a link's row is kept after the link's expiry. Until it is erased, its code and handle are not
/// issued again.
constexpr std::chrono::hours linkRowsOutliveExpiry{24};

/// Returns the filter of links whose domain::liveUntil is later than `time`.
[[nodiscard]] LinkFilter liveLinks(Timestamp time);

/// Adds a pending link and returns it as stored; it expires with its issuer at the latest. Returns nullopt if
/// another row has its code or handle: retry with new ones.
/// Throws: base::Error(notFound) if the client is gone, base::Error(invalidCredential) if the issuer is gone
/// or has expired.
[[nodiscard]] std::optional<Link> addLink(Transaction& transaction, Link link);

/// Ends an unfinished link and drops its stage. Returns the ended link. Returns nullopt if the link is
/// finished or gone.
std::optional<Link> endLink(Transaction& transaction, const LinkId& id, EndReason reason, Timestamp now,
                            std::optional<EndCause> cause = std::nullopt);

/// Counts a wrong code for a pending link; the link ends at `limit`. Returns the link as stored, or nullopt
/// if it is gone, has expired, or is no longer pending.
[[nodiscard]] std::optional<Link> enterWrongCode(Transaction& transaction, const LinkId& id, int limit,
                                                 Timestamp now);

/// Approves the link (LinkLife.h) and stores `authorization` with it. Returns false if the approval is
/// refused.
[[nodiscard]] bool approveLink(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                               std::string browserHash, const StateHash& state,
                               const Authorization& authorization, Timestamp now);

/// The link of a state that came back, and its authorization.
struct TakenState {
    Link link;
    Authorization authorization;
};

/// Consumes a state, which works once. Returns nullopt if no link waits for the state, or if the link's
/// authorization can't be opened; the link then ends with upstreamError.
[[nodiscard]] std::optional<TakenState> takeState(Transaction& transaction, const Sealer& sealer,
                                                  const StateHash& state, Timestamp now);

/// Stores what upstream granted as the link's stage. The link becomes `choosing` if the grant has sites and
/// none is chosen, otherwise `staged`. Returns false if the link is not authorizing or has expired.
[[nodiscard]] bool stageGrant(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const StagedGrant& grant, Timestamp now, Timestamp expiresAt);

/// Records the chosen site in link and stage. Returns false if the link is not choosing or has expired.
/// Returns false also if the grant can't be opened; the link then ends with upstreamError.
[[nodiscard]] bool chooseSite(Transaction& transaction, const Sealer& sealer, const LinkId& id,
                              const std::string& site, Timestamp now, Timestamp expiresAt);

/// Returns the grant that waits for a site or for delivery, without its tokens. Returns nullopt if there is
/// none or it can't be opened.
[[nodiscard]] std::optional<StagedGrant> waitingGrant(const ReadView& view, const Sealer& sealer,
                                                      const Link& link);

/// Records the expiry of at most `most` unfinished links, once for each link. Returns these links.
[[nodiscard]] std::vector<Link> noteExpired(Transaction& transaction, Timestamp now, std::size_t most);

/// Records the expiry of one unfinished link. Returns false if it has not expired, is finished, or its expiry
/// is recorded already.
[[nodiscard]] bool noteExpired(Transaction& transaction, const LinkId& id, Timestamp now);

/// What housekeeping may remove.
struct PurgeableLinks {
    std::vector<LinkId> rows;   ///< links that expired more than 24 hours ago
    std::vector<LinkId> states; ///< expired links with a pending state
    std::vector<LinkId> stages; ///< links whose stage can be neither delivered nor read any more

    [[nodiscard]] bool empty() const noexcept { return rows.empty() && states.empty() && stages.empty(); }
};

/// Returns at most `most` links of each kind.
[[nodiscard]] PurgeableLinks findPurgeable(const ReadView& view, const DeliveryRule& rule, Timestamp now,
                                           std::size_t most);

/// Removes what was found, unless the link has changed meanwhile. Returns how many links were changed.
std::size_t purgeLinks(Transaction& transaction, const PurgeableLinks& found, const DeliveryRule& rule,
                       Timestamp now);

/// Drops the stage of a link: a waiting stage becomes `dropped`, so that upstream may be asked to revoke its
/// grant; a delivered or damaged one is erased.
void dropStage(Transaction& transaction, const LinkId& link);

/// Returns the stage of a link, or nullopt if there is none or its row is damaged.
[[nodiscard]] std::optional<Stage> soundStage(const ReadView& view, const LinkId& link);

/// Returns the client's name; empty if the client is gone or its row is damaged.
[[nodiscard]] std::string clientNameOf(const ReadView& view, const ClientId& id);

} // namespace central_oauth::domain
